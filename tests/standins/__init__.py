"""Servers that stand in for the outside world, all on this machine."""
