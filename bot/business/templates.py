"""What is said instead of a message where the provider takes only what it has approved: after a day of silence.

Each kind of message may have a twin: a template of the provider, whose values are filled in when the message is said.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from bot.business.fields import ChannelName, Entry, Id, InEachLanguage, InSomeLanguages, Languages, matching

PLACE = re.compile(r"\{\{(\d{1,2})\}\}")
KNOWN = frozenset({"name", "firm"})
"""Values of an operator's template that nobody has to be asked for."""

Kind = Literal["question", "relay", "notice", "reminder", "broadcast"]
"""The kinds of messages; see `bot.chat.Chat.say`."""

Value = Literal["text", "name", "firm"]

TemplateName = Annotated[
    str,
    matching(r"[a-z0-9_]{1,512}|HX[0-9a-f]{32}", "a template's name, like visit_reminder, or its id at Twilio, HX…"),
]


class Twin(Entry):
    """A template by its name on each channel, and the languages in which it was approved; others get the first of them.

    `values` fill {{1}}, {{2}} and so on: the `text` of the message, the customer's `name`, the `firm`.
    """

    names: Annotated[Mapping[ChannelName, TemplateName], Field(min_length=1)]
    languages: Languages
    values: tuple[Value, ...] = ("text",)


OwnValue = Annotated[str, matching(r"[a-z][a-z0-9_]{0,39}", "a word, like day")]


class OwnTemplate(Entry):
    """A template that operators choose and send; `text` are its words, with {{1}}, {{2}} for the values.

    Values other than `name` and `firm` are asked from the operator by their own word. It leaves in the customer's
    language where that was approved, else in the first.
    """

    label: InEachLanguage | None = None
    names: Annotated[Mapping[ChannelName, TemplateName], Field(min_length=1)]
    languages: Languages
    values: tuple[OwnValue, ...] = ()
    text: InSomeLanguages

    @model_validator(mode="after")
    def _says_all(self) -> Self:
        if missing := [code for code in self.languages if code not in self.text.wordings]:
            raise ValueError(f"the text in {', '.join(missing)} is missing")
        numbers = {str(n + 1) for n in range(len(self.values))}
        for code in self.languages:
            if set(PLACE.findall(self.text.wordings[code])) != numbers:
                raise ValueError(
                    f"the text in {code} must hold each of its {len(numbers)} values, as {{{{1}}}} and so on"
                )
        return self

    @property
    def asked(self) -> tuple[str, ...]:
        """The values that the operator gives, in order, each once."""
        return tuple(dict.fromkeys(each for each in self.values if each not in KNOWN))

    def language_for(self, language: str) -> str:
        """The language in which it leaves for a customer of this one."""
        return language if language in self.languages else self.languages[0]

    def filled(self, language: str, values: Sequence[str]) -> str:
        """What the customer reads, in a language that it has."""
        return PLACE.sub(lambda place: values[int(place[1]) - 1], self.text.wordings[language])


class Templates(Entry):
    """What can be said back after the window: a twin for each kind of message, and templates that operators choose."""

    question: Twin | None = None
    relay: Twin | None = None
    notice: Twin | None = None
    reminder: Twin | None = None
    broadcast: Twin | None = None
    own: Mapping[Id, OwnTemplate] = Field(default_factory=dict)

    @property
    def twins(self) -> Mapping[str, Twin]:
        """The twins by kind."""
        found = {kind: getattr(self, kind) for kind in get_args(Kind)}
        return {kind: twin for kind, twin in found.items() if twin is not None}
