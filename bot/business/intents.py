"""What a firm does about the things that customers everywhere ask: `intents:` in business.yaml, and what is done unsaid.

An intent that leads somewhere takes the name of where it leads, so that two words for one thing never have to be told
apart: `booking` (a dialog), `answer:parking`, `go:prices`, `price:haircut` (a service). One that people see to keeps its
own name.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator

from bot.business.fields import AnswerId, Entry, PlaceKey, Startable
from bot.business.problems import no_such
from bot.understanding.intents import INTENTS

ANSWER, GO, PRICE = "answer:", "go:", "price:"
TRIAGED = frozenset({"delivery", "return", "warranty", "login", "payment", "payment_failed", "cancel_order", "broken"})
"""Support matters: for the dialog `triage` of a firm that has it, else for people."""


class IntentAction(Entry):
    """What is done about an intent: go to a place, start a dialog or form, give an answer, or say a global word."""

    go: PlaceKey | None = None
    start: Startable | None = None
    answer: AnswerId | None = None
    say: Literal["human", "menu"] | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        if [self.go, self.start, self.answer, self.say].count(None) != 3:
            raise ValueError("write one of go, start, answer or say")
        return self


def read_intent(name: str) -> str:
    """Read the name of a shipped intent."""
    if name not in INTENTS:
        raise ValueError(no_such("intent", name, INTENTS))
    return name


Intents = Mapping[Annotated[str, AfterValidator(read_intent)], IntentAction]
