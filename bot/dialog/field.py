"""A question of a dialog, as its author declares it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, overload

import msgspec

from bot.dialog.outcome import Refused
from bot.replies import Hint
from bot.texts import Wording, spoken, t

if TYPE_CHECKING:
    from bot.dialog.dialog import Dialog

T = TypeVar("T")
D = Any
"""The running dialog that a callback is given; authors annotate it with their own class."""

TYPED = "typed"
"""The key of an offer's value that is text to be read as if the customer had typed it."""

Told = Wording | Callable[[D], Wording | Awaitable[Wording]]

_encode = msgspec.json.Encoder().encode


def encode(value: object) -> msgspec.Raw:
    """A value as buttons and stored dialogs keep it."""
    return msgspec.Raw(_encode(value))


NULL = encode(None)
"""What is stored of a question that was left open."""


class Offer(msgspec.Struct, frozen=True):
    """An answer on a button: the value that is stored, and what the customer reads.

    `phrases` are other words for it, folded when compared.
    """

    value: Any
    label: Wording
    short: Wording | None = None
    description: Wording | None = None
    phrases: tuple[str, ...] = ()


class Kind(Generic[T]):
    """How one kind of answer is read, offered, stored and shown. Parsing happens here and nowhere later."""

    stored: Any = str
    nothing: Any = ""
    hint: Hint = ""
    free_text = False
    empty: Wording | None = None
    """What is said instead of the question when there should be offers and there are none."""
    asks = True
    """False for a kind that poses no question of its own (a sub-dialog)."""
    _decoder: ClassVar[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(stored)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._decoder = msgspec.json.Decoder(cls.stored)

    async def offers(self, dialog: "Dialog", field: "Field[T]") -> Sequence[Offer]:
        """What stands on the buttons; empty when the answer is typed."""
        del dialog, field
        return ()

    async def read(self, text: str, dialog: "Dialog", field: "Field[T]") -> T:
        """The answer in what the customer typed; raises `Refused`, `Unclear`, `AskAgain` or `ChangeWanted`."""
        del text, dialog, field
        raise Refused(t("Please use one of the buttons."))

    async def press(self, raw: msgspec.Raw, dialog: "Dialog", field: "Field[T]") -> T:
        """The answer behind a button; raises as `read` does."""
        del dialog, field
        return self.decode(raw)

    async def overhear(self, text: str, dialog: "Dialog", field: "Field[T]") -> T | None:
        """The answer, when a message about something else plainly holds it too; None otherwise."""
        del text, dialog, field
        return None

    async def left(self, text: str, dialog: "Dialog", field: "Field[T]") -> str:
        """What a text says besides the answer that was taken from it; empty for a kind that takes all of it."""
        del text, dialog, field
        return ""

    def show(self, value: T, dialog: "Dialog") -> Wording:
        """The answer as the summary says it."""
        del dialog
        return spoken(str(value))

    def encode(self, value: T) -> msgspec.Raw:
        """The answer as it is stored."""
        return encode(value)

    def decode(self, raw: msgspec.Raw) -> T:
        """The stored answer; raises `msgspec.DecodeError` for one of another type."""
        value: T = self._decoder.decode(raw)
        return value


class Field(Generic[T]):
    """One question. On the class it is the declaration, on a running dialog the answer (`kind.nothing` before it).

    `label` names the answer in the summary; `known` answers without asking; `skip` is the words of a button that
    leaves it open; `when` says whether it is asked at all.
    """

    def __init__(
        self,
        prompt: Told,
        kind: Kind[T],
        *,
        label: Wording | None = None,
        known: Callable[[D], T | None] | None = None,
        skip: Wording | None = None,
        when: Callable[[D], bool] | None = None,
    ) -> None:
        self.prompt = prompt
        self.kind = kind
        self.label = label
        self.known = known
        self.skip = skip
        self.when = when
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, dialog: None, owner: type) -> Self: ...

    @overload
    def __get__(self, dialog: "Dialog", owner: type) -> T: ...

    def __get__(self, dialog: "Dialog | None", owner: type) -> Self | T:
        if dialog is None:
            return self
        return dialog.answer(self)

    def __repr__(self) -> str:
        return f"<Field {self.name}>"
