"""The keyboard under a message: what its buttons say and give back, and how high it is."""

import hmac
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.rendering import Option, named, pressed
from integrations.channels.viber.limits import COLUMNS

MARK = "press:"  # a customer types «25.12», and must not press a button with it
WIDE = 30  # characters of a label that has a line of its own; a longer one has two
SIDE_BY_SIDE = ((2, 6), (10, 3), (20, 2))  # the longest label with which so many stand in one line
SHARE = "share-phone"
ASKS = "rest:"
REST = re.compile(ASKS + r"([0-9]{1,15})-([0-9]{1,15}):[0-9a-f]{16}")

Keyboard = dict[str, Any]


def gives(number: int, choice: str, label: str) -> str:
    """What a button gives back; for an id that would not come back whole it types its label."""
    name = named(number, choice)
    return f"{MARK}{name}" if pressed(name) is not None else label


def chosen(text: str) -> tuple[int, str] | None:
    """The message and the choice behind what came back; None for words."""
    return pressed(text.removeprefix(MARK)) if text.startswith(MARK) else None


@dataclass(frozen=True, slots=True)
class Rests:
    """What asks for messages of ours that a welcome had no room for; signed, since a customer may type anything."""

    key: bytes

    def asks(self, first: int, last: int) -> str:
        """What asks for our messages with the numbers `first` to `last`."""
        words = f"{ASKS}{first}-{last}"
        return f"{words}:{hmac.digest(self.key, words.encode(), 'sha256').hex()[:16]}"

    def asked_for(self, text: str) -> tuple[int, int] | None:
        """The numbers of the messages that are asked for; None for words."""
        found = REST.fullmatch(text)
        if found is None:
            return None
        first, last = int(found.group(1)), int(found.group(2))
        return (first, last) if hmac.compare_digest(self.asks(first, last), text) else None


def height(options: Sequence[Option], *, shares: bool = False) -> int:
    """How many of the keyboard's lines the options take."""
    per_line, rows = _measures(options)
    return (-(-len(options) // per_line) + shares) * rows


def keyboard(options: Sequence[Option], share: str = "") -> Keyboard:
    """A keyboard of these options; with `share` its first button shares the customer's own phone number.

    All buttons are equally high, so that they fill Viber's blocks of six by two without gaps.
    """
    per_line, rows = _measures(options)
    buttons = [_button(SHARE, SHARE, share, COLUMNS, rows)] if share else []
    full = len(options) - len(options) % per_line
    for n, each in enumerate(options):
        beside = per_line if n < full else len(options) - full
        buttons.append(_button("reply", each.id, each.label, COLUMNS // beside, rows))
    return {"Type": "keyboard", "DefaultHeight": False, "Buttons": buttons}


def _button(action: str, body: str, label: str, columns: int, rows: int) -> dict[str, Any]:
    """A button; what it gives back is shown to the customer only when that is its label."""
    text = html.escape(label, quote=False)
    button = {"Columns": columns, "Rows": rows, "ActionType": action, "ActionBody": body, "Text": text}
    return button | {"Silent": True} if body.startswith((MARK, ASKS)) else button


def _measures(options: Sequence[Option]) -> tuple[int, int]:
    """How many options stand in one line, and how high each is."""
    longest = max((len(each.label) for each in options), default=0)
    return next((count for most, count in SIDE_BY_SIDE if longest <= most), 1), 2 if longest > WIDE else 1
