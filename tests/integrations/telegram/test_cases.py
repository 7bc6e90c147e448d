"""What each kind of update becomes, and each kind of message; the cases are the specification."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from bot.replies import Message
from integrations.channels.telegram.receive import Reader
from integrations.channels.telegram.render import Renderer
from integrations.channels.telegram.updates import read_update

CASES = Path(__file__).parent / "cases"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
READER = Reader("main", 1234567890, "nur_bot")
RENDERER = Renderer(lambda _: "Share my phone number")


def cases(name: str) -> list[Any]:
    found = yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    return [pytest.param(each, id=each["case"]) for each in found]


@pytest.mark.req("F1")
@pytest.mark.parametrize("case", cases("updates"))
def test_every_kind_of_update_becomes_its_events(case: dict[str, Any]) -> None:
    """Whatever Telegram delivers is understood, or is knowingly nothing; each event has a key of its own."""
    body = json.dumps({"update_id": 100} | case["update"]).encode()
    envelopes = READER.envelopes(read_update(body), "clinic", NOW)

    assert [{"actor": each.actor} | json.loads(msgspec.json.encode(each.event)) for each in envelopes] == case["events"]
    assert [each.dedupe_key for each in envelopes] == ["telegram:main:100", "telegram:main:100:1"][: len(envelopes)]


@pytest.mark.req("F1")
@pytest.mark.parametrize("case", cases("messages"))
def test_every_kind_of_message_becomes_its_calls(case: dict[str, Any]) -> None:
    """What the bot says reads well in Telegram: words, buttons, pictures, corrections."""
    message = msgspec.convert(case["message"], Message)
    calls = RENDERER.conversation(message, 42, case.get("replaced", ""))

    shown = [{"method": each.method, "fields": each.fields} | named(each.media) for each in calls]
    assert shown == case["calls"]


def named(media: Any) -> dict[str, str]:
    return {"file": media.name} if media is not None else {}
