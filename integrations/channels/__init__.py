"""The channels, a folder each, found by the folder's name when an account names it."""
