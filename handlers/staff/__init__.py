"""What the staff do in their rooms: talk to customers, command the bot."""

from handlers.staff.room import handle

__all__ = ["handle"]
