"""The interfaces that the bot needs from outside, and their errors."""
