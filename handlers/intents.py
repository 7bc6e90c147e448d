"""What is done about what a customer wants, once it is known: an answer, a place, a dialog, or people."""

from collections.abc import Mapping
from enum import Enum

from bot import menu
from bot.business import ANSWER, GO, PRICE, Answer
from bot.chat import Chat, Option
from bot.replies import Go, Speak, Start
from bot.texts import Localized, Wording, t
from dialogs.leads import say_price, told
from handlers.words import welcome

TITLES: Mapping[str, Wording] = {
    "availability": t("Free times"),
    "price": t("Prices"),
    "demo": t("A demo"),
    "hours": t("Opening hours"),
    "address": t("Address"),
    "delivery": t("Delivery of an order"),
    "return": t("Return or exchange"),
    "warranty": t("Guarantee"),
    "login": t("Signing in"),
    "payment": t("How to pay"),
    "payment_failed": t("Trouble with a payment"),
    "cancel_order": t("Cancel an order"),
    "broken": t("Something does not work"),
    "complaint": t("A complaint"),
    "general": t("About us"),
}


class Understood(Enum):
    """What came of free words."""

    ANSWERED = "answered"
    STARTED = "started"


def title(chat: Chat, key: str) -> Wording | None:
    """What an intent is called on a button; None for one that nothing can be done about here and now."""
    if key.startswith(ANSWER):
        found = answer_of(chat, key)
        return Localized({code: _capital(said[0]) for code, said in found.phrases.items()}) if found else None
    if key.startswith(GO):
        place = chat.business.menu.places.get(key.removeprefix(GO))
        return place.title if place else None
    if key.startswith(PRICE):
        return TITLES["price"]
    if chat.dialogs.knows(key):
        return None if is_open(chat, key) else chat.dialogs.title(key)
    return TITLES.get(key)


def _capital(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def is_open(chat: Chat, dialog: str) -> bool:
    """Whether a dialog is under way, on top or below."""
    return any(frame.dialog == dialog for frame in chat.conversation.stack)


def answer_of(chat: Chat, key: str) -> Answer | None:
    """The answer of the business that a key names."""
    return next((each for each in chat.business.answers if f"{ANSWER}{each.id}" == key), None)


async def act(chat: Chat, key: str, heard: str) -> Understood | None:
    """Do what an intent asks for; `heard` are the customer's words. None when nothing can be done about it."""
    if (found := answer_of(chat, key)) is not None:
        give(chat, found)
    elif key.startswith(GO):
        menu.show(chat, key.removeprefix(GO))
    elif key.startswith(PRICE):
        cost(chat, key.removeprefix(PRICE))
    elif chat.dialogs.knows(key):
        if is_open(chat, key):
            return None
        await chat.start(key, heard=heard)
        return Understood.STARTED
    elif key == "greeting":
        greet(chat)
    elif key == "thanks":
        chat.say(t("You are welcome!"), () if chat.conversation.frame else [Option(t("Menu"), Speak("menu"))])
    elif key in TITLES and chat.conversation.charge != "waiting":
        offer_people(chat)
    else:
        return None
    return Understood.ANSWERED


def give(chat: Chat, found: Answer) -> None:
    """Say an answer of the business, with its one next step."""
    options = []
    if found.next is not None and chat.conversation.frame is None:
        means: Go | Start = Go(found.next.go) if found.next.go else Start(found.next.start or "")
        options.append(Option(found.next.label, means, short=found.next.short))
    chat.say(found.text, options)


def cost(chat: Chat, service: str) -> None:
    """Say what a service costs and how long it takes, and offer to book it unless a question is open."""
    found = chat.business.services.get(service)
    if found is None or chat.conversation.frame is None:
        say_price(chat, service)
    else:
        chat.say(told(found))


def greet(chat: Chat) -> None:
    """Greet back: with the menu, unless a question is open."""
    if chat.conversation.frame is None:
        welcome(chat)
    else:
        chat.say(t("Hello!"))


def offer_people(chat: Chat) -> None:
    """A matter that people see to: say so, and let the customer decide."""
    chat.say(
        t("Our team will help you with that. Shall I pass it on?"),
        [Option(t("Talk to a person"), Speak("human")), Option(t("Menu"), Speak("menu"))],
    )
