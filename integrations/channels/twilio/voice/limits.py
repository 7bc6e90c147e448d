"""Figures of calls, and of the texts that stand in for them. Lengths are characters."""

from bot.rendering import Limits

SAYS = frozenset({"ru", "en"})
"""The languages for which Twilio has a voice; the TwiML types of twilio-node 6.2, `Say`, attribute `language`."""

LIMITS = Limits(text=4096, payload=180, voices=SAYS)
"""Of one `Say`; choices become keys, seven a page, and pages have no end."""

TEXT = Limits(text=1600)
"""Of one text message; Twilio, «Message resource», `Body`."""
