"""The framework: it knows no firm and no vendor."""
