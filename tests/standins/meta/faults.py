"""Faults on demand: what goes wrong, at which edge, once or always."""

from dataclasses import dataclass

from tests.standins.faults import DropAfter, DropBefore, Hold

ANY = "*"


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer no with this, and do nothing."""

    code: int
    status: int = 400
    subcode: int = 0
    message: str = "An error of this kind"


@dataclass(frozen=True, slots=True)
class Outage:
    """Answer with a page of something in between, and do nothing."""

    status: int = 502
    page: str = "<html>Bad Gateway</html>"


@dataclass(frozen=True, slots=True)
class OutageAfter:
    """Do it, then answer with such a page."""

    status: int = 504
    page: str = "<html>Gateway Timeout</html>"


Fault = Refuse | Outage | OutageAfter | DropBefore | DropAfter | Hold


@dataclass(slots=True)
class _Rule:
    edge: str
    fault: Fault
    times: int | None


class Faults:
    """The rules in force; the oldest that fits a call is used. An edge is the last part of a path, `"*"` any."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []

    def once(self, edge: str, fault: Fault, *, times: int = 1) -> None:
        """Let the next call (or the next few) of this edge go wrong."""
        self._rules.append(_Rule(edge, fault, times))

    def always(self, edge: str, fault: Fault) -> None:
        """Let every call of this edge go wrong until `clear`."""
        self._rules.append(_Rule(edge, fault, None))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._rules.clear()

    def take(self, edge: str) -> Fault | None:
        """The fault for this call, used up if it was for once."""
        for rule in self._rules:
            if rule.edge in {edge, ANY}:
                if rule.times is not None:
                    rule.times -= 1
                    if not rule.times:
                        self._rules.remove(rule)
                return rule.fault
        return None

    @property
    def left(self) -> list[object]:
        """What was laid out for once, and nothing has met yet."""
        return [rule for rule in self._rules if rule.times is not None]
