"""People who write to a page or to its Instagram account, and how Meta tells of what they do.

What somebody does waits in `Deliveries` until it is told: one by one, in a batch, doubled, or in another order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from tests.standins.meta.graph import Clock
from tests.standins.meta.hooks import deliver
from tests.standins.meta.pages_messages import INSTAGRAM, MESSENGER
from tests.standins.meta.wire import Json

OBJECTS = {MESSENGER: "page", INSTAGRAM: "instagram"}


@dataclass(slots=True)
class Deliveries:
    """What is to be told to one network's address. `url` and `secret` are where, and what signs it."""

    network: str
    owner: str
    clock: Clock
    url: str = ""
    secret: str = ""
    waiting: list[Json] = field(default_factory=list)

    def happened(self, item: Json, kind: str = "messaging") -> Json:
        """Something to be told, as an entry of its own."""
        value = {kind: [item]}
        entry: Json = {"id": self.owner, "time": int(self.clock.now() * 1000), **value}
        self.waiting.append(entry)
        return entry

    def take(self, *, batched: bool = False, reversed_: bool = False) -> list[Json]:
        """The bodies of the deliveries, and none of them waits any more."""
        entries = self.waiting[::-1] if reversed_ else self.waiting[:]
        self.waiting.clear()
        object_ = OBJECTS[self.network]
        if batched:
            return [{"object": object_, "entry": entries}] if entries else []
        return [{"object": object_, "entry": [each]} for each in entries]

    async def tell(self, *, batched: bool = False, reversed_: bool = False, times: int = 1) -> list[int]:
        """Post what waits; the statuses of the answers."""
        bodies = self.take(batched=batched, reversed_=reversed_)
        return [status for body in bodies for status in await deliver(self.url, body, self.secret, times=times)]


class Numbers:
    """Ids that nobody has yet."""

    def __init__(self) -> None:
        self._ids: Iterator[int] = count(1)

    def mid(self) -> str:
        """Of a message."""
        return f"m_AbCdEf{next(self._ids):06}"

    def comment(self, post: str = "") -> str:
        """Of a comment; under a post of a page it begins with the post's."""
        number = 17_900_000_000_000_000 + next(self._ids)
        return f"{post}_{number}" if post else str(number)


class Owner(Protocol):
    """The page or account that a person writes to."""

    numbers: Numbers
    clock: Clock
    deliveries: Deliveries
    network: str
    id: str


@dataclass(slots=True)
class Comment:
    """A line in public, with what was answered to it."""

    id: str
    author: "Person"
    text: str
    at: float
    answered: bool = False
    replies: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Person:
    """Somebody with an id of their own for this page. `screen` is what they see of it, `last` is what they wrote last."""

    owner: Owner
    id: str
    name: str
    phone: str = ""
    blocked: bool = False
    elsewhere: bool = False
    heard_at: float = 0.0
    last: str = ""
    screen: list[Json] = field(default_factory=list)

    def says(self, text: str, **more: object) -> str:
        """Write."""
        return self._writes({"text": text, **more})

    def sends(self, *attachments: Json) -> str:
        """Send pictures, places, what is shared."""
        return self._writes({"attachments": list(attachments)})

    def sends_nothing_readable(self) -> str:
        """Send something that no program may see."""
        return self._writes({"is_unsupported": True})

    def withdraws(self, mid: str) -> None:
        """Take a message back."""
        self._happened({"message": {"mid": mid, "is_deleted": True}})

    def taps(self, title: str) -> str:
        """Tap a quick reply of the last message; the earlier ones are gone."""
        for each in self.screen[-1].get("quick_replies", ()):
            if each["content_type"] == "user_phone_number" and title == self.phone:
                return self._writes({"text": self.phone, "quick_reply": {"payload": self.phone}})
            if each.get("title") == title:
                return self._writes({"text": title, "quick_reply": {"payload": each["payload"]}})
        raise AssertionError(f"there is no quick reply {title!r}")

    def presses(self, title: str) -> str:
        """Press a lasting button under any message."""
        for message in reversed(self.screen):
            for each in message.get("attachment", {}).get("payload", {}).get("buttons", ()):
                if each["title"] == title and each["type"] == "postback":
                    return self.posts_back(title, each["payload"])
        raise AssertionError(f"there is no button {title!r}")

    def posts_back(self, title: str, payload: str, **more: object) -> str:
        """Press what gives this back."""
        mid = self.owner.numbers.mid()
        postback = {"mid": mid, "title": title, **more}
        if not self.elsewhere:
            postback["payload"] = payload
        self._happened({"postback": postback})
        self.heard_at = self.owner.clock.now()
        return mid

    def follows(self, ref: str) -> None:
        """Follow a link to the conversation that there is already."""
        self._happened({"referral": {"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}})
        self.heard_at = self.owner.clock.now()

    def reads(self) -> None:
        """Look at all there is."""
        watermark = int(self.owner.clock.now() * 1000)
        mid = {"mid": self.screen[-1]["mid"]} if self.owner.network == INSTAGRAM else {"watermark": watermark}
        self._happened({"read": mid})

    def _writes(self, message: Json) -> str:
        self.last = mid = self.owner.numbers.mid()
        self._happened({"message": {"mid": mid, **message}})
        self.heard_at = self.owner.clock.now()
        return mid

    def _happened(self, what: Json) -> None:
        base: Json = {"sender": {"id": self.id}, "recipient": {"id": self.owner.id}}
        base["timestamp"] = int(self.owner.clock.now() * 1000)
        self.owner.deliveries.happened(base | what, "standby" if self.elsewhere else "messaging")
