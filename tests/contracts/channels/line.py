"""What the list of promises has to know of a channel: how its customers write, and what they see.

One class a channel, in `lines/`. It opens an account over the channel's stand-in; deliveries are made here, from the
provider's own description, and not by the channel's code.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import ClassVar, Literal, NamedTuple, Self

from bot.events import Contact, Media
from bot.net import Fetcher
from bot.ports.accounts import Account, Descriptor, Kit, Label
from bot.ports.channel import Answer, Channel, Inbound
from bot.ports.clock import Clock
from bot.rendering import Limits, named
from integrations.channels import descriptor
from tests.contracts.channels.house import House

Ability = Literal[
    "proof", "press", "picture", "batch", "receipt", "reachable", "send", "refusing", "buttons", "doctor", "strangers"
]
Fault = Literal["busy", "outage", "break", "revoked", "blocked", "refused"]

BUSINESS = "demo"
ACCOUNT = "main"
PUBLIC_URL = "https://chat.example.com"
JPEG = b"\xff\xd8\xff\xe0" + b"a picture" * 20
FILES = {"a.jpg": JPEG, "a.ogg": b"OggS" + b"a voice" * 20, "a.mp4": b"\0\0\0 ftypisom" + b"a film" * 20}
DAY = timedelta(days=1)
SHARE, CHOOSE = "Share my number", "Choose"


class Option(NamedTuple):
    """Something to press on the screen: what it says, and what it gives back (empty: it types its own label)."""

    label: str
    gives: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One message on the customer's screen: its words (labels and descriptions of options among them), options, files."""

    text: str
    options: tuple[Option, ...] = ()
    files: tuple[str, ...] = ()


class Still:
    """A clock that stands still; waits are noted and not waited for."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


@dataclass
class Remembers:
    """A `Memory` in a dict."""

    kept: dict[str, str] = field(default_factory=dict)

    async def get(self, name: str) -> str | None:
        return self.kept.get(name)

    async def set(self, name: str, value: str) -> None:
        self.kept[name] = value


class Line(ABC):
    """One account of a channel with one customer at the other end; a context manager.

    `can` is what the channel has by its nature. `secrets` must never show anywhere, `limits` are those that its messages
    keep to. `covers` says whether the proof of a delivery covers its body, `proof_header` where it stands. `template` is
    the name of one that may be sent, `reports` what the provider tells of a message later, `faults` what can go wrong.
    `window` is for how long after the customer's last word the bot may write, `human_window` a person (None: for ever);
    `hint_seconds` is how long the provider asks to wait with the fault `busy`, 0 where it does not say; with `echoes` it
    says of which part of a message it reports.
    """

    name: ClassVar[str]
    can: ClassVar[frozenset[Ability]]
    secrets: ClassVar[Mapping[str, str]] = {}
    settings: ClassVar[Mapping[str, str]] = {}
    address: str
    covers: ClassVar[bool] = True
    proof_header: ClassVar[str] = ""
    one_bad_item: ClassVar[bool] = False
    reports: ClassVar[tuple[str, ...]] = ("delivered", "read", "failed")
    faults: ClassVar[tuple[Fault, ...]] = ("busy", "outage", "break", "revoked", "blocked", "refused")
    window: ClassVar[timedelta | None] = None
    human_window: ClassVar[timedelta | None] = None
    hint_seconds: ClassVar[int] = 0
    echoes: ClassVar[bool] = False
    template: str = ""
    hidden: bool = False
    """Whether the customer hides their phone from the firm, where they can; to be set before the start."""

    channel: Channel
    limits: Limits

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.share: Label = lambda _: SHARE
        self.choose: Label = lambda _: CHOOSE
        self.memory = Remembers()
        self.house = House(BUSINESS, ACCOUNT)
        self.public_url = PUBLIC_URL
        self.files = Fetcher(anywhere=True)

    @property
    def contact(self) -> Contact:
        """The customer's address."""
        return Contact(self.name, ACCOUNT, self.address)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self.files.close()

    # Opening and closing.

    @abstractmethod
    async def start(self) -> None:
        """Start the stand-in and open the account there."""

    @abstractmethod
    async def stop(self) -> None:
        """Close both."""

    def kind(self) -> Descriptor:
        """What its package exports."""
        return descriptor(self.name)

    def open(self, api_url: str, **settings: str) -> Channel:
        """The account as its package's descriptor opens it."""
        kind = self.kind()
        self.limits = kind.limits
        unset = {key: each.default for key, each in kind.settings.items() if each.default is not None}
        spare = {key: each.default for key, each in kind.secrets.items() if each.default is not None}
        given = {**unset, **self.settings, "api_url": api_url, **settings}
        self.account = Account(BUSINESS, self.name, ACCOUNT, {**spare, **self.secrets}, given, self.public_url)
        self.house.channel = made = kind.open(self.account, self.kit())
        return made

    def kit(self) -> Kit:
        """What the house lends."""
        return Kit(self.clock, self.files, _read, _link, self.memory, self.share, self.choose)

    # What comes in.

    @abstractmethod
    def write(self, text: str, number: int) -> Inbound:
        """The customer's message `number` in words."""

    @abstractmethod
    def proved(self, body: bytes, *, url: str = "") -> Inbound:
        """Any body with the proof that the provider would give it."""

    def meaning(self, body: bytes) -> object:
        """What of a body its proof is about: bodies of one meaning have one proof."""
        return body

    def samples(self) -> Sequence[Inbound]:
        """A delivery of every kind that the provider makes."""
        return (self.write("Բարև, мир", 1),)

    def forgeries(self, inbound: Inbound) -> Mapping[str, Inbound]:
        """The same delivery without its proof, and with wrong ones; by what is wrong."""
        raise NotImplementedError

    def gives(self, message: int, choice: str) -> str:
        """What the button of a choice gives back."""
        return named(message, choice)

    def press(self, gives: str, number: int, *, label: str = "") -> Inbound:
        """The customer's act `number`: to press what gives this back."""
        raise NotImplementedError

    def picture(self, number: int) -> Inbound:
        """The customer's message `number`: a picture."""
        raise NotImplementedError

    def batch(self, *texts: str) -> Inbound:
        """Several messages in one delivery, numbered from 1; where it has `one_bad_item` an empty text is unreadable."""
        raise NotImplementedError

    def receipt(self, state: str, provider_id: str, message: int, part: int = 0) -> Inbound:
        """What becomes of a message of ours: `sent`, `delivered`, `read` or `failed`."""
        raise NotImplementedError

    def stranger(self, number: int) -> Inbound:
        """What somebody wrote to another account that has the same app, and so the same secrets."""
        raise NotImplementedError

    def leaves(self, number: int) -> Inbound:
        """The customer blocks us or unsubscribes, and the provider tells."""
        raise NotImplementedError

    def opens(self, number: int, language: str) -> Inbound | None:
        """The customer opens the chat without a word; None where the provider does not tell of it."""
        return None

    def answered(self, answer: Answer) -> Shown | None:
        """What the customer sees of the answer to a delivery; None for nothing."""
        return None

    # What goes out.

    @property
    def shown(self) -> Sequence[Shown]:
        """What the customer sees of us, oldest first."""
        raise NotImplementedError

    def fails(self, fault: Fault) -> None:
        """The next thing that is sent meets this fault."""
        raise NotImplementedError

    def rests(self) -> None:  # noqa: B027  most providers do not count
        """So much time passes that the customer may be written to at length again."""

    def passes(self, span: timedelta) -> None:
        """Time passes."""
        assert isinstance(self.clock, Still)
        self.clock.at += span

    def unused(self) -> Sequence[object]:
        """Faults and answers that were laid out and never met."""
        return ()

    def inbound(self, body: bytes, headers: Mapping[str, str], *, url: str = "", address: str = "") -> Inbound:
        """A delivery to this account, now."""
        hook = f"{self.public_url}/webhooks/{self.name}/{ACCOUNT}"
        return Inbound(BUSINESS, ACCOUNT, body, self.clock.now(), headers, address, url or hook)

    @property
    def seconds(self) -> int:
        """The time of the clock as providers write it."""
        return int(self.clock.now().timestamp())


async def _read(media: Media) -> bytes | None:
    return FILES.get(media.name)


def _link(media: Media) -> str:
    return f"{PUBLIC_URL}/media/{media.name}" if media.name in FILES else ""
