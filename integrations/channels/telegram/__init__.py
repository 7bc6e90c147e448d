"""Telegram: private chats with customers, and forum groups where operators sit."""

from integrations.channels.telegram.account import Account
from integrations.channels.telegram.channel import Telegram

CHANNEL = Telegram

__all__ = ["CHANNEL", "Account", "Telegram"]
