"""The business folder: what may be written in it, what is refused and how, and the demo firm."""
