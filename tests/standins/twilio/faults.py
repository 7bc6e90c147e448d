"""Faults on demand: what goes wrong with which request, once or a few times. What was laid out and never met is `left`."""

from dataclasses import dataclass

from tests.standins.faults import DropAfter, DropBefore, Hold


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer no with one of Twilio's codes, and do nothing."""

    code: int
    status: int = 400


@dataclass(frozen=True, slots=True)
class TooMany:
    """Answer 429, and do nothing."""

    seconds: int = 1


@dataclass(frozen=True, slots=True)
class Outage:
    """Answer 5xx with a page of HTML, and do nothing."""

    status: int = 503


@dataclass(frozen=True, slots=True)
class OutageAfter:
    """Do it, then answer 5xx."""

    status: int = 504


Fault = Refuse | TooMany | Outage | OutageAfter | DropBefore | DropAfter | Hold


class Faults:
    """What is laid out, oldest first, by the last part of the path: `Messages.json`, `Content`."""

    def __init__(self) -> None:
        self._laid: list[tuple[str, Fault]] = []

    def once(self, where: str, fault: Fault, *, times: int = 1) -> Fault:
        """Let the next request (or the next few) to a path that ends so go wrong."""
        self._laid += [(where, fault)] * times
        return fault

    def take(self, path: str) -> Fault | None:
        """The fault for a request, used up."""
        for laid in self._laid:
            if path.endswith(laid[0]):
                self._laid.remove(laid)
                return laid[1]
        return None

    @property
    def left(self) -> list[tuple[str, Fault]]:
        """What nothing has met yet."""
        return list(self._laid)
