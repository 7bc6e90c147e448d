"""What each kind of delivery becomes; the cases are the specification."""

import dataclasses
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.events import RELAY, Receipt, Said
from bot.ports.channel import Delivery, Inbound, Malformed, NotSigned
from integrations.channels.twilio import CHANNELS
from integrations.channels.twilio.sms.channel import Sms
from integrations.channels.twilio.whatsapp.channel import WhatsApp
from tests.integrations.kit import Hands, NoFiles, lend
from tests.integrations.twilio.conftest import (
    ANI,
    NOW,
    PUBLIC_URL,
    account,
    alone,
    choose,
    inbound,
    link,
    read_file,
)
from tests.standins.twilio import form_signature
from tests.standins.twilio.settings import SHORT_CODE

CASES = Path(__file__).parent / "cases"
MESSAGE = {
    "MessageSid": "SM01", "SmsMessageSid": "SM01", "SmsSid": "SM01", "AccountSid": "AC01", "NumMedia": "0",
    "NumSegments": "1", "SmsStatus": "received", "ApiVersion": "2010-04-01",
}  # fmt: skip
STATUS = {"MessageSid": "SM02", "SmsSid": "SM02", "AccountSid": "AC01", "ApiVersion": "2010-04-01"}
PEOPLE = {
    "whatsapp_twilio": {"From": f"whatsapp:{ANI}", "To": "whatsapp:+37410000000", "ProfileName": "Ani",
                        "WaId": "37491123456", "MessageType": "text"},
    "sms_twilio": {"From": ANI, "To": "+15017122661", "FromCountry": "AM", "FromCity": ""},
}  # fmt: skip


def cases() -> list[Any]:
    return [
        pytest.param(f"{name}_twilio", each, id=f"{name}: {each['case']}")
        for name in ("whatsapp", "sms")
        for each in yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
    ]


def channel(name: str) -> WhatsApp | Sms:
    found: WhatsApp | Sms = alone(name)
    return found


def form_of(name: str, case: dict[str, Any]) -> list[tuple[str, str]]:
    people = PEOPLE[name]
    if "status" in case:
        fields = STATUS | {"To": people["From"], "From": people["To"]} | case["status"]
        fields.setdefault("SmsStatus", fields["MessageStatus"])
    else:
        fields = MESSAGE | people | case["form"]
    return [(key, value) for key, value in fields.items() if value is not None]


def receive(name: str, case: dict[str, Any]) -> Delivery:
    return channel(name).receive(inbound(name, form_of(name, case), query=case.get("query", "")))


@pytest.mark.req("F1")
@pytest.mark.parametrize(("name", "case"), cases())
def test_every_kind_of_delivery_becomes_its_events(name: str, case: dict[str, Any]) -> None:
    """Whatever Twilio delivers is understood, knowingly nothing, or set aside with a reason; each event has its own key."""
    if "malformed" in case:
        with pytest.raises(Malformed) as found:
            receive(name, case)
        assert found.value.sentence == case["malformed"]
        return
    delivery = receive(name, case)

    assert [json.loads(msgspec.json.encode(each.event)) for each in delivery.envelopes] == case["events"]
    assert {each.actor for each in delivery.envelopes} <= {f"{name}/main/{case.get('address', ANI)}"}
    assert len({each.dedupe_key for each in delivery.envelopes}) == len(delivery.envelopes)
    assert all(each.dedupe_key.startswith(f"{name}:main:SM0") for each in delivery.envelopes)
    assert all((each.lane == RELAY) is isinstance(each.event, Receipt) for each in delivery.envelopes)


@pytest.mark.parametrize("word", ["STOP", "Cancel", "yes", "START"])
def test_on_a_short_code_that_stands_alone_all_words_are_ours(word: str) -> None:
    """Twilio keeps no list for one, so the bot says itself that it stops, and CANCEL leaves a dialog."""
    kit = lend(Hands(NOW), NoFiles(), read_file, link, choose=choose)
    code = CHANNELS["sms_twilio"].open(account("sms_twilio", **{"from": SHORT_CODE}), kit)
    (envelope,) = code.receive(inbound("sms_twilio", form_of("sms_twilio", {"form": {"Body": word}}))).envelopes

    assert envelope.event == Said(word, client_id="SM01")


@pytest.mark.parametrize("name", PEOPLE)
def test_the_answer_is_an_empty_document(name: str) -> None:
    """Twilio takes an answer of its own kind; what we say leaves by a call."""
    answer = receive(name, {"form": {"Body": "hi"}}).answer

    assert (answer.status, answer.kind) == (200, "text/xml")
    assert answer.body == b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


@pytest.mark.parametrize("name", PEOPLE)
def test_states_of_one_message_are_told_apart_and_a_repeat_is_one(name: str) -> None:
    """`sent` and `delivered` are two events, the same one twice is not."""
    keys = [
        receive(name, {"status": {"MessageStatus": state}, "query": "?m=1.0"}).envelopes[0].dedupe_key
        for state in ("sent", "delivered", "sent")
    ]

    assert keys == [f"{name}:main:SM02:sent", f"{name}:main:SM02:delivered", f"{name}:main:SM02:sent"]


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("tampered", ["body", "query", "path", "token", "header"])
def test_nothing_is_read_that_twilio_did_not_sign(name: str, tampered: str) -> None:
    """Not the words, not which message a state is about, not the account."""
    right = inbound(name, form_of(name, {"status": {"MessageStatus": "delivered"}}), query="?m=42.0")
    ways: dict[str, dict[str, Any]] = {
        "body": {"body": right.body.replace(b"SM02", b"SM03")},
        "query": {"url": right.url.replace("42.0", "43.0")},
        "path": {"url": right.url.replace("/main", "/other")},
        "token": {"headers": {"x-twilio-signature": form_signature(right.url, [], "another")}},
        "header": {"headers": {}},
    }
    wrong = dataclasses.replace(right, **ways[tampered])

    assert channel(name).receive(right).envelopes
    with pytest.raises(NotSigned):
        channel(name).receive(wrong)


fields = st.sampled_from([
    "MessageSid", "SmsSid", "From", "To", "Body", "NumMedia", "MediaUrl0", "MediaContentType0", "ButtonPayload", "ListId",
    "ButtonText", "ListTitle", "Latitude", "Longitude", "Label", "InteractiveData", "MessageStatus", "SmsStatus", "ErrorCode",
    "OptOutType", "ReferralSourceId", "ProfileName", "x",
])  # fmt: skip
values = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["1", "nan", "1e400", "-0", "STOP", "received", "failed", "²", "{}", "42.0", f"whatsapp:{ANI}", ANI]
    ),
)


@given(st.sampled_from(sorted(PEOPLE)), st.lists(st.tuples(fields, values), max_size=8), st.text(max_size=12))
def test_whatever_stands_in_a_signed_form_is_an_event_or_set_aside(
    name: str, changes: list[tuple[str, str]], query: str
) -> None:
    """No form of Twilio's, however strange, is an error of ours; and every event can be stored."""
    form = dict(MESSAGE | PEOPLE[name]) | dict(changes)
    url = f"{PUBLIC_URL}/webhooks/{name}/main?{urlencode({'m': query})}"
    pairs = list(form.items())
    headers = {"x-twilio-signature": form_signature(url, pairs, account(name).secrets["auth_token"])}
    try:
        delivery = channel(name).receive(Inbound("clinic", "main", urlencode(pairs).encode(), NOW, headers, url=url))
    except Malformed:
        return

    for each in delivery.envelopes:
        assert msgspec.json.decode(msgspec.json.encode(each), type=type(each)) == each
