"""Free words: acted on when they are sure, asked about when they are likely, else left to the fallback; never a guess."""

from bot.business import ANSWER, PRICE
from bot.chat import Chat, Option
from bot.events import Event, Said
from bot.replies import Act, Speak
from bot.texts import t
from bot.understanding import Band, Reading, asks_price
from handlers.intents import Understood, act, answer_of, cost, give, title

INTENT = "intent"
KEPT_CHARS = 300  # of the words that a button carries to the dialog that it starts


async def handle(chat: Chat, event: Event) -> bool:
    """Do what the words ask for, or ask which of the likeliest is meant."""
    if not isinstance(event, Said) or not event.text:
        return False
    reading = chat.understander.read(event.text, chat.language)
    if chat.conversation.charge == "waiting" and not reading.whole:
        return False  # who asked for people is talking to them
    if await _do(chat, reading, event.text) is not None:
        return True
    return reading.band is Band.ASK and ask(chat, reading, event.text)


async def digress(chat: Chat, text: str) -> Understood | None:
    """Answer a question in the middle of a dialog or start another dialog; None unless the words are sure."""
    return await _do(chat, chat.understander.read(text, chat.language), text)


async def _do(chat: Chat, reading: Reading, text: str) -> Understood | None:
    return await act(chat, reading.guesses[0].key, text) if reading.band is Band.SURE else None


def answer(chat: Chat, text: str) -> bool:
    """Answer a question that the business has an answer to, where any words would be taken for an answer of theirs.

    So only a whole phrase counts, and nothing that is merely like one.
    """
    reading = chat.understander.phrase(text, chat.language)
    if reading.band is not Band.SURE or not reading.guesses[0].key.startswith(ANSWER):
        return False
    found = answer_of(chat, reading.guesses[0].key)
    if found is not None:
        give(chat, found)
    return found is not None


def tell_price(chat: Chat, text: str) -> bool:
    """Say what a service costs to who asks that, though its name is also an answer to a question or an item of the menu."""
    if not asks_price(text):
        return False
    reading = chat.understander.read(text, chat.language)
    if reading.band is not Band.SURE or not reading.guesses[0].key.startswith(PRICE):
        return False
    cost(chat, reading.guesses[0].key.removeprefix(PRICE))
    return True


def ask(chat: Chat, reading: Reading, text: str) -> bool:
    """Ask which of the likeliest is meant; False when none of them can be offered."""
    titles = {guess.key: title(chat, guess.key) for guess in reading.guesses}
    options = [
        Option(label, Act(INTENT, f"{key} {text[:KEPT_CHARS]}")) for key, label in titles.items() if label is not None
    ]
    if options:
        chat.say(t("Did you mean:"), [*options, Option(t("None of these"), Act(INTENT))])
    return bool(options)


async def choose(chat: Chat, about: str) -> bool:
    """Do what a button under «Did you mean» stands for; False when it can no longer be done."""
    key, _, heard = about.partition(" ")
    if key:
        return await act(chat, key, heard) is not None
    chat.say(
        t("Then please choose from the menu, or let a person help you."),
        [Option(t("Menu"), Speak("menu")), Option(t("Talk to a person"), Speak("human"))],
    )
    return True
