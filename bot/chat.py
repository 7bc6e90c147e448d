"""The handle that handlers and dialogs act through.

Nothing happens while a handler runs: what it asks for is collected here and commits with the step. Ports are reached
by name (`chat.calendar`) and are bound to the step, so a repeated run sees the same answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

import msgspec

from bot.business import Business
from bot.conversation import Conversation
from bot.events import LIVE, CaseChanged, Contact, Media
from bot.ports.calendar import Calendar
from bot.ports.step import Scope
from bot.records import Cases, Customer, CustomerPatch, Ratings, save_customer
from bot.replies import Answer, Choice, Hint, Link, Meaning, Message, Progress, Template
from bot.texts import LANGUAGES, Phrasebook, Wording, spoken
from bot.understanding import Understander

Factories = Mapping[str, Callable[[Scope], Any]]


class Dialogs(Protocol):
    """What handlers may do with dialogs; the engine (`bot.dialog.Machine`) stands behind it.

    Calls that look at the open dialog raise `bot.dialog.Lost` when this release cannot continue it.
    """

    async def start(
        self,
        chat: "Chat",
        dialog: str,
        *,
        about: str = "",
        given: Mapping[str, msgspec.Raw] | None = None,
        heard: str = "",
    ) -> None:
        """Begin a dialog on top of what is going on."""

    async def hear(self, chat: "Chat", text: str) -> Any:
        """Take a typed answer; gives the refusal back when it is none, else None."""

    async def look(self, chat: "Chat", media: Sequence[Media], *, further: bool = False) -> bool:
        """Take pictures as the answer; False when the open question asks for none."""

    async def refuse(self, chat: "Chat", refused: Any) -> None:
        """Explain a refusal and ask again."""

    async def press(self, chat: "Chat", answer: Answer) -> bool:
        """Take a pressed answer; False when its dialog is over."""

    async def ask_again(self, chat: "Chat") -> bool:
        """Say the open question once more; False when none is open."""

    async def back(self, chat: "Chat") -> bool:
        """Return to the question before; False when no dialog is open."""

    async def drop(self, chat: "Chat") -> bool:
        """End the open dialog without its result; False when none is open."""

    async def silence(self, chat: "Chat", frame: str) -> None:
        """The customer has not answered for a while."""

    def discard(self, chat: "Chat") -> None:
        """Take away a dialog that cannot be continued."""

    def takes_anything(self, chat: "Chat") -> bool:
        """Whether the open question takes any words for its answer."""

    def knows(self, dialog: str) -> bool:
        """Whether a dialog is switched on."""

    def title(self, dialog: str) -> Wording | None:
        """What a dialog is called, or None for one that is not switched on."""


class Option(msgspec.Struct, frozen=True):
    """Something to choose, not yet in a language."""

    label: Wording
    means: Meaning
    short: Wording | None = None
    description: Wording | None = None


@dataclass(slots=True)
class Said:
    """One message this step says, with what becomes of it on the way."""

    message: Message
    kind: str
    lane: int
    expires_after: timedelta | None


@dataclass(slots=True)
class Chat:
    """One conversation during one step."""

    business: Business
    conversation: Conversation
    customer: Customer
    scope: Scope
    dialogs: Dialogs
    factories: Factories
    phrasebook: Phrasebook
    understander: Understander
    pressed: Choice | None = None
    lane: int = LIVE
    said: list[Said] = field(default_factory=list)
    ahead: list[Wording] = field(default_factory=list)
    _ports: dict[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The step's instant in the business's time zone."""
        return self.scope.now.astimezone(self.business.zone)

    @property
    def contact(self) -> Contact:
        """Where the customer is."""
        return Contact.of(self.scope.actor)

    @property
    def language(self) -> str:
        """The language of this conversation; the business's first until another is known."""
        return self.conversation.language or self.business.languages[0]

    @property
    def calendar(self) -> Calendar:
        """Free times and visits."""
        return cast(Calendar, self.port("calendar"))

    @property
    def cases(self) -> Cases:
        """Matters for people: requests for a human, filled forms, parked events."""
        return cast(Cases, self.port("cases"))

    @property
    def ratings(self) -> Ratings:
        """What customers thought of how their cases were handled."""
        return cast(Ratings, self.port("ratings"))

    def port(self, name: str) -> Any:
        """The provider behind a port, bound to this step; raises `KeyError` for a port the business has not got."""
        if name not in self._ports:
            self._ports[name] = self.factories[name](self.scope)
        return self._ports[name]

    def relay(
        self,
        text: str,
        author: str,
        *,
        media: Sequence[Media] = (),
        origin: str = "",
        replaces: int = 0,
        by: str = "",
        template: Template | None = None,
    ) -> None:
        """Let the customer hear what a human says, word for word; `replaces` is the number of what it corrects.

        `template` says the same after the window of the channel; without it the firm's own for people's words does.
        """
        template = template or self._twin("relay", [spoken(text)])
        message = Message(text, media=tuple(media), author=author, origin=origin, replaces=replaces, by=by,
                          template=template)  # fmt: skip
        self.said.append(Said(message, "relay", self.lane, None))

    def show_desk(self, case: str = "", *, note: str = "") -> None:
        """Let the desk see that a case (the open one, if none is named) has moved on; nothing where there is none."""
        if shown := case or self.conversation.case:
            self.scope.tell(f"thread/{shown}", CaseChanged(self.scope.actor, note))

    def guess(self, *, name: str = "", language: str = "") -> None:
        """Keep what a profile says of the customer, where they have not said it themselves."""
        patch = CustomerPatch(name=name, language=language, guessed=True)
        self.customer = save_customer(self.scope, self.customer, patch)

    def know(self, *, name: str = "", phone: str = "", email: str = "", language: str = "") -> None:
        """Keep what the customer told of themselves; empty means nothing was told."""
        patch = CustomerPatch(name=name, phone=phone, email=email, language=language)
        self.customer = save_customer(self.scope, self.customer, patch)

    def speak(self, language: str, *, chosen: bool = False) -> None:
        """Go on in another language; a guess never overrides what the customer chose."""
        if language not in self.business.languages or language not in LANGUAGES:
            return
        if chosen or not self.conversation.language_chosen:
            self.conversation.language = language
            self.conversation.language_chosen = self.conversation.language_chosen or chosen

    def words(self, wording: Wording) -> str:
        """A wording in the language of this conversation."""
        return self.phrasebook.say(wording, self.language)

    def words_for_staff(self, wording: Wording) -> str:
        """A wording in the language of the desk."""
        return self.phrasebook.say(wording, self.business.desk_language)

    def first(self, wording: Wording) -> None:
        """Put a sentence before whatever is said next in this step."""
        self.ahead.append(wording)

    def say(
        self,
        wording: Wording,
        options: Sequence[Option] = (),
        *,
        media: Sequence[Media] = (),
        links: Sequence[Link] = (),
        hint: Hint = "",
        progress: Progress | None = None,
        numbered: bool = True,
        rings: str = "",
        written: bool = False,
        origin: str = "",
        kind: str = "question",
        lane: int | None = None,
        expires_after: timedelta | None = None,
    ) -> None:
        """Say one message in the customer's language.

        `kind` says what becomes of it when it was perhaps sent already: a question or relay is sent again, a
        broadcast is not. `numbered` is False where a typed number is an answer and not a choice. `rings` is the group
        whose phones then ring, where this is said on a phone; what is `written` leaves as a text message there.
        `origin` is the conversation in which it was said first.
        """
        parts = (*self.ahead, wording)
        text = "\n\n".join([self.words(part) for part in parts]).strip()
        self.ahead.clear()
        message = Message(text, self._choices(options), tuple(media), tuple(links), hint, progress, numbered,
                          template=self._twin(kind, parts), rings=rings, written=written,
                          origin=origin)  # fmt: skip
        self.said.append(Said(message, kind, self.lane if lane is None else lane, expires_after))

    def repeat(self, message: Message) -> None:
        """Say a message of ours once more, as it stands in the transcript."""
        self.said.append(Said(message, "question", self.lane, None))

    def _twin(self, kind: str, parts: Sequence[Wording]) -> Template | None:
        """What is said instead of a message after the window of its channel has closed, in a language that it has."""
        twin = self.business.twin(kind)
        if twin is None or self.contact.channel not in twin.names:
            return None
        language = twin.language_for(self.language)
        said = {
            "text": " ".join(" ".join(self.phrasebook.say(part, language) for part in parts).split()),
            "name": self.customer.name,
            "firm": self.phrasebook.say(self.business.name, language),
        }
        return Template(twin.names_in(language), language, tuple(said[value] for value in twin.values))

    def flush(self, options: Sequence[Option] = ()) -> None:
        """Say what was put first and followed by nothing."""
        if self.ahead:
            last = self.ahead.pop()
            self.say(last, options)

    def _choices(self, options: Sequence[Option]) -> tuple[Choice, ...]:
        say, language = self.phrasebook.say, self.language
        choices = [
            Choice(
                str(number),
                say(option.label, language),
                option.means,
                say(option.short, language) if option.short else "",
                say(option.description, language) if option.description else "",
            )
            for number, option in enumerate(options)
        ]
        return tuple(choices)

    async def start(
        self, dialog: str, *, about: str = "", given: Mapping[str, msgspec.Raw] | None = None, heard: str = ""
    ) -> None:
        """Begin a dialog on top of what is going on; what it interrupts is resumed after it."""
        await self.dialogs.start(self, dialog, about=about, given=given, heard=heard)

    def remind(self, key: str, due: datetime, **data: str) -> None:
        """Send this conversation a `TimerFired` at `due`; one that is already past is not set."""
        self.scope.schedule(key, due, data)

    def forget(self, key: str) -> None:
        """Take a timer back."""
        self.scope.unschedule(key)
