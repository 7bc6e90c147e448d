"""The web desk: where operators without a staff group see the open cases and answer customers."""

from bot.web.desk.invitation import invitations
from bot.web.desk.living import add_desk

__all__ = ["add_desk", "invitations"]
