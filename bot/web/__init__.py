"""What the house serves by HTTP: the chat page and widget, their socket and calls, the desk, deliveries, media, health."""

from bot.web.app import Site, build_app
from bot.web.door import Entrance
from bot.web.hub import Hub

__all__ = ["Entrance", "Hub", "Site", "build_app"]
