"""What is said instead of a message where the provider takes only what it has approved: after a day of silence.

Each kind of message may have a twin: a template of the provider, whose values are filled in when the message is said.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, PlainValidator, model_validator

from bot.business.faults import several
from bot.business.fields import (
    ChannelName,
    Entry,
    Id,
    InEachLanguage,
    InSomeLanguages,
    LanguageCode,
    Languages,
    language_faults,
    matching,
)
from bot.ports.accounts import Wanted

PLACE = re.compile(r"\{\{(\d{1,2})\}\}")
KNOWN = frozenset({"name", "firm"})
"""Values of an operator's template that nobody has to be asked for."""

Kind = Literal["question", "relay", "notice", "reminder", "broadcast"]
"""The kinds of messages; see `bot.chat.Chat.say`."""

Value = Literal["text", "name", "firm"]

NAME = re.compile(r"[a-z0-9_]{1,512}|HX[0-9a-f]{32}")
EXPECTED = "expected a template's name, like visit_reminder, or its ids at Twilio by language, like {ru: HX…}"


def read_name(written: object) -> str | Mapping[str, str]:
    """Read what a template is called on a channel: one name, or one a language. A refusal never repeats what was written."""
    if not isinstance(written, dict):
        if not NAME.fullmatch(str(written)):
            raise ValueError(EXPECTED)
        return str(written)
    wrong = [((code,), EXPECTED) for code, name in written.items() if not NAME.fullmatch(str(name))]
    if faults := [*language_faults(written), *wrong]:
        raise several(faults)
    return {code: str(name) for code, name in written.items()}


Name = Annotated[str | Mapping[str, str], PlainValidator(read_name)]


class Approved(Entry):
    """A template by its name on each channel, and the languages in which it was approved.

    At Twilio it has one id a language. It leaves in the customer's language where it has that, in `others` where not (else
    in the first of its languages).
    """

    names: Annotated[Mapping[ChannelName, Name], Field(min_length=1)]
    languages: Languages
    others: LanguageCode | None = None

    @model_validator(mode="after")
    def _has_the_other(self) -> Self:
        if self.others is not None and self.others not in self.languages:
            raise ValueError(f"others is '{self.others}', which does not stand under languages")
        return self

    @model_validator(mode="after")
    def _named_in_all(self) -> Self:
        faults = [
            (("names", channel), f"the id in {', '.join(missing)} is missing")
            for channel, name in self.names.items()
            if not isinstance(name, str) and (missing := [code for code in self.languages if code not in name])
        ]
        if faults:
            raise several(faults)
        return self

    def names_in(self, language: str) -> Mapping[str, str]:
        """What it is called on each channel in one of its languages."""
        return {channel: name if isinstance(name, str) else name[language] for channel, name in self.names.items()}

    def called(self, channel: str) -> str:
        """What people read of it on a channel; empty where it has no name there."""
        return self.names_in(self.languages[0]).get(channel, "")

    def language_for(self, language: str) -> str:
        """The language in which it leaves for a customer of this one."""
        return language if language in self.languages else self.others or self.languages[0]


class Twin(Approved):
    """A template that stands in for a kind of message.

    `values` fill {{1}}, {{2}} and so on: the `text` of the message, the customer's `name`, the `firm`.
    """

    values: tuple[Value, ...] = ("text",)


OwnValue = Annotated[str, matching(r"[a-z][a-z0-9_]{0,39}", "a word, like day")]


class OwnTemplate(Approved):
    """A template that operators choose and send; `text` are its words, with {{1}}, {{2}} for the values.

    Values other than `name` and `firm` are asked from the operator by their own word.
    """

    label: InEachLanguage | None = None
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

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """Every template that is named, on each channel and in each language."""
        named: list[Twin | OwnTemplate] = [*self.twins.values(), *self.own.values()]
        return tuple(
            Wanted(channel, name, language, len(each.values))
            for each in named
            for language in each.languages
            for channel, name in each.names_in(language).items()
        )
