"""Forms: plain questions, one after another, whose answers go to the staff as a case."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.business.faults import Fault, several
from bot.business.fields import Entry, Id, InEachLanguage, Named, ShortForm
from bot.business.problems import did_you_mean, no_such

Kind = Literal["text", "choice", "number", "date", "phone", "email", "yes_no", "photo"]
YES_NO = ("yes", "no")
MOST_PHOTOS = 10


class Option(Entry):
    """One answer of a choice."""

    id: Id
    label: InEachLanguage
    short: ShortForm | None = None


class Question(Entry):
    """One question. It is asked only if every earlier answer named in `when` has the value named there."""

    id: Id
    kind: Kind
    ask: InEachLanguage
    options: tuple[Option, ...] = ()
    min: int | None = None
    max: int | None = None
    optional: bool = False
    when: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "choice") != bool(self.options):
            choice = self.kind == "choice"
            raise ValueError("a choice needs options" if choice else f"a {self.kind} has no options; kind: choice has")
        if self.kind == "photo":
            if self.min is not None or not 1 <= (1 if self.max is None else self.max) <= MOST_PHOTOS:
                raise ValueError(f"a photo has no min, and a max of 1 to {MOST_PHOTOS} pictures")
        elif self.kind != "number" and (self.min is not None or self.max is not None):
            raise ValueError(f"a {self.kind} has no min or max; kind: number has")
        if self.min is not None and self.max is not None and self.max < self.min:
            raise ValueError(f"max {self.max} is below min {self.min}")
        return self

    @property
    def values(self) -> tuple[str, ...]:
        """The values that a later `when` can name; empty when any text may be the answer."""
        return YES_NO if self.kind == "yes_no" else tuple(option.id for option in self.options)


class Form(Entry):
    """Questions in order, what is said at the end, and the tag of the case that holds the answers."""

    id: Id = Field(alias="<id>")
    title: InEachLanguage
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=30)]
    done: InEachLanguage
    saves: Literal["case"] = "case"
    tag: Id

    @model_validator(mode="after")
    def _asks_back_only(self) -> Self:
        if faults := [fault for place in range(len(self.questions)) for fault in self._when_faults(place)]:
            raise several(faults)
        return self

    def _when_faults(self, place: int) -> list[Fault]:
        earlier = {question.id: question for question in self.questions[:place]}
        faults: list[Fault] = []
        for name, value in self.questions[place].when.items():
            loc = ("questions", place, "when", name)
            if name not in earlier:
                faults.append((loc, no_such("earlier question", name, earlier)))
            elif values := earlier[name].values:
                if value not in values:
                    faults.append((loc, f"'{name}' is never '{value}'{did_you_mean(value, values)}"))
            else:
                faults.append((loc, f"'{name}' takes any answer; only a choice or a yes_no can decide"))
        return faults


Forms = Annotated[Mapping[str, Form], Named]
