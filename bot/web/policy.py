"""What a route demands of a request before anybody reads it: who asks, how much they may send, how often.

Every route is declared with a policy (`bot.web.routes`), and the guard (`bot.web.guard`) holds requests against it in
one place. A route without one does not exist.
"""

from dataclasses import dataclass
from enum import Enum

from bot.records import Role

KIB, MIB = 1024, 1024 * 1024
DEPTH = 64
"""Levels of brackets that JSON may have anywhere at the edge."""


class Who(Enum):
    """Who may ask."""

    ANYBODY = "anybody"
    HOLDER = "who has the address, which cannot be guessed or was signed by us"
    VISITOR = "a visitor of the chat, by the token in a header"
    LINE = "a visitor of the chat, by the token in the first frame of the socket"
    OPERATOR = "a member of the staff, by the session's cookie"
    PROVIDER = "a provider, by the signature over the delivery"
    MONITOR = "who collects our figures, by the token in a header"


class Forgery(Enum):
    """What keeps a page of another site from asking in somebody's name."""

    READS = "it changes nothing"
    HEADER = "it needs a header that no browser adds by itself"
    ORIGIN = "a browser must name our origin"
    OURS = "it needs the desk's own header, and a browser must name our origin"
    SIGNED = "no browser can sign it"


@dataclass(frozen=True, slots=True)
class Body:
    """What a route takes: at most `most` bytes of one of `kinds`, within `seconds`; `json` is no deeper than `DEPTH`.

    A kind that ends in `/` stands for all that begin so. Kinds that a form of another site can send are in none.
    """

    most: int
    kinds: tuple[str, ...]
    seconds: float = 15.0
    json: bool = True


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one address may ask, all routes of the class together. Addresses of this machine are not counted."""

    name: str
    per_second: float
    burst: int


UNTYPED = "application/octet-stream"  # what a program sends that names no kind; a form of another site cannot
JSON = Body(64 * KIB, ("application/json", UNTYPED))
PICTURE_BYTES = 10 * MIB
PICTURE = Body(PICTURE_BYTES + KIB, ("image/", UNTYPED), seconds=90.0, json=False)
DELIVERY = Body(MIB, ())
LARGE_DELIVERY = Body(4 * MIB, ())  # Meta gathers up to 3 MB

READING = Rate("reading", 50.0, 500)  # a page brings some thirty files; a firm's staff share an address
WRITING = Rate("writing", 20.0, 200)
ENTERING = Rate("entering", 1.0, 60)


@dataclass(frozen=True, slots=True)
class Policy:
    """The demands of one route. `body` is None where none is taken; `role` is the least at the desk."""

    who: Who = Who.ANYBODY
    forgery: Forgery = Forgery.READS
    body: Body | None = None
    rate: Rate | None = READING
    role: Role = Role.OPERATOR
