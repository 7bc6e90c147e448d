"""Faults on demand: what goes wrong, at which method, in which chat, once or always."""

from dataclasses import dataclass, field

from tests.standins.faults import DropAfter, DropBefore, Hold
from tests.standins.telegram.clock import Clock
from tests.standins.telegram.refusals import Refused, too_many
from tests.standins.telegram.wire import Json

ANY = "*"


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer no with this, and do nothing."""

    code: int
    description: str
    parameters: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TooMany:
    """Answer 429 with this many seconds, and do nothing."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Outage:
    """Answer 5xx, and do nothing; with `page` the body is that HTML instead of JSON."""

    status: int = 502
    description: str = "Bad Gateway"
    page: str = ""


@dataclass(frozen=True, slots=True)
class OutageAfter:
    """Do it, then answer 5xx."""

    status: int = 504
    description: str = "Gateway Timeout"


@dataclass(frozen=True, slots=True)
class Delay:
    """Wait so long before doing it."""

    seconds: float


Fault = Refuse | TooMany | Outage | DropBefore | DropAfter | OutageAfter | Delay | Hold

KINDS = {
    "refuse": Refuse,
    "too_many": TooMany,
    "outage": Outage,
    "drop_before": DropBefore,
    "drop_after": DropAfter,
    "outage_after": OutageAfter,
    "delay": Delay,
}


def named(kind: str, settings: Json) -> Fault:
    """The fault of this name: for those who ask by JSON."""
    made: Fault = KINDS[kind](**settings)
    return made


@dataclass(slots=True)
class _Rule:
    method: str
    fault: Fault
    chat: int | None
    times: int | None


class Faults:
    """The rules in force; the oldest that fits a call is used."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rules: list[_Rule] = []
        self._floods: dict[int | None, float] = {}

    def once(self, method: str, fault: Fault, *, chat: int | None = None, times: int = 1) -> Fault:
        """Let the next call (or the next few) of this method go wrong; `"*"` is any method."""
        self._rules.append(_Rule(method.lower(), fault, chat, times))
        return fault

    def always(self, method: str, fault: Fault, *, chat: int | None = None) -> Fault:
        """Let every call of this method go wrong until `clear`."""
        self._rules.append(_Rule(method.lower(), fault, chat, None))
        return fault

    def hold(self, method: str, *, chat: int | None = None) -> Hold:
        """Keep the next call of this method waiting until it is released."""
        hold = Hold()
        self.once(method, hold, chat=chat)
        return hold

    def flood(self, seconds: float, *, chat: int | None = None) -> None:
        """Answer 429 to every call that writes to this chat (or to any) until so much time has passed."""
        self._floods[chat] = self._clock.now() + seconds

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._rules.clear()
        self._floods.clear()

    def take(self, method: str, chat: int | None) -> Fault | None:
        """The fault for this call, used up if it was for once."""
        for rule in self._rules:
            if rule.method in {method, ANY} and rule.chat in {None, chat}:
                if rule.times is not None:
                    rule.times -= 1
                    if not rule.times:
                        self._rules.remove(rule)
                return rule.fault
        return None

    def check_flood(self, chat: int | None) -> Refused | None:
        """The 429 for a call that writes to this chat now, with the time that is left."""
        for key in {None, chat} if self._floods else ():
            left = self._floods.get(key, 0.0) - self._clock.now()
            if left > 0:
                return too_many(int(left) + 1)
        return None

    @property
    def left(self) -> list[object]:
        """What was laid out for once, and nothing has met yet."""
        return [rule for rule in self._rules if rule.times is not None]
