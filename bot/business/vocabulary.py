"""All that the customers of one firm may say: the shipped phrases, and those of its triggers, answers and services."""

from collections.abc import Collection, Mapping, Sequence

from bot.business.business import Business
from bot.business.intents import ANSWER, GO, PRICE, TRIAGED
from bot.business.menu import ROOT
from bot.business.services import Service
from bot.understanding import Phrases, Vocabulary, fold, shipped_phrases
from bot.understanding.intents import INTENTS, NONE


def vocabulary_of(business: Business, dialogs: Collection[str]) -> Vocabulary:
    """Gather what customers may say to a firm that has these dialogs switched on, its forms among them.

    Keys are as in `bot.business.intents`. Names and phrases of services are words for booking that count unless the
    sentence says something else, such as that the price of it is asked.
    """
    own = _own_phrases(business, dialogs)
    learned: dict[str, dict[str, tuple[str, ...]]] = {}
    for key, phrases in (*own.items(), *_shipped(business, dialogs)):  # the firm's own meaning of a phrase comes first
        for language, said in phrases.items():
            by_language = learned.setdefault(key, {})
            by_language[language] = (*by_language.get(language, ()), *said)
    named = {key: _flat(phrases) for key, phrases in own.items()}
    hints = {"booking": _service_words(business)} if "booking" in dialogs else {}
    price = destination(business, dialogs, "price")
    return Vocabulary(learned, named, hints, price, _priced(business, price))


def destination(business: Business, dialogs: Collection[str], intent: str) -> str:
    """Give the key that a shipped intent has at this firm: what the firm wrote, else what is likeliest to be right."""
    action = business.intents.get(intent)
    if action is None:
        return _unsaid(business, dialogs, intent)
    if action.start is not None:
        return action.start if action.start in dialogs else intent
    if action.answer is not None:
        return f"{ANSWER}{action.answer}"
    place = action.go or (ROOT if action.say == "menu" else None)
    return f"{GO}{place}" if place else intent


def _unsaid(business: Business, dialogs: Collection[str], intent: str) -> str:
    """An answer or a place of the same matter, or the dialog for it; else the intent itself, which goes to people."""
    places = business.menu.places
    if (answer := _answer_to(business, intent)) is not None:
        return f"{ANSWER}{answer}"
    if intent == "availability" and "booking" in dialogs:
        return "booking"
    if intent in TRIAGED and "triage" in dialogs:
        return "triage"
    if intent == "demo" and "qualification" in dialogs:
        return "qualification"
    listed = {"price": "services", "hours": "branches", "address": "branches"}.get(intent)
    names = {"price": ("prices",), "hours": ("hours",), "address": ("address",), "general": (ROOT,)}.get(intent, ())
    found = [key for key in names if key in places]
    found += [place.key for place in places.values() if listed is not None and place.listing == listed]
    return f"{GO}{found[0]}" if found else intent


def _answer_to(business: Business, intent: str) -> str | None:
    """The answer with the name of an intent, or else the first that shares a phrase with it."""
    if any(answer.id == intent for answer in business.answers):
        return intent
    shipped = {fold(phrase) for said in shipped_phrases()[intent].values() for phrase in said}
    found = (answer.id for answer in business.answers if shipped & {fold(each) for each in _flat(answer.phrases)})
    return next(found, None)


def _shipped(business: Business, dialogs: Collection[str]) -> Sequence[tuple[str, Mapping[str, tuple[str, ...]]]]:
    return [
        (destination(business, dialogs, key) if key in INTENTS else key, phrases)
        for key, phrases in shipped_phrases().items()
        if key in INTENTS or key == NONE or key in dialogs
    ]


def _own_phrases(business: Business, dialogs: Collection[str]) -> Phrases:
    started = {name: phrases for name, phrases in business.triggers.items() if name in dialogs}
    return started | {f"{ANSWER}{answer.id}": answer.phrases for answer in business.answers}


def _flat(phrases: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(phrase for said in phrases.values() for phrase in said)


def _priced(business: Business, price: str) -> Mapping[str, tuple[str, ...]]:
    """What each service that has a price is called, unless the firm says otherwise what is done about prices."""
    action = business.intents.get("price")
    if price.startswith(ANSWER) or (action is not None and action.go is None):
        return {}
    return {f"{PRICE}{each.id}": _words(each) for each in business.services.values() if each.price is not None}


def _service_words(business: Business) -> tuple[str, ...]:
    return tuple(word for service in business.services.values() for word in _words(service))


def _words(service: Service) -> tuple[str, ...]:
    return (*service.name.wordings.values(), *_flat(service.phrases))
