"""Figures of SMS by Twilio that this channel keeps to."""

from bot.rendering import Limits, utf16_units

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})
HELP_WORDS = frozenset({"HELP", "INFO"})
"""Whole messages that Twilio answers itself. Source: its pages on opt-out words and on Advanced Opt-Out."""

LIMITS = Limits(text=1600, measure=utf16_units, reserved=STOP_WORDS | START_WORDS | HELP_WORDS, segments=4)

MOST_SEGMENTS = "10"  # of one message
PER_SECOND = "10"
