"""The outside: one folder a provider, each behind a port of `bot.ports`."""
