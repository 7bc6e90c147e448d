"""What Viber delivers: its proof, and what each kind becomes; the cases are the specification."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from viberbot import Api, BotConfiguration  # type: ignore[import-untyped]

from bot.events import Said
from bot.ports.channel import Malformed, NotSigned
from integrations.channels.viber import Viber
from tests.integrations.kit import NOW, Hands
from tests.integrations.viber.conftest import account, delivered, kit
from tests.standins.viber import TOKEN

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "events.yaml").read_text("utf-8"))
SENDER = {"id": "01234567890A=", "name": "Ani", "avatar": "", "language": "hy", "country": "AM", "api_version": 10}
VECTOR = (
    '{"event":"message","timestamp":1767225600000,"chat_hostname":"SN-CHAT-01_","message_token":4912661846655238145,'
    '"sender":{"id":"01234567890A=","name":"Ani","avatar":"","language":"hy","country":"AM","api_version":10},'
    '"message":{"type":"text","text":"Բարև","tracking_data":"dlg:42"},"silent":false}'
).encode()
PROOF = "d0dee40fe522fb8aa2aa1fa8537a26cf9e91ceee38d9c8732e7f685004ac786d"
HEADER = "x-viber-content-signature"


@pytest.fixture
def deaf(clock: Hands) -> Viber:
    """The channel without anybody at the other end."""
    return Viber(account(), kit(clock))


def event_of(case: dict[str, Any]) -> dict[str, Any]:
    if "event" in case:
        return dict(case["event"])
    head = {"event": "message", "timestamp": 1795262399000, "chat_hostname": "SN", "message_token": 6, "silent": False}
    return head | {"sender": SENDER, "message": case["message"]}


@pytest.mark.req("F1")
@pytest.mark.parametrize("case", [pytest.param(each, id=each["case"]) for each in CASES])
def test_every_kind_of_event_becomes_its_events(deaf: Viber, case: dict[str, Any]) -> None:
    """Whatever Viber delivers is understood, or is knowingly nothing."""
    found = deaf.receive(delivered(json.dumps(event_of(case)).encode()))

    shown = []
    for each in found.envelopes:
        assert each.actor == "viber/main/01234567890A="
        head: dict[str, Any] = {"key": each.dedupe_key.removeprefix("viber:main:")}
        head |= {"lane": each.lane} if each.lane else {}
        head |= {"answer": True} if each.answer else {}
        shown.append(head | json.loads(msgspec.json.encode(each.event)))
    assert shown == case["events"]


@pytest.mark.parametrize("case", [pytest.param(each, id=each["case"]) for each in CASES if each.get("event")])
def test_viber_s_own_library_reads_the_same_events(case: dict[str, Any]) -> None:
    """The cases are events as Viber's library knows them; what it does not know is nothing to us either."""
    api = Api(BotConfiguration(name="Salon", avatar="", auth_token=TOKEN))
    body = json.dumps(event_of(case))
    if event_of(case)["event"] == "client_status":
        with pytest.raises(Exception, match="not supported"):
            api.parse_request(body)
    else:
        assert api.parse_request(body).event_type == case["event"]["event"]


def test_the_proof_is_that_of_the_published_vector(deaf: Viber) -> None:
    """A delivery with its signature in hex, in either case, is taken; its token stays whole."""
    (envelope,) = deaf.receive(delivered(VECTOR, **{HEADER: PROOF})).envelopes

    assert isinstance(envelope.event, Said)
    assert (envelope.event.text, envelope.dedupe_key) == ("Բարև", "viber:main:4912661846655238145")
    assert deaf.receive(delivered(VECTOR, **{HEADER: PROOF.upper()})).envelopes


def test_viber_s_own_library_makes_the_same_proof(deaf: Viber) -> None:
    """The signature is the one of Viber's library, over the raw bytes."""
    api = Api(BotConfiguration(name="Salon", avatar="", auth_token=TOKEN))
    body = json.dumps(event_of(CASES[9]), indent=1).encode()

    assert api.verify_signature(VECTOR, PROOF)
    assert deaf.receive(delivered(body, **{HEADER: api._calculate_message_signature(body)})).envelopes


def test_a_proof_may_come_in_the_address(deaf: Viber) -> None:
    """Viber puts the same value into the query of the address."""
    url = f"https://chat.example.com/webhooks/viber/main?sig={PROOF}"

    assert deaf.receive(delivered(VECTOR, url=url, **{"x-other": "1"})).envelopes


@pytest.mark.parametrize(
    "headers",
    [
        {"x-other": "1"},
        {HEADER: ""},
        {HEADER: PROOF[:-1] + "0"},
        {HEADER: PROOF[:-1]},
        {HEADER: f"{PROOF}, {PROOF}"},
        {HEADER: "ՁՁ"},
    ],
)
def test_who_cannot_prove_it_is_not_heard(deaf: Viber, headers: dict[str, str]) -> None:
    """Without the signature, or with another, nothing is read."""
    with pytest.raises(NotSigned):
        deaf.receive(delivered(VECTOR, **headers))


def test_a_body_that_was_changed_on_the_way_is_not_heard(deaf: Viber) -> None:
    """One byte is enough, white space too; so is the token of another bot."""
    with pytest.raises(NotSigned):
        deaf.receive(delivered(VECTOR + b" ", **{HEADER: PROOF}))
    with pytest.raises(NotSigned):
        deaf.receive(delivered(VECTOR, token="another"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[" * 50_000,
        b'{"update_id": 1e999}',
        b'{"event": "message", "message_token": 6}',
        b'{"event": "message", "message_token": 6, "sender": {"id": "a b"}, "message": {"type": "text", "text": "x"}}',
        b'{"event": "message", "message_token": 0, "sender": {"id": "A"}, "message": {"type": "text", "text": "x"}}',
        b'{"event": "message", "message_token": -6, "sender": {"id": "A"}, "message": {"type": "text", "text": "x"}}',
        b'{"event": "message", "message_token": 99999999999999999999, "sender": {"id": "A"}, "message": {"text": "x"}}',
        b'{"event": "unsubscribed", "message_token": 6}',
        b'{"event": "conversation_started", "message_token": 6}',
        b'{"event": "message", "message_token": 6, "sender": {"id": "A"}, "message": {"type": "text", "text": 7}}',
    ],
)
def test_what_cannot_be_read_is_called_malformed(deaf: Viber, body: bytes) -> None:
    """Nonsense with a good proof is named as such."""
    with pytest.raises(Malformed):
        deaf.receive(delivered(body))


@pytest.mark.parametrize("text", [b"a\\ud83d b", b"a \xff\xfe b"])
def test_broken_characters_do_not_cost_the_message(deaf: Viber, text: bytes) -> None:
    """Half an emoji is replaced, the rest of the words stays."""
    body = json.dumps(event_of(CASES[9]) | {"message": {"type": "text", "text": "@"}}).encode().replace(b"@", text)
    (envelope,) = deaf.receive(delivered(body)).envelopes

    assert isinstance(envelope.event, Said)
    assert envelope.event.text[0] + envelope.event.text[-1] == "ab"
    assert "\N{REPLACEMENT CHARACTER}" in envelope.event.text


@pytest.mark.parametrize(
    ("earlier", "kept"),
    [(timedelta(minutes=50), True), (timedelta(days=2), False), (-timedelta(hours=1), False)],
)
def test_what_comes_late_bears_the_time_when_it_was_written(deaf: Viber, earlier: timedelta, kept: bool) -> None:
    """Viber repeats for an hour; a date that cannot be is not believed."""
    body = json.dumps(event_of(CASES[9]) | {"timestamp": int((NOW - earlier).timestamp() * 1000)}).encode()
    (envelope,) = deaf.receive(delivered(body)).envelopes

    assert envelope.at == (NOW - earlier if kept else NOW)
