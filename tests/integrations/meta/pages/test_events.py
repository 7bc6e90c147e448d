"""What each kind of delivery becomes; the cases are the specification."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from bot.events import Envelope
from tests.integrations.kit import NOW
from tests.integrations.meta.pages.conftest import MILLISECONDS, NETWORKS, entry, item, opened, taken
from tests.standins.meta.wire import Json

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "events.yaml").read_text("utf-8"))
CHANNELS = {network: opened(network, comments="answer") for network in NETWORKS}


def cases() -> list[Any]:
    return [
        pytest.param(network, case, id=f"{network}: {case['case']}")
        for case in CASES
        for network in case.get("networks", NETWORKS)
    ]


def body(network: str, case: dict[str, Any]) -> Json:
    """The delivery of a case."""
    if "change" in case:
        return entry(network, case["change"], kind="changes")
    what = item(network, **case["item"])
    if case.get("back"):
        what |= {"sender": what["recipient"], "recipient": what["sender"]}
    return entry(network, what, kind="standby" if case.get("standby") else "messaging")


def plain(envelope: Envelope) -> dict[str, Any]:
    """An event as the cases write it."""
    shown: dict[str, Any] = json.loads(msgspec.json.encode(envelope.event))
    return shown if envelope.heard else {"heard": False} | shown


@pytest.mark.req("F1")
@pytest.mark.parametrize(("network", "case"), cases())
def test_every_kind_of_delivery_becomes_its_events(network: str, case: dict[str, Any]) -> None:
    """Whatever Meta delivers is understood, or is knowingly nothing; whose it is stands in its address."""
    envelopes = taken(CHANNELS[network], body(network, case)).envelopes
    wanted = json.loads(json.dumps(case["events"]).replace("{source}", f"{network}/main"))

    assert [plain(each) for each in envelopes] == wanted
    assert {each.actor for each in envelopes} <= {f"{network}/main/{case.get('address', '2002')}"}
    assert all(each.business == "clinic" and each.at <= NOW for each in envelopes)


@pytest.mark.req("F1")
@pytest.mark.parametrize(("network", "case"), cases())
def test_a_repeat_is_known_by_its_key(network: str, case: dict[str, Any]) -> None:
    """A delivery that comes again has the keys that it had, and no two of its events have one."""
    first, again = (taken(CHANNELS[network], body(network, case)).envelopes for _ in range(2))
    keys = [each.dedupe_key for each in first]

    assert keys == [each.dedupe_key for each in again]
    assert len(set(keys)) == len(keys)
    assert all(key.startswith(f"{network}:main:") and len(key) <= 400 for key in keys)


def test_no_two_kinds_share_a_key() -> None:
    """What happens to one message at different times are different events."""
    channel = CHANNELS["messenger"]
    same: list[Json] = [
        {"message": {"mid": "m_1", "text": "a"}},
        {"message": {"mid": "m_1", "is_deleted": True}},
        {"message_edit": {"mid": "m_1", "text": "b", "num_edit": 1}},
        {"message_edit": {"mid": "m_1", "text": "c", "num_edit": 2}},
        {"delivery": {"mids": ["m_1"]}},
        {"read": {"watermark": 1}},
    ]
    bodies = [entry("messenger", item("messenger", **each)) for each in same]
    bodies.append(entry("messenger", item("messenger", message={"mid": "m_1", "text": "a"}), kind="standby"))
    keys = [each.dedupe_key for body in bodies for each in taken(channel, body).envelopes]

    assert len(set(keys)) == len(bodies)


@pytest.mark.parametrize(
    "postback", [{"title": "Start", "payload": "GET_STARTED"}, {"title": "Price?", "payload": "i"}]
)
def test_a_press_without_an_id_is_known_by_what_it_is(postback: dict[str, str]) -> None:
    """Older deliveries of postbacks bear no id: who, when and what tell a repeat from another press."""
    channel = CHANNELS["instagram"]
    first = entry("instagram", item("instagram", postback=postback))
    later = entry("instagram", item("instagram", postback=postback) | {"timestamp": MILLISECONDS - 1})
    keys = [[each.dedupe_key for each in taken(channel, body).envelopes] for body in (first, first, later)]

    assert keys[0] == keys[1]
    assert set(keys[0]).isdisjoint(keys[2])


def test_comments_are_let_be_where_the_firm_does_not_answer_them() -> None:
    """Without the setting nobody is written to because of a comment."""
    change = {"field": "comments", "value": {"id": "179", "from": {"id": "2002"}, "text": "How much?"}}

    assert taken(opened("instagram"), entry("instagram", change, kind="changes")).envelopes == []
