"""What Play Mobile delivers: its proof, and what each kind becomes; the cases are the specification."""

import json
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.events import Said
from bot.ports.channel import Malformed, NotSigned
from integrations.channels.playmobile import PlayMobile
from integrations.channels.playmobile.xml import NotRead, read_messages
from tests.integrations.kit import Hands
from tests.integrations.playmobile.conftest import HOOK, KEY, PHONE, account, delivered, kit
from tests.standins.playmobile import LOGIN, PASSWORD
from tests.standins.playmobile.server import messages_xml

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "deliveries.yaml").read_text("utf-8"))
BODY = messages_xml(("1", PHONE, "salom"))


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.req("F35")
@pytest.mark.parametrize("case", [pytest.param(each, id=each["case"]) for each in CASES])
def test_every_kind_of_delivery_becomes_its_events(clock: Hands, case: dict[str, Any]) -> None:
    """Whatever Play Mobile delivers is understood, or is knowingly nothing."""
    channel = PlayMobile(account(keywords=case.get("keywords", "")), kit(clock))
    body = case["xml"] if "xml" in case else json.dumps(case["json"])

    shown = []
    for each in channel.receive(delivered(body.encode())).envelopes:
        assert each.actor.startswith("sms_playmobile/main/")
        head: dict[str, Any] = {
            "phone": each.actor.rpartition("/")[2],
            "key": each.dedupe_key.removeprefix("sms_playmobile:main:"),
        }
        head |= {"lane": each.lane} if each.lane else {}
        shown.append(head | json.loads(msgspec.json.encode(each.event)))
    assert shown == case["events"]


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (f"{HOOK}?key={KEY}", {}),
        (f"{HOOK}?a=b&key={KEY}", {}),
        (f"{HOOK}?key={KEY}/status", {}),
        (HOOK, {"authorization": basic("any", KEY)}),
        (HOOK, {"authorization": basic("", KEY)}),
        (HOOK, {"authorization": basic(LOGIN, PASSWORD)}),
    ],
)
def test_a_key_in_the_address_is_the_proof(deaf: PlayMobile, url: str, headers: dict[str, str]) -> None:
    """In its query, before the house, or the account's own login; Play Mobile signs nothing."""
    assert deaf.receive(delivered(BODY, url=url, **headers)).envelopes


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (HOOK, {}),
        (f"{HOOK}?key=", {}),
        (f"{HOOK}?key={KEY}x", {}),
        (f"{HOOK}?key={KEY[:-1]}", {}),
        (f"{HOOK}?key=x&key={KEY}", {}),
        (f"{HOOK}?key={KEY}&key=x", {}),
        (f"{HOOK}?key=%FF%FE", {}),
        (f"{HOOK}#key={KEY}", {}),
        (HOOK, {"authorization": KEY}),
        (HOOK, {"authorization": "Basic"}),
        (HOOK, {"authorization": "Basic ՁՁ"}),
        (HOOK, {"authorization": basic(LOGIN, "another")}),
        (HOOK, {"authorization": basic("another", PASSWORD)}),
        (HOOK, {"authorization": f"{basic('any', KEY)}, {basic('any', KEY)}"}),
        (HOOK, {"authorization": basic("any", KEY).replace("Basic", "Bearer")}),
    ],
)
def test_who_does_not_know_the_key_is_not_heard(deaf: PlayMobile, url: str, headers: dict[str, str]) -> None:
    """Nothing is read without it."""
    with pytest.raises(NotSigned):
        deaf.receive(delivered(BODY, url=url, **headers))


DEEP = b"<sms-request><message id='1' msisdn='998901234567'><content>a<b>x</b></content></message></sms-request>"
GROWS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<sms-request><message id='1' msisdn='998901234567'><content>&b;</content></message></sms-request>"
)
FETCHES = (
    b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b"<sms-request><message id='1' msisdn='998901234567'><content>&a;</content></message></sms-request>"
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[" * 50_000,
        b'{"update_id": 1e999}',
        b'{"messages": 7}',
        b'{"messages": [{}, 7]}',
        b"[" + b"{}," * 1000 + b"{}]",
        b"<>",
        b"<sms-request>",
        b"<html><body>hello</body></html>",
        b"<a>" * 50_000,
        DEEP,
        GROWS,
        FETCHES,
        b"<sms-request>&nbsp;</sms-request>",
        b'<?xml version="1.0" encoding="no-such"?><sms-request/>',
        b"<sms-request><message id='' msisdn=''><content>x</content></message></sms-request>",
        b"<sms-request><message id='1' msisdn='salon'><content>x</content></message></sms-request>",
        messages_xml(("1", PHONE, "x" * 20_001)),
        messages_xml(*[(str(n), PHONE, "x") for n in range(1001)]),
    ],
)
def test_what_cannot_be_read_is_called_malformed(deaf: PlayMobile, body: bytes) -> None:
    """Nonsense is named as such; nothing of it is fetched, and nothing grows."""
    with pytest.raises(Malformed):
        deaf.receive(delivered(body))


def test_the_most_that_may_come_at_once_is_read() -> None:
    """A thousand messages, or one of twenty thousand characters."""
    assert len(read_messages(messages_xml(*[(str(n), PHONE, "x") for n in range(1000)]))) == 1000
    assert len(read_messages(messages_xml(("1", PHONE, "x" * 20_000)))[0].text) == 20_000


def test_words_are_read_in_the_encoding_that_the_xml_names(deaf: PlayMobile) -> None:
    """A report or message in another alphabet than UTF-8 is read by what its XML declares."""
    body = messages_xml(("1", PHONE, "Салом")).decode().replace("UTF-8", "windows-1251").encode("windows-1251")
    (envelope,) = deaf.receive(delivered(body)).envelopes

    assert isinstance(envelope.event, Said)
    assert envelope.event.text == "Салом"


characters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")


@given(st.text(characters, min_size=1).filter(str.strip))
def test_whatever_is_written_is_read(text: str) -> None:
    """Any words, markup among them, come in as they were written."""
    (found,) = read_messages(messages_xml(("1", PHONE, text)))

    assert found.text == text.strip()


@given(st.binary(max_size=300) | st.binary(max_size=100).map(lambda some: b"<sms-request>" + some + b"</sms-request>"))
def test_whatever_comes_is_read_or_named(body: bytes) -> None:
    """Nothing but `NotRead` is raised."""
    with suppress(NotRead):
        assert len(read_messages(body)) <= len(body)
