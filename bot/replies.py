"""What can be said back, for any channel.

A step commits neutral messages; the channel renders them when they leave. A choice carries what it *means*, and the
stored message is where a pressed button is looked up, so last month's button still means something.
"""

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from bot.events import Media

Hint = Literal["", "text", "tel", "email", "number"]

ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
MANY = 14  # lines or choices; who hears more of them remembers none


class Answer(msgspec.Struct, frozen=True, gc=False, tag="answer"):
    """Answers `field` of the dialog `dialog` that runs as `frame`, with a stored (already parsed) value."""

    dialog: str
    frame: str
    field: str
    value: msgspec.Raw


class Start(msgspec.Struct, frozen=True, tag="start", omit_defaults=True):
    """Starts a dialog; `about` names the record it is about, `given` are answers known beforehand."""

    dialog: str
    about: str = ""
    given: Mapping[str, msgspec.Raw] = {}


class Go(msgspec.Struct, frozen=True, gc=False, tag="go"):
    """Goes to a place of the menu."""

    place: str


class Speak(msgspec.Struct, frozen=True, gc=False, tag="word"):
    """Stands for a global word: `human`, `cancel`, `back`, `help`, `language`, `menu`."""

    word: str


class Act(msgspec.Struct, frozen=True, gc=False, tag="act", omit_defaults=True):
    """Runs the named action of a handler on a record, e.g. `visit.keep` on a booking."""

    name: str
    about: str = ""


Meaning = Answer | Start | Go | Speak | Act


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to choose. `short` is the declared form for channels where `label` does not fit."""

    id: str
    label: str
    means: Meaning
    short: str = ""
    description: str = ""


class Link(msgspec.Struct, frozen=True, gc=False):
    """A button that opens an address; http, https, tel, mailto, and `viber://pa?…` from where that can be opened."""

    url: str
    label: str


class Progress(msgspec.Struct, frozen=True, gc=False):
    """Where the customer stands: question `step` of about `of`."""

    step: int
    of: int


class Template(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is said instead where only an approved template may be: its `names` by channel, and its values in order.

    `language` is the one that it was approved in, which may be another than the customer's.
    """

    names: Mapping[str, str]
    language: str
    values: tuple[str, ...] = ()


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message to the customer, in their language, laid out for no channel in particular.

    `hint` says what kind of answer is typed next, so that a phone shows the right keyboard. `numbered` says that a
    typed number picks a choice; it does not where a number may be the answer itself. `author` is set when a human
    speaks, `origin` then says where it was written; of the bot's words it is the conversation in which they were said
    first. With `replaces` the message takes the place of the one with that number in the conversation, and without text
    and media takes it back. `by` is the colleague's own name, for the desk alone. `heading` is a line of our own above a
    text that is somebody else's. `template` stands in for the message after the window of its channel has closed. On a
    phone `rings` is the group whose phones ring then, and what is `written` is left out of the call and sent as a text
    message. What a customer said in `public` stands beside the conversation, where everybody reads it.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    media: tuple[Media, ...] = ()
    links: tuple[Link, ...] = ()
    hint: Hint = ""
    progress: Progress | None = None
    numbered: bool = True
    author: str = ""
    origin: str = ""
    replaces: int = 0
    heading: str = ""
    by: str = ""
    template: Template | None = None
    rings: str = ""
    written: bool = False
    public: bool = False

    @property
    def shows(self) -> bool:
        """Whether there is more to it than can be told: a file, a link, an address in its words."""
        return bool(self.media or self.links or ADDRESS.search(self.text))

    @property
    def long(self) -> bool:
        """Whether it is a list that is better read than told."""
        return len(self.choices) > MANY or self.text.count("\n") >= MANY

    def numbered_choice(self, number: int) -> Choice | None:
        """The choice that a typed number picks, counted from 1 as it was shown."""
        return self.choices[number - 1] if self.numbered and 0 < number <= len(self.choices) else None

    def choice(self, choice_id: str) -> Choice | None:
        """The choice with this id, or None when the message never had it."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)
