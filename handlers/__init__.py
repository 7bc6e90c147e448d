"""What happens outside dialogs, in the order of precedence."""

from bot.router import Route, Stage
from handlers import commands, consent, fallback, language, menu, system, talk, understanding, words

ROUTES = (
    Route(Stage.SYSTEM, system.handle),
    Route(Stage.SYSTEM, language.listen),
    Route(Stage.CONSENT, consent.handle),
    Route(Stage.WORDS, words.handle),
    Route(Stage.COMMANDS, commands.handle),
    Route(Stage.DIALOG, talk.handle),
    Route(Stage.MENU, menu.handle),
    Route(Stage.UNDERSTANDING, understanding.handle),
    Route(Stage.FALLBACK, fallback.handle),
)

__all__ = ["ROUTES"]
