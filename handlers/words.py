"""The words that work everywhere: human, cancel, back, help, language, menu."""

from bot import menu
from bot.chat import Chat, Option
from bot.dialog import Lost
from bot.events import Event, LanguageChosen, Opened, Pressed, Said
from bot.replies import Act, Speak
from bot.texts import LANGUAGES, Lines, spoken, t
from bot.understanding import Word, global_word
from handlers.handoff import hand_off, lose
from handlers.places import places_of

ELSEWHERE = "elsewhere"
WISH = t("Another messenger")


async def handle(chat: Chat, event: Event) -> bool:
    """Take a global word, typed alone or pressed, and the choice of a language."""
    match event:
        case Said(text):
            return await obey(chat, global_word(text))
        case Pressed() if chat.pressed is not None:
            if isinstance(chat.pressed.means, Act) and chat.pressed.means.name == "language":
                await switch(chat, chat.pressed.means.about)
                return True
            return isinstance(chat.pressed.means, Speak) and await obey(chat, Word(chat.pressed.means.word))
        case LanguageChosen(language):
            await switch(chat, language)
            return True
        case Opened(language):
            chat.speak(language)
            welcome(chat)
            return True
    return False


async def obey(chat: Chat, word: Word | None) -> bool:
    """Do what a global word says; False for none of ours."""
    try:
        return await _obey(chat, word)
    except Lost as lost:
        await lose(chat, lost)
        return True


async def _obey(chat: Chat, word: Word | None) -> bool:
    match word:
        case Word.HUMAN:
            await hand_off(chat, reason="asked for a person")
        case Word.CANCEL:
            await cancel(chat)
        case Word.BACK:
            if not await chat.dialogs.back(chat):
                menu.show(chat)
        case Word.HELP:
            help_out(chat)
            await chat.dialogs.ask_again(chat)
        case Word.LANGUAGE:
            offer_languages(chat)
        case Word.MENU:
            menu.show(chat)
        case Word.START:
            welcome(chat)
        case _:
            return False
    return True


async def cancel(chat: Chat) -> None:
    """Leave the open dialog without its result and go on with the one below it; with none open, a visit may be meant."""
    try:
        dropped = await chat.dialogs.drop(chat)
    except Lost:
        chat.dialogs.discard(chat)
        dropped = True
    if not dropped and chat.dialogs.knows("cancel_visit") and await chat.calendar.upcoming():
        await chat.start("cancel_visit")
        return
    if not dropped:
        chat.first(t("There is nothing to cancel."))
        menu.show(chat)
        return
    chat.first(t("All right, I have left that."))
    if not await chat.dialogs.ask_again(chat):
        menu.show(chat)


def welcome(chat: Chat) -> None:
    """Show the menu, whose first place greets."""
    chat.conversation.greeted = True
    menu.show(chat)


def help_out(chat: Chat) -> None:
    """Say what can be done here; in English CANCEL works as well, but whoever types that to Twilio hears no more of us."""
    chat.say(
        Lines(
            (
                t("Press a button, type its number, or write in your own words."),
                t("These words work at any time: HUMAN, BACK, LEAVE, MENU, LANGUAGE, STOP."),
            )
        ),
        [Option(t("Menu"), Speak("menu")), Option(t("Talk to a person"), Speak("human")), *elsewhere(chat)],
    )


def elsewhere(chat: Chat) -> list[Option]:
    """The way to the firm's other channels, where the folder says how customers find them."""
    return [Option(WISH, Act(ELSEWHERE))] if places_of(chat) else []


def offer_languages(chat: Chat) -> None:
    """Offer the business's languages, each under its own name."""
    options = [Option(spoken(LANGUAGES[code]), Act("language", code)) for code in chat.business.languages]
    chat.say(t("Which language shall we speak?"), options)


async def switch(chat: Chat, language: str) -> None:
    """Go on in the chosen language, with the open question asked in it."""
    chat.speak(language, chosen=True)
    chat.know(language=chat.language)
    chat.first(t("We speak English now."))
    try:
        if not await chat.dialogs.ask_again(chat):
            welcome(chat)
    except Lost as lost:
        await lose(chat, lost)
