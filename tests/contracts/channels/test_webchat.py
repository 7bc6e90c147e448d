"""What each kind of frame of our own page becomes; the cases are the specification."""

import json
from typing import Any

import msgspec
import pytest

from bot.events import Media
from bot.ports.channel import Malformed
from integrations.channels.webchat.channel import Frame
from tests.contracts.channels.line import Line

PICTURE = {"kind": "image", "name": "ab.jpg", "mime": "image/jpeg"}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "words": ({"type": "say", "id": "a1", "text": "Բարև 😀"}, {"type": "said", "text": "Բարև 😀", "client_id": "a1"}),
    "no words": ({"type": "say", "id": "a1", "text": ""}, {"type": "said", "text": "", "client_id": "a1"}),
    "a broken letter": (
        {"type": "say", "id": "a1", "text": "a \ud83d b"},
        {"type": "said", "text": "a \N{REPLACEMENT CHARACTER} b", "client_id": "a1"},
    ),
    "fields of a later page": (
        {"type": "say", "id": "a1", "text": "hi", "mood": 7}, {"type": "said", "text": "hi", "client_id": "a1"},
    ),
    "a button": (
        {"type": "press", "id": "a2", "message": 7, "choice": "12"},
        {"type": "pressed", "message": 7, "choice": "12", "client_id": "a2"},
    ),
    "a language of the page's menu": (
        {"type": "language", "id": "a3", "language": "hy"}, {"type": "language", "language": "hy", "client_id": "a3"},
    ),
    "the page is opened": (
        {"type": "open", "id": "a4", "language": "ka", "page": "https://example.com/prices"},
        {"type": "opened", "language": "ka", "source": "https://example.com/prices"},
    ),
    "the page is opened without a word of itself": ({"type": "open", "id": "a4"}, {"type": "opened"}),
    "a picture that the house has stored": (
        {"type": "picture", "id": "a5", "media": PICTURE},
        {"type": "said", "text": "", "media": [PICTURE], "client_id": "a5"},
    ),
}  # fmt: skip
NONE: dict[str, Any] = {
    "no frame": 7,
    "an unknown kind": {"type": "pay", "id": "a1"},
    "no kind": {"id": "a1", "text": "hi"},
    "no id": {"type": "say", "text": "hi"},
    "an empty id": {"type": "say", "id": "", "text": "hi"},
    "an id that is too long": {"type": "say", "id": "a" * 65, "text": "hi"},
    "an id with a line break": {"type": "say", "id": "a\n1", "text": "hi"},
    "a message below nought": {"type": "press", "id": "a1", "message": -1, "choice": "0"},
    "a message that no page has": {"type": "press", "id": "a1", "message": 2**54, "choice": "0"},
    "words that are a number": {"type": "say", "id": "a1", "text": 7},
}


@pytest.mark.req("F1")
@pytest.mark.parametrize("line", ["webchat"], indirect=True)
@pytest.mark.parametrize("what", CASES)
async def test_every_kind_of_frame_becomes_its_event(line: Line, what: str) -> None:
    """Whatever the page says is one event, under a key of the visitor's own."""
    frame, event = CASES[what]
    (envelope,) = line.channel.receive(line.proved(json.dumps(frame).encode())).envelopes

    assert json.loads(msgspec.json.encode(envelope.event)) == event
    assert envelope.dedupe_key == f"webchat:main:{line.address}:{frame['id']}"


@pytest.mark.parametrize("line", ["webchat"], indirect=True)
@pytest.mark.parametrize("what", NONE)
async def test_what_is_no_frame_is_named(line: Line, what: str) -> None:
    """A page that goes wrong is told so, and nothing has happened."""
    with pytest.raises(Malformed):
        line.channel.receive(line.proved(json.dumps(NONE[what]).encode()))


def test_every_kind_of_frame_has_a_case() -> None:
    """A kind that is added is described here."""
    kinds = {each.__struct_config__.tag for each in Frame.__args__}

    assert kinds == {frame["type"] for frame, _ in CASES.values()}
    assert msgspec.convert(PICTURE, Media).source == ""
