"""What a messenger shows beside our messages: the commands behind a slash, the button that shares a phone number."""

from collections.abc import Callable, Mapping, Sequence

from bot.texts import Phrasebook, Wording, t
from bot.understanding import guess_language
from handlers.staff.commands import COMMANDS as STAFF

CUSTOMERS: Mapping[str, Wording] = {
    "start": t("begin from the start"),
    "menu": t("show the menu"),
    "language": t("change the language"),
    "human": t("talk to a person"),
    "cancel": t("leave what was begun"),
    "stop": t("send me no more messages"),
}

Listed = Mapping[str, Mapping[str, str]]


def for_customers(phrasebook: Phrasebook, languages: Sequence[str]) -> Listed:
    """What each command of customers does, by language and name."""
    return {
        language: {name: phrasebook.say(words, language) for name, words in CUSTOMERS.items()} for language in languages
    }


def for_staff(phrasebook: Phrasebook, languages: Sequence[str]) -> Listed:
    """The same for commands of the staff."""
    return {
        language: {name.removeprefix("/"): phrasebook.say(each.purpose, language) for name, each in STAFF.items()}
        for language in languages
    }


SHARE_PHONE = t("Share my phone number")
CHOOSE = t("Choose")


def label_of(wording: Wording, phrasebook: Phrasebook, languages: Sequence[str]) -> Callable[[str], str]:
    """The words of a button, in the language of the question above it."""

    def label(question: str) -> str:
        guessed = guess_language(question) or ""
        return phrasebook.say(wording, guessed if guessed in languages else languages[0])

    return label
