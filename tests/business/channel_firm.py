"""A firm of five languages that fits every channel without a word to say; tests spoil one value of it at a time.

A wording stands on a line of its own, so a finding can be held to just that line.
"""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from bot.business import Business, load_business
from bot.texts import LANGUAGES

Tree: TypeAlias = Any
"""A file of the folder as plain data."""

LETTERS: Mapping[str, str] = {"hy": "Ա", "ru": "Ж", "uz": "O", "ka": "ა", "en": "W"}
"""A letter of each language's own script; that of `uz` and `en` is in the alphabet of short messages, others are not."""

DIALOGS = ("booking", "qualification", "feedback")
CHANNELS = ("webchat", "whatsapp_cloud", "whatsapp_twilio", "messenger", "viber")
TEMPLATES: Mapping[str, Tree] = {
    "whatsapp_cloud": "visit_reminder",
    "whatsapp_twilio": {code: f"HX{n:032x}" for n, code in enumerate(LANGUAGES)},
}
"""What a template is called on each channel that has some."""

KINDS = ("question", "relay", "notice", "reminder", "broadcast")
PIXEL = bytes.fromhex("89504e470d0a1a0a")


def each(word: str) -> dict[str, str]:
    """A wording in each language, told apart by its code."""
    return {code: f"{word} {code}" for code in LANGUAGES}


def firm() -> dict[str, Tree]:
    """The files as data."""
    hours = {"daily": "09:00-20:00"}
    return {
        "business.yaml": {
            "name": each("Firm"),
            "languages": list(LANGUAGES),
            "zone": "Asia/Yerevan",
            "region": "AM",
            "currency": "AMD",
            "phone": "+374 10 00 01 01",
            "branches": {
                key: {"name": each(key), "address": each(f"street {key}"), "hours": hours} for key in ("north", "south")
            },
            "services": {"cut": {"name": each("cut"), "duration": "30 min"}},
            "specialists": {
                key: {"name": each(key), "title": each("barber"), "services": ["cut"], "branches": [branch]}
                for key, branch in (("ani", "north"), ("bob", "south"))
            },
            "booking": {"asks": ["branch", "specialist"], "offer": 1, "horizon": "24 h"},
            "leads": {"what": [{"id": "wash", "label": each("wash")}]},
            "feedback": {"scale": "thumbs"},
            "dialogs": ["booking", "qualification"],
            "staff": {"phone": "+374 10 00 01 01"},
            "accounts": [{"id": "site", "channel": "webchat"}],
        },
        "menu.yaml": {
            "main": {
                "title": each("Menu"),
                "text": each("Hello"),
                "items": [{"label": each("Book"), "start": "booking"}, {"label": each("Person"), "say": "human"}],
            }
        },
        "answers.yaml": [
            {
                "id": "cards",
                "phrases": {code: [f"cards {code}"] for code in LANGUAGES},
                "text": each("Yes we do"),
                "next": {"label": each("Book"), "start": "booking"},
            }
        ],
        "forms.yaml": {
            "visit": {
                "title": each("Form"),
                "questions": [
                    {
                        "id": "why",
                        "kind": "choice",
                        "ask": each("Why"),
                        "options": [{"id": f"o{n}", "label": each(f"option {n}")} for n in range(2)],
                    },
                    {"id": "what", "kind": "text", "ask": each("What")},
                ],
                "done": each("Thanks"),
                "tag": "visit",
            }
        },
        "triggers.yaml": {"booking": {code: [f"book {code}"] for code in LANGUAGES}},
        "templates.yaml": {kind: {"names": dict(TEMPLATES), "languages": list(LANGUAGES)} for kind in KINDS},
    }


def as_it_is(files: dict[str, Tree]) -> None:
    """No change."""


def write(folder: Path, change: Callable[[dict[str, Tree]], None] = as_it_is) -> Business:
    """Write the firm with one change into a folder, and load it; a picture among the files is its size."""
    files = firm()
    change(files)
    (folder / "media").mkdir(exist_ok=True)
    for name, data in files.items():
        if name.startswith("media/"):
            (folder / name).write_bytes(PIXEL)
            os.truncate(folder / name, data)
            continue
        text = yaml.safe_dump(json.loads(json.dumps(data)), allow_unicode=True, sort_keys=False, width=100_000)
        (folder / name).write_text(text, "utf-8")
    return load_business(folder, dialogs=DIALOGS, channels=CHANNELS)


def put(files: dict[str, Tree], file: str, *way: str | int, value: object) -> None:
    """Set the value at the end of a way."""
    place = files[file]
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = value


def line_of(folder: Path, file: str, piece: str) -> int:
    """The line, from 1, on which a piece first stands."""
    lines = (folder / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if piece in line)
