"""The same over Telegram: people and operators of a stand-in server that lives in a process of its own and is never killed."""
