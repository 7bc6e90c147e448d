"""The desk: what operators see of a case, whatever shows it."""

from bot.desk import thread
from bot.desk.frames import shown, shown_name

__all__ = ["shown", "shown_name", "thread"]
