"""Buttons under a message, and the keyboard that shares a phone number."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.replies import Act, Choice, Link
from integrations.channels.telegram.limits import BUTTONS, CALLBACK_BYTES

THREE_IN_A_ROW = 10  # characters of the longest label with which so many fit side by side on a small phone
TWO_IN_A_ROW = 20
SCHEMES = ("http://", "https://", "tg://")

Keyboard = dict[str, Any]
Data = Callable[[Choice], str]


def buttons(choices: Iterable[tuple[Choice, str]], links: Sequence[Link]) -> list[Keyboard]:
    """Inline keyboards that hold all choices by their names, then all links, in order; as many as it takes."""
    every = [{"text": label_of(each), "callback_data": name} for each, name in choices]
    every += [{"text": each.label or each.url, "url": each.url} for each in links]
    pages = [every[first : first + BUTTONS] for first in range(0, len(every), BUTTONS)]
    return [{"inline_keyboard": rows(page)} for page in pages]


def sharing(label: str, choices: Sequence[Choice]) -> Keyboard:
    """A keyboard whose first button shares the customer's own phone number; the others type their label."""
    typed = [{"text": label_of(each)} for each in choices]
    keys = [[{"text": label, "request_contact": True}], *rows(typed)]
    return {"keyboard": keys, "resize_keyboard": True, "one_time_keyboard": True}


def rows(buttons: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Buttons in rows, in their order: short labels side by side, long ones alone."""
    found: list[list[dict[str, Any]]] = []
    longest = 0
    for button in buttons:
        wider = max(longest, len(button["text"]))
        if found and len(found[-1]) < columns(wider):
            found[-1].append(button)
            longest = wider
        else:
            found.append([button])
            longest = len(button["text"])
    return found


def columns(longest: int) -> int:
    """How many labels stand side by side, by the length of the longest."""
    return 3 if longest <= THREE_IN_A_ROW else 2 if longest <= TWO_IN_A_ROW else 1


def label_of(choice: Choice) -> str:
    """What a button says; never empty."""
    return choice.label.strip() or choice.short or choice.id


def answering(number: int) -> Data:
    """Names a choice by our message's number and its own id."""
    return lambda choice: f"{number}.{choice.id}"


def acting(choice: Choice) -> str:
    """Names a choice of a room by what it does: `<name>:<about>`."""
    return f"{choice.means.name}:{choice.means.about}" if isinstance(choice.means, Act) else f":{choice.id}"


def carries(name: str) -> bool:
    """Whether a button gives the name of a choice back whole."""
    return len(name.encode("utf-8", "replace")) <= CALLBACK_BYTES


def opens(link: Link) -> bool:
    """Whether a button may open this address here; others (`tel:`, `mailto:`) are written out."""
    return link.url.startswith(SCHEMES)
