"""What happens outside dialogs, in the order of precedence; and the handlers of what is no conversation."""

from bot.desk import thread
from bot.router import Route, Stage
from handlers import (
    album,
    calls,
    campaign,
    commands,
    consent,
    desk,
    elsewhere,
    fallback,
    language,
    menu,
    on_screen,
    staff,
    system,
    talk,
    understanding,
    unheard,
    words,
)

ROUTES = (
    Route(Stage.SYSTEM, calls.handle),
    Route(Stage.SYSTEM, unheard.handle),
    Route(Stage.SYSTEM, on_screen.bring),
    Route(Stage.SYSTEM, system.handle),
    Route(Stage.SYSTEM, elsewhere.handle),
    Route(Stage.SYSTEM, desk.handle),
    Route(Stage.SYSTEM, language.listen),
    Route(Stage.SYSTEM, elsewhere.listen),
    Route(Stage.SYSTEM, desk.listen),
    Route(Stage.SYSTEM, calls.greet),
    Route(Stage.CONSENT, consent.handle),
    Route(Stage.CONSENT, elsewhere.choose),
    Route(Stage.CONSENT, on_screen.choose),
    Route(Stage.HUMAN, desk.keep_silent),
    Route(Stage.WORDS, album.handle),
    Route(Stage.WORDS, words.handle),
    Route(Stage.COMMANDS, commands.handle),
    Route(Stage.DIALOG, talk.handle),
    Route(Stage.MENU, menu.handle),
    Route(Stage.UNDERSTANDING, understanding.handle),
    Route(Stage.FALLBACK, fallback.handle),
)

ACTORS = {"thread": thread.handle, "staff": staff.handle, "campaign": campaign.handle}

__all__ = ["ACTORS", "ROUTES"]
