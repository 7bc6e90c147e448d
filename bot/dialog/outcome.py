"""What can become of something a customer said to a question, besides being its answer."""

from collections.abc import Sequence
from typing import Any

from bot.texts import Wording


class Refused(Exception):
    """Not an answer; `wording` tells the customer why. Asked again, and after the third a human is offered."""

    def __init__(self, wording: Wording) -> None:
        super().__init__(wording)
        self.wording = wording


class Unclear(Exception):
    """Several things may be meant: `wording` asks which, `offers` are the readings."""

    def __init__(self, wording: Wording, offers: Sequence[Any]) -> None:
        super().__init__(wording)
        self.wording = wording
        self.offers = offers


class AskAgain(Exception):
    """Not an answer but a wish about the question, now heeded: ask it again, after `wording` if there is one."""

    def __init__(self, wording: Wording | None = None) -> None:
        super().__init__(wording)
        self.wording = wording


class ChangeWanted(Exception):
    """The customer wants another answer changed: `field`, or one to be chosen from a list when empty."""

    def __init__(self, field: str = "") -> None:
        super().__init__(field)
        self.field = field


class NotDeclared(Exception):
    """A dialog jumped to a question that it had not named in `may_go`; declare the jump, so that it can be drawn."""


class Runaway(Exception):
    """A dialog went on asking itself without a question to the customer; its jumps run in a circle."""


class Lost(Exception):
    """A stored dialog cannot be continued by this release: it, its question or the type of an answer is gone."""
