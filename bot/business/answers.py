"""Answers to what customers ask again and again: a short text and one next step."""

from typing import Self

from pydantic import model_validator

from bot.business.fields import Entry, Id, InEachLanguage, Phrases, PlaceKey, ShortForm, Startable


class NextStep(Entry):
    """The one button under an answer: go to a place of the menu, or start a dialog or form."""

    label: InEachLanguage
    short: ShortForm | None = None
    go: PlaceKey | None = None
    start: Startable | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        if (self.go is None) == (self.start is None):
            raise ValueError("write one of go or start")
        return self


class Answer(Entry):
    """A question by its example phrases, and what is answered."""

    id: Id
    phrases: Phrases
    text: InEachLanguage
    next: NextStep | None = None
