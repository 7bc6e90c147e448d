"""A dialog: a finite-state machine that asks for data and acts on it.

Its fields are questions, in order; its states are the points where it waits. Everything that can happen to it is
declared (jumps in `may_go`, silence in `silent`), so the graph is known without running it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

import msgspec

from bot.chat import Chat
from bot.conversation import Frame
from bot.dialog.field import NULL, Field, encode
from bot.dialog.outcome import NotDeclared
from bot.texts import Text, Wording, t

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Next:
    """Go to the question `field` and ask it afresh, after saying `why`; without a field, leave the dialog."""

    field: str
    why: Wording | None = None


Hook = Callable[[Any, Chat], Awaitable[Next | None]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A method of a dialog that runs after an answer, or in a silence that lasts `after`."""

    fields: tuple[str, ...]
    may_go: tuple[str, ...]
    run: Hook
    wait: timedelta | None = None

    @property
    def name(self) -> str:
        """The method's name."""
        return str(getattr(self.run, "__name__", "rule"))


def after(*fields: Field[Any], may_go: tuple[str, ...] = ()) -> Callable[[Hook], Hook]:
    """Run the method whenever one of `fields` was answered; it may go to the questions named in `may_go`."""

    def mark(method: Hook) -> Hook:
        vars(method)["rule"] = (fields, may_go, None)
        return method

    return mark


def silent(*fields: Field[Any], wait: timedelta, may_go: tuple[str, ...] = ()) -> Callable[[Hook], Hook]:
    """Run the method once a dialog when one of `fields` has stood unanswered for `wait`."""

    def mark(method: Hook) -> Hook:
        vars(method)["rule"] = (fields, may_go, wait)
        return method

    return mark


class Watch:
    """Notes in the frame which answers were read while the question `field` was made; a context manager."""

    __slots__ = ("_frame", "field", "read")

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self.field = ""
        self.read: set[str] | None = None

    def __enter__(self) -> None:
        self.read = set()

    def __exit__(self, *error: object) -> None:
        needs = sorted((self.read or set()) - {self.field})
        if needs:
            self._frame.needs[self.field] = needs
        else:
            self._frame.needs.pop(self.field, None)
        self.read = None


class Dialog:
    """What authors subclass. The docstring's first line says what the dialog is for.

    `key` is the name under which it is stored and started (the class's own, in snake case). `version` rises when stored
    answers no longer fit; `upgrade` then carries them over. A dialog in which nothing happens for `idle` ends.
    """

    key: ClassVar[str] = ""
    title: ClassVar[Wording] = Text("")
    version: ClassVar[int] = 1
    idle: ClassVar[timedelta] = timedelta(days=3)
    fields: ClassVar[Mapping[str, Field[Any]]] = {}
    rules: ClassVar[tuple[Rule, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Field)}
        if taken := own.keys() & vars(Dialog).keys():
            raise NotDeclared(f"{cls.__name__}: a question cannot be called {', '.join(sorted(taken))}")
        cls.fields = {**cls.fields, **own}
        cls.rules = (*cls.rules, *(_rule(cls, method) for method in vars(cls).values() if hasattr(method, "rule")))
        if "key" not in vars(cls):
            cls.key = _snake(cls.__name__)

    def __init__(self, chat: Chat, frame: Frame) -> None:
        self.chat = chat
        self.frame = frame
        self._watch = Watch(frame)

    async def done(self, chat: Chat) -> None:
        """Act on the answers. What may have to go back to a question belongs into a rule `after` the last one."""

    async def dropped(self, chat: Chat) -> None:
        """Clean up when the customer cancels or falls silent for good."""

    @classmethod
    def upgrade(cls, version: int, answers: dict[str, msgspec.Raw]) -> dict[str, msgspec.Raw] | None:
        """Answers stored by an earlier `version`, as this one stores them; None when that cannot be done."""
        del version, answers
        return None

    def again(self, field: str, why: Wording | None = None) -> Next:
        """Ask `field` afresh."""
        return Next(field, why)

    def leave(self, why: Wording) -> Next:
        """End the dialog without its result and say why; every dialog may do that anywhere, as CANCEL does."""
        return Next("", why)

    def has(self, field: str) -> bool:
        """Whether `field` has been answered."""
        return field in self.frame.answers

    def answer(self, field: Field[T]) -> T:
        """The answer to `field`, or its kind's `nothing`; remembered as what the question being made depends on."""
        if self._watch.read is not None:
            self._watch.read.add(field.name)
        raw = self.frame.answers.get(field.name)
        if raw is None or raw == NULL:
            nothing: T = field.kind.nothing
            return nothing
        return field.kind.decode(raw)

    def watching(self, field: Field[Any]) -> Watch:
        """Note which answers are read meanwhile: `field` depends on them."""
        self._watch.field = field.name
        return self._watch

    def note(self, key: str, value: object) -> None:
        """Remember something small beside the answers, e.g. which times were shown."""
        self.frame.notes[key] = encode(value)

    def noted(self, key: str, kind: type[T]) -> T | None:
        """What was noted under `key`, or None."""
        raw = self.frame.notes.get(key)
        return None if raw is None else msgspec.json.decode(raw, type=kind)

    def shown(self) -> list[tuple[Wording, Wording]]:
        """The labelled answers for a summary, in order: name and value; what was left open is left out."""
        lines: list[tuple[Wording, Wording]] = []
        for field in self.fields.values():
            if field.label is None or not self.has(field.name):
                continue
            if self.frame.answers[field.name] != NULL:
                lines.append((field.label, field.kind.show(self.answer(field), self)))
        return lines

    def checked(self, rule: Rule, following: Next | None) -> Next | None:
        """`following`, if the rule had declared it; raises `NotDeclared` otherwise."""
        if following is not None and following.field and following.field not in rule.may_go:
            raise NotDeclared(f"{self.key}.{rule.name} goes to {following.field!r}, may_go={rule.may_go}")
        return following


def _rule(cls: type[Dialog], method: Any) -> Rule:
    fields, may_go, wait = method.rule
    unknown = [name for name in may_go if name not in cls.fields]
    if unknown:
        raise NotDeclared(f"{cls.__name__}.{method.__name__} may go to {unknown}, which are no questions of it")
    return Rule(tuple(field.name for field in fields), tuple(may_go), method, wait)


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")


def summary_line(label: Wording, value: Wording) -> Wording:
    """One line of a summary."""
    return t("{label}: {value}", label=label, value=value)
