"""Fetching what somebody else named an address of: only from the public net, never from inside."""

from bot.net.fetcher import Fetcher, body_of
from bot.net.public import is_public

__all__ = ["Fetcher", "body_of", "is_public"]
