"""What each kind of delivery becomes; the cases are the specification."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from bot.events import RELAY, Receipt, Said
from bot.ports.channel import Malformed
from integrations.channels.meta.whatsapp.receive import Reader
from tests.standins.meta.whatsapp import NUMBER
from tests.standins.meta.wire import escaped

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
READER = Reader("main", NUMBER)
ANI = {"from": "37491123456", "from_user_id": "AM.13491208655302741918", "timestamp": "1767225600"}
CONTACTS = [{"profile": {"name": "Ani"}, "wa_id": ANI["from"], "user_id": ANI["from_user_id"]}]
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "deliveries.yaml").read_text("utf-8"))


def value(number: str = NUMBER, contacts: Any = CONTACTS, **content: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": "37410000000", "phone_number_id": number}
    return {"messaging_product": "whatsapp", "metadata": metadata, "contacts": contacts, **content}


def delivery(*values: Any, field: str = "messages") -> bytes:
    changes = [{"value": each, "field": field} for each in values]
    return escaped({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": changes}]})


def received(*values: Any) -> list[dict[str, Any]]:
    envelopes = READER.delivery(delivery(*values), "salon", NOW).envelopes
    return [{"actor": each.actor} | json.loads(msgspec.json.encode(each.event)) for each in envelopes]


def text(body: str, id_: str = "wamid.A1", **more: Any) -> dict[str, Any]:
    return {**ANI, "id": id_, "type": "text", "text": {"body": body}, **more}


def words(*values: Any) -> list[str]:
    events = [each.event for each in READER.delivery(delivery(*values), "salon", NOW).envelopes]
    return [each.text for each in events if isinstance(each, Said)]


@pytest.mark.req("F1")
@pytest.mark.parametrize("case", [pytest.param(each, id=each["case"]) for each in CASES])
def test_every_kind_of_delivery_becomes_its_events(case: dict[str, Any]) -> None:
    """Whatever WhatsApp delivers is understood, or is knowingly nothing."""
    who = {} if case.get("anonymous") else ANI
    messages = [{**who, "id": "wamid.A1", **case["message"]}] if "message" in case else []
    statuses = [{"id": "wamid.OUT1", "timestamp": "1767225601", **case["status"]}] if "status" in case else []
    events = received(value(contacts=case.get("contacts", CONTACTS), messages=messages, statuses=statuses))

    assert events == case["events"]


def test_a_message_has_a_key_and_a_time_of_its_own() -> None:
    """A repeat is recognised by the provider's id, and what came late is written where it belongs."""
    (envelope,) = READER.delivery(delivery(value(messages=[text("hi")])), "salon", NOW).envelopes

    assert (envelope.business, envelope.dedupe_key) == ("salon", "whatsapp_cloud:main:wamid.A1")
    assert envelope.at == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("stamp", ["", "never", "9" * 400, "-1", "1", "99999999999", "1767225600000000", "١٢٣"])
def test_a_time_that_cannot_be_believed_is_now(stamp: str) -> None:
    """A clock that is wrong somewhere does not move a message to another year."""
    (envelope,) = READER.delivery(delivery(value(messages=[text("hi", timestamp=stamp)])), "salon", NOW).envelopes

    assert envelope.at == NOW


def test_milliseconds_are_understood() -> None:
    """A timestamp may count in thousandths."""
    (envelope,) = READER.delivery(
        delivery(value(messages=[text("hi", timestamp="1767225600500")])), "salon", NOW
    ).envelopes

    assert envelope.at == datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=500)


@pytest.mark.req("F1")
def test_a_batch_of_a_thousand_is_read_in_its_order() -> None:
    """Meta may send a thousand at once, over several entries and changes."""
    values = [value(messages=[text(f"{n}.{m}", f"wamid.{n}.{m}") for m in range(20)]) for n in range(50)]

    assert words(*values) == [f"{n}.{m}" for n in range(50) for m in range(20)]


def test_receipts_come_after_words_and_let_them_pass() -> None:
    """What customers say is never held up by what became of our messages."""
    status = {"id": "wamid.OUT1", "status": "read", "timestamp": "1767225601", "recipient_id": ANI["from"]}
    envelopes = READER.delivery(
        delivery(value(statuses=[status]), value(messages=[text("hi")])), "salon", NOW
    ).envelopes

    assert [type(each.event) for each in envelopes] == [Said, Receipt]
    assert envelopes[1].lane == RELAY
    assert envelopes[1].dedupe_key == "whatsapp_cloud:main:wamid.OUT1:read"


@pytest.mark.parametrize(
    "bad",
    [5, None, "x", [], {}, {"id": 5}, {"id": "wamid.X"}, {"id": "", **ANI}, {**ANI, "id": "a b", "type": "text"}],
)
def test_what_is_no_message_takes_no_other_with_it(bad: Any) -> None:
    """One thing that nobody can read stands between two that are read."""
    assert words(value(messages=[text("one"), bad, text("two", "wamid.A2")])) == ["one", "two"]


@pytest.mark.parametrize(
    "bad", [{"text": 5}, {"text": {"body": {}}}, {"location": {"latitude": "north"}}, {"image": []}, {"contacts": {}}]
)
def test_who_sent_what_cannot_be_read_has_said_something(bad: dict[str, Any]) -> None:
    """A person whose message has a form that nobody knows is answered all the same."""
    strange = {**ANI, "id": "wamid.X", "type": next(iter(bad)), **bad}

    assert words(value(messages=[text("one"), strange, text("two", "wamid.A2")])) == ["one", "", "two"]


def test_broken_characters_are_replaced() -> None:
    """Half of a sign does not keep a message from arriving, nor one beside it."""
    assert words(value(messages=[text("a \ud83d b"), text("two", "wamid.A2")])) == ["a \ufffd b", "two"]
    raw = delivery(value(messages=[text("PLACE")])).replace(b"PLACE", b"a \xff b")
    (envelope,) = READER.delivery(raw, "salon", NOW).envelopes

    assert envelope.event == msgspec.structs.replace(envelope.event, text="a \ufffd b")


def test_another_number_of_the_app_is_not_ours() -> None:
    """Two numbers of one app may share an address: each takes its own, and what is only of others is put aside."""
    other = value("999999999999999", messages=[text("theirs")])

    assert words(other, value(messages=[text("ours", "wamid.A2")])) == ["ours"]
    with pytest.raises(Malformed, match="another number"):
        READER.delivery(delivery(other), "salon", NOW)


def test_a_delivery_about_something_else_is_nothing() -> None:
    """News of templates and of the account are taken and mean nothing to conversations."""
    about = {"event": "APPROVED", "message_template_name": "reminder", "message_template_language": "ru"}

    assert READER.delivery(delivery(about, field="message_template_status_update"), "salon", NOW).envelopes == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"5", b"null", b'"x"', b"{}", b'{"object":"page","entry":[]}', b"\xff", b"[" * 20_000,
        b'{"object":"whatsapp_business_account","entry":5}',
        delivery(5),
        delivery(value(messages=[5])),
        delivery(value(messages=[{"id": 7}], statuses=["x"])),
    ],
)  # fmt: skip
def test_what_is_no_delivery_is_put_aside(body: bytes) -> None:
    """What nobody can read is kept for a person to look at, not thrown away and not half read."""
    with pytest.raises(Malformed):
        READER.delivery(body, "salon", NOW)
