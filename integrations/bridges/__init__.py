"""Modules for bots that a firm has already: each hands the updates of one library on to us, and may be copied alone."""
