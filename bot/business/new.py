"""The questions with which a new firm's folder begins.

A question reads what was typed into values, or raises `ValueError` with the sentence that the owner reads; what follows
from an answer (the country of a city, its money) is not asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.business.typed import (
    Known,
    Offer,
    read_city,
    read_currency,
    read_hours,
    read_languages,
    read_line,
    read_own_phone,
    read_own_zone,
    read_service,
)
from bot.texts import LANGUAGES
from bot.texts.formats import MINOR_DIGITS


@dataclass(frozen=True, slots=True)
class Firm:
    """All that is asked of an owner; a name is the same in each language until they write others."""

    name: str
    kind: str
    languages: Sequence[str]
    city: str
    zone: str
    region: str
    currency: str
    address: str
    phone: str
    hours: Mapping[str, str]
    services: Sequence[Offer]
    person: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `key` is its option, `read` gives the values that an answer means.

    It suggests an answer, in which `{values}` are what is known; it is not asked when `unless` is known already; one that
    takes `several` answers is asked until an empty one.
    """

    key: str
    asks: str
    explains: str
    read: Callable[[str, Known], Known]
    suggests: str = ""
    unless: str = ""
    several: bool = False


class Unanswered(Exception):
    """A firm cannot be made of what was given; the text says of each option what is missing or cannot be used."""


def interview(
    given: Mapping[str, Sequence[str]], ask: Callable[[Question, str], str] | None, tell: Callable[[str], None]
) -> Firm:
    """Make a firm of the options that were given and of answers to the rest; a refused answer is explained and asked again.

    `ask` is handed a question with the answer that it suggests, which may be empty. Without `ask` the suggestions are
    taken, and everything that is missing or wrong raises `Unanswered`.
    """
    known: Known = {}
    wrong: list[str] = []
    for question in QUESTIONS:
        offered = list(given.get(question.key, ()))
        if not offered and question.unless in known:
            continue
        if ask is not None:
            _converse(question, known, offered, ask, tell)
            continue
        try:
            for text in offered or [_suggestion(question, known)]:
                known |= question.read(text, known)
        except ValueError as refusal:
            wrong.append(f"  --{question.key}  {refusal}")
    if wrong:
        raise Unanswered("\n".join(["Without an answer to each question there is no firm:", *wrong]))
    return Firm(**known)


def _converse(
    question: Question,
    known: Known,
    offered: list[str],
    ask: Callable[[Question, str], str],
    tell: Callable[[str], None],
) -> None:
    """Ask one question until it is answered, or, where several answers are wanted, until an empty one."""
    answered = 0
    by_option = bool(offered)
    if not offered:
        tell(f"\n{question.asks}\n{question.explains}")
    while True:
        text = offered.pop(0) if offered else ask(question, "" if answered else _suggestion(question, known))
        if answered and not text.strip():
            return
        try:
            known |= question.read(text, known)
        except ValueError as refusal:
            tell(str(refusal))
            by_option = False
            continue
        answered += 1
        if not offered and (by_option or not question.several):
            return


def _suggestion(question: Question, known: Known) -> str:
    """What a question suggests; nothing as long as what it rests on is not known."""
    try:
        return question.suggests.format_map(known)
    except KeyError:
        return ""


QUESTIONS: tuple[Question, ...] = (
    Question("name", "What is the firm called?", "Customers read it in the greeting.", read_line("name", "a name")),
    Question("kind", "What kind of firm is it?", "One line under the name, like beauty salon.", read_line("kind", "the kind")),
    Question(
        "languages", "Which languages do its customers speak?", f"Of {', '.join(LANGUAGES)}; the first is the main one.",
        read_languages, "en",
    ),
    Question("city", "Which city is it in?", "Its time zone, country and money follow from it.", read_city),
    Question(
        "zone", "Which time zone is that?", "The name of a zone or of a big city with the same time, like Asia/Tbilisi.",
        read_own_zone, unless="zone",
    ),
    Question(
        "currency", "Which money are prices in?", f"One of {', '.join(MINOR_DIGITS)}.",
        read_currency, "USD", unless="currency",
    ),
    Question(
        "address", "What is its address?", "Customers get it with every visit.",
        read_line("address", "an address"), "{city}",
    ),
    Question("phone", "What is its phone number?", "Customers get it when nobody can answer them here.", read_own_phone),
    Question(
        "hours", "When is it open?", "Days left out are closed: mon-fri 09:00-13:00, 14:00-18:00; sat 10:00-15:00",
        read_hours, "mon-fri 09:00-18:00",
    ),
    Question(
        "service", "What can be booked?", "One a line: name, minutes, price, like Haircut, 45, 40. An empty line ends it.",
        read_service, several=True,
    ),
    Question(
        "person", "Who does the work?", "A person's name; more people are added in business.yaml.",
        read_line("person", "a person’s name"), "{name}",
    ),
)  # fmt: skip
