"""What people know a kind of channel as, and how they get to each other there."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Face:
    """How a kind of channel looks to customers and to the staff.

    `kind` is what it is to people, `name` what they call it where it has a name of its own, `sign` marks it at the desk.

    `address` leads into a talk with the firm: `{public}` is what it is found by there, `{token}` comes back as the source of
    `Opened`, `{words}` are what the customer then sends. Where it is none of the web, `opened_in` are the channels in
    which it opens at all. `plus` says whether a phone number has its plus in addresses there.

    With `patient` anybody who has written may be answered however long ago that was. A phone number that has never written
    is reached by `text`; by `template` where the firm has had its words approved.
    """

    kind: Literal["messenger", "text", "call", "page"] = "messenger"
    name: str = ""
    sign: str = "•"
    address: str = ""
    opened_in: frozenset[str] | None = None
    plus: bool = True
    patient: bool = False
    template: bool = False


UNKNOWN = Face()
