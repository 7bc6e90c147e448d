"""Where files are kept beside a folder of our own."""
