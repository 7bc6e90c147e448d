"""What the house serves by HTTP: the chat page and widget, their socket and calls, media, health."""

from bot.web.app import Site, build_app
from bot.web.hub import Hub

__all__ = ["Hub", "Site", "build_app"]
