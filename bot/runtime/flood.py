"""Who writes faster than anybody can mean it is written down, and not handled word by word.

Whether an event is *heard* is decided before it is on disk, and stands in its envelope; the inbox keeps what is unheard
as done, in its place of the transcript. A contact that has once been too fast is heard again when it has paused, so a
flood of ten minutes costs as much as one of a second. HUMAN and STOP are heard in the middle of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from bot.events import LIVE, RELAY, Edited, Envelope, Event, LanguageChosen, Opened, Pressed, Said, Unheard
from bot.runtime.rates import Buckets
from bot.understanding import Word, global_word

SECONDS = 10.0  # the span that allowances are counted in
PAUSE = 5.0  # seconds without a word, after which a contact is heard again
TELL = 60.0  # seconds between two requests to wait
LOOK = 10.0  # seconds between two looks at what a contact wrote unheard
AGAIN = 60.0  # seconds after which HUMAN and STOP are heard once more in the same flood
KEPT = 10_000  # floods, before those that are over are looked for and forgotten

COUNTED = frozenset({Said, Edited, Pressed, Opened, LanguageChosen})
"""What a customer does; whatever else happens to a conversation is never too much."""

URGENT = frozenset({Word.HUMAN, Word.STOP})


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much is heard in ten seconds, of a contact, of an address in the net, of a whole business; 0 for no limit."""

    contact: int = 20
    address: int = 200
    business: int = 5000


@dataclass(slots=True)
class Flood:
    """One contact that is too fast: until when it must be silent to be heard again, and when it said which word."""

    ends: float
    words: dict[Word, float] = field(default_factory=dict)


class Floods:
    """Decides what is heard. `now` gives seconds; what it knows is forgotten with the process, to the customer's good.

    `unheard` and `put_back` count the events that were not heard, and those that wait behind others because their
    business has too many at once.
    """

    def __init__(self, now: Callable[[], float], allowance: Allowance) -> None:
        self._now, self._allowance = now, allowance
        self._buckets = Buckets(now)
        self._floods: dict[str, Flood] = {}
        self.unheard = 0
        self.put_back = 0

    def sort(self, envelopes: Sequence[Envelope], address: str = "") -> list[Envelope]:
        """The same envelopes in their order, each marked; after them what the conversations are to hear of it.

        `address` is where in the net they come from, if one customer's own program sent them.
        """
        sorted_: list[Envelope] = []
        told: list[Envelope] = []
        for envelope in envelopes:
            if type(envelope.event) not in COUNTED:
                sorted_.append(envelope)
            elif self._hears(envelope, address):
                sorted_.append(self._in_turn(envelope))
            else:
                self.unheard += 1
                sorted_.append(msgspec.structs.replace(envelope, heard=False))
                told += self._tell(envelope)
        return sorted_ + told

    def admits(self, address: str) -> bool:
        """Whether one more conversation may be begun from this address; ten count as much as two hundred messages."""
        return self._spend("address", address, self._allowance.address, max(self._allowance.address // 10, 1))

    def _hears(self, envelope: Envelope, address: str) -> bool:
        key = f"{envelope.business}/{envelope.actor}"
        now, flood = self._now(), self._floods.get(key)
        if flood is None or not 0 < flood.ends - now <= PAUSE:  # never begun, over, or the clock was put back
            if flood is not None:
                del self._floods[key]
            if self._spend("contact", key, self._allowance.contact) and (
                not address or self._spend("address", address, self._allowance.address)
            ):
                return True
            self._forget(now)
            flood = self._floods[key] = Flood(now)
        flood.ends = now + PAUSE
        return self._is_urgent(flood, envelope.event, now)

    def _is_urgent(self, flood: Flood, event: Event, now: float) -> bool:
        word = global_word(event.text) if isinstance(event, Said) else None
        if word not in URGENT or word is None or now - flood.words.get(word, now - AGAIN) < AGAIN:
            return False
        flood.words[word] = now
        return True

    def _in_turn(self, envelope: Envelope) -> Envelope:
        """A business that is flooded from many sides is heard, after everybody else."""
        if envelope.lane != LIVE or self._spend("business", envelope.business, self._allowance.business):
            return envelope
        self.put_back += 1
        return msgspec.structs.replace(envelope, lane=RELAY)

    def _tell(self, envelope: Envelope) -> list[Envelope]:
        key = f"{envelope.business}/{envelope.actor}"
        if self._buckets.spend(f"look/{key}", per_second=1 / LOOK, burst=1):
            return []
        notice = not self._buckets.spend(f"tell/{key}", per_second=1 / TELL, burst=1)
        event = Unheard(notice=notice)
        return [
            Envelope(envelope.business, envelope.actor, f"unheard:{envelope.dedupe_key}", envelope.at, event, RELAY)
        ]

    def _spend(self, kind: str, key: str, allowance: int, cost: int = 1) -> bool:
        if not allowance:
            return True
        return not self._buckets.spend(f"{kind}/{key}", per_second=allowance / SECONDS, burst=allowance, cost=cost)

    def _forget(self, now: float) -> None:
        if len(self._floods) >= KEPT:
            self._floods = {key: flood for key, flood in self._floods.items() if flood.ends > now}
