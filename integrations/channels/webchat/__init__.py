"""Web chat: the page and the widget that the house serves itself."""

from integrations.channels.webchat.channel import WebChat

__all__ = ["WebChat"]
