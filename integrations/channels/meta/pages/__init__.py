"""Messenger and Instagram: the messages of a page, and those of the Instagram account that belongs to it."""

from integrations.channels.meta.pages.kinds import PAGES

__all__ = ["PAGES"]
