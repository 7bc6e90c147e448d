"""Fetching what somebody else named an address of: only from the public net, never from inside."""

from bot.net.fetcher import Fetcher
from bot.net.public import is_public

__all__ = ["Fetcher", "is_public"]
