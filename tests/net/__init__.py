"""Kept lines to a server, on real sockets."""
