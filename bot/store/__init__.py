"""The truth on disk: migrations, the inbox, the outbox, timers, and the commit of a step."""

from bot.store.opening import open_store

__all__ = ["open_store"]
