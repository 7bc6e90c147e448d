"""Deliveries: who sends them is proved first, in order and each once, and no bytes whatever break anything."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events import Pressed, Said
from bot.ports.channel import Answer, Malformed, NotSigned, Subscribing
from integrations.channels.meta.pages import PAGES
from tests.integrations.kit import NOW
from tests.integrations.meta.pages.conftest import (
    MILLISECONDS,
    NETWORKS,
    account_of,
    delivery,
    entry,
    events,
    item,
    opened,
    taken,
)
from tests.standins.meta import APP_SECRET, TOKEN
from tests.standins.meta.wire import escaped, signature

MESSENGER, INSTAGRAM = (opened(network, comments="answer") for network in NETWORKS)
BODY = (
    rb'{"object":"page","entry":[{"id":"1001","time":1767225600000,"messaging":[{"sender":{"id":"2002"},'
    rb'"recipient":{"id":"1001"},"timestamp":1767225600000,"message":{"mid":"m_AbC","text":"\u0532\u0561\u0580\u0587"}}]}]}'
)
DIGEST = "e568435d541aa6093a347149bdaeb76fe36fcbdd541432746352c96d82a790e8"
OTHER_FORM = "150021e5564ad44cb640c06552942c0e77b57bf4af27886c31f1b2320317924f"
"""The digest of the same JSON written as UTF-8."""


@pytest.mark.req("F1")
def test_a_signed_delivery_is_taken() -> None:
    """Meta proves itself with the digest that pywa computes of these bytes too."""
    (envelope,) = MESSENGER.receive(delivery(BODY, header=f"sha256={DIGEST}")).envelopes

    assert envelope.event == Said("Բարև", client_id="m_AbC")
    assert (envelope.actor, envelope.dedupe_key) == ("messenger/main/2002", "messenger:main:m_AbC")


@pytest.mark.parametrize(
    "header",
    ["", DIGEST, f"sha256={OTHER_FORM}", f"sha256={DIGEST[:-1]}", f"sha256={DIGEST} ", f"sha256={DIGEST.upper()}",
     f"sha1={DIGEST}", f"sha256={DIGEST}, sha256={DIGEST}", "sha256=", "sha256=é", "sha256=\ud800"],
)  # fmt: skip
def test_another_proof_is_refused(header: str) -> None:
    """Whoever cannot sign is not listened to."""
    with pytest.raises(NotSigned):
        MESSENGER.receive(delivery(BODY, header=header))


def test_the_proof_is_of_the_bytes_that_came() -> None:
    """The same JSON in another form has another proof, so nobody may write it anew before it is checked."""
    anew = json.dumps(json.loads(BODY), separators=(",", ":"), ensure_ascii=False).encode()

    assert signature(anew, APP_SECRET) == f"sha256={OTHER_FORM}"
    with pytest.raises(NotSigned):
        MESSENGER.receive(delivery(anew, header=f"sha256={DIGEST}"))


@pytest.mark.parametrize("body", [BODY.replace(b"2002", b"2003"), BODY + b"\n", BODY[:-1], b""])
def test_a_changed_delivery_is_refused(body: bytes) -> None:
    """Whoever changes one byte on the way is found out, before anybody looks inside."""
    with pytest.raises(NotSigned):
        MESSENGER.receive(delivery(body, header=f"sha256={DIGEST}"))


@pytest.mark.parametrize("channel", [MESSENGER, INSTAGRAM], ids=NETWORKS)
def test_meta_may_ask_whether_deliveries_are_wanted(channel: Any) -> None:
    """Who knows our word gets their challenge back; nobody else gets anything."""
    asked = {"hub.mode": "subscribe", "hub.verify_token": "a-word-of-ours", "hub.challenge": "1158201444"}

    assert isinstance(channel, Subscribing)
    assert channel.subscribe(asked) == Answer(b"1158201444", "text/plain")
    assert channel.subscribe(asked | {"hub.verify_token": "another"}) is None
    assert channel.subscribe(asked | {"hub.mode": "unsubscribe"}) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"[" * 100_000, b'{"object":"page","entry":' + b'[{"a":' * 50_000, b"\xff\xfe\x00",
     b'{"object":"page","entry":7}', b'{"object":"user","entry":[]}'],
)  # fmt: skip
def test_what_cannot_be_read_is_said_to_be_so(body: bytes) -> None:
    """Authentic nonsense is named as such, so that it is kept and not delivered for days."""
    with pytest.raises(Malformed):
        MESSENGER.receive(delivery(body))


def test_what_is_of_another_page_is_set_aside() -> None:
    """An app has one address for all its pages: what came here by mistake is kept for somebody to look at."""
    with pytest.raises(Malformed, match="an app of its own"):
        taken(
            MESSENGER,
            {"object": "page", "entry": [{"id": "9", "messaging": [item("instagram", message={"mid": "m"})]}]},
        )
    with pytest.raises(Malformed, match="something else"):
        taken(MESSENGER, entry("instagram", item("instagram", message={"mid": "m", "text": "x"})))


def test_instagram_may_be_named_by_its_page() -> None:
    """Some deliveries about Instagram bear the id of the page that it belongs to."""
    channel = opened("instagram", page_id="1001")
    what = item("messenger", message={"mid": "m_1", "text": "hello"})

    assert events(channel, {"object": "instagram", "entry": [{"id": "1001", "messaging": [what]}]}) == [
        Said("hello", client_id="m_1")
    ]


def test_a_bad_item_takes_no_other_with_it() -> None:
    """What stands beside it in the same delivery is received, whichever way it is bad."""
    good = [item("messenger", message={"mid": f"m_{n}", "text": str(n)}) for n in (1, 2)]
    bad: list[Any] = [
        7, None, [], {}, {"message": 7}, item("messenger", message={"mid": 7}),
        item("messenger", message={"mid": "m_3", "text": []}),
        item("messenger", message={"mid": "m_4", "text": "x"}) | {"sender": {"id": "../../2"}},
        item("messenger", message={"mid": "m_5", "text": "x"}) | {"sender": {"id": ""}},
        item("messenger", message={"mid": "m_6", "text": "x"}) | {"sender": None},
    ]  # fmt: skip
    for each in bad:
        assert events(MESSENGER, entry("messenger", good[0], each, good[1])) == [
            Said("1", client_id="m_1"),
            Said("2", client_id="m_2"),
        ]


def test_a_delivery_of_which_nothing_can_be_read_is_set_aside() -> None:
    """Nothing is dropped in silence."""
    with pytest.raises(Malformed, match="nothing of it"):
        taken(MESSENGER, entry("messenger", item("messenger", message={"mid": 7})))


def test_a_batch_is_heard_in_the_order_in_which_it_was_written() -> None:
    """Meta does not keep the order; the moments tell it."""
    said = [item("messenger", message={"mid": f"m_{n}", "text": str(n)}) for n in range(4)]
    for n, each in enumerate(said):
        each["timestamp"] = MILLISECONDS - 1000 + n
    body = entry("messenger", said[2], said[0])
    body["entry"] += entry("messenger", said[3], said[1])["entry"]

    assert [each.text for each in events(MESSENGER, body) if isinstance(each, Said)] == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("timestamp", "ago"),
    [
        (MILLISECONDS - 60_000, timedelta(minutes=1)),
        (MILLISECONDS // 1000 - 60, timedelta(minutes=1)),  # seconds come too
        (str(MILLISECONDS - 60_000), timedelta(minutes=1)),
        (MILLISECONDS + 60_000, timedelta(0)),  # a clock that is ahead
        (MILLISECONDS - 30 * 86_400_000, timedelta(0)),
        (0, timedelta(0)),
        (None, timedelta(0)),
        (-1, timedelta(0)),
        ("soon", timedelta(0)),
        (10**30, timedelta(0)),
    ],
)
def test_a_moment_is_believed_when_it_can_be_true(timestamp: Any, ago: timedelta) -> None:
    """What was written when is Meta's to say, within reason."""
    body = entry("messenger", item("messenger", message={"mid": "m_1", "text": "x"}) | {"timestamp": timestamp})
    (envelope,) = taken(MESSENGER, body).envelopes

    assert envelope.at == NOW - ago


@pytest.mark.parametrize("text", [b'"\\ud800 a"', b'"a \\udfff"', b'"\xff\xfe a"'])
def test_broken_characters_are_replaced(text: bytes) -> None:
    """A message with half a character in it is still a message."""
    body = escaped(entry("messenger", item("messenger", message={"mid": "m_1", "text": "HERE"})))
    (envelope,) = MESSENGER.receive(delivery(body.replace(b'"HERE"', text))).envelopes

    assert isinstance(envelope.event, Said)
    assert "\ufffd" in envelope.event.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
WHOLE: dict[str, dict[str, Any]] = {
    "message": {
        "mid": "m_1",
        "text": "x",
        "quick_reply": {"payload": "4.yes"},
        "reply_to": {"story": {"url": "https://cdn.fbsbx.com/s"}},
        "attachments": [{"type": "image", "payload": {"url": "https://cdn.fbsbx.com/1", "sticker_id": 1}}],
    },
    "postback": {"mid": "m_2", "title": "t", "payload": "p", "referral": {"ref": "r"}},
    "message_edit": {"mid": "m_3", "text": "x", "num_edit": 1},
    "delivery": {"mids": ["m_4"], "watermark": 1},
    "read": {"watermark": 1, "mid": "m_5"},
    "referral": {"ref": "r", "ad_id": "1", "source": "S"},
}
PLACES = [(kind, *path) for kind, inner in WHOLE.items() for path in [(), *((name,) for name in inner)]]


@given(st.one_of(st.binary(max_size=200), JSON.map(lambda value: json.dumps(value).encode())))
def test_no_bytes_break_it(body: bytes) -> None:
    """Whatever comes signed is understood or is called malformed."""
    for channel in (MESSENGER, INSTAGRAM):
        try:
            channel.receive(delivery(body))
        except Malformed:
            continue


@given(st.sampled_from(PLACES), JSON)
def test_no_bent_item_breaks_it(place: tuple[str, ...], value: Any) -> None:
    """The same for what is nearly something; what comes of it can be stored."""
    what = json.loads(json.dumps({place[0]: WHOLE[place[0]]}))
    inside = what
    for name in place[:-1]:
        inside = inside[name]
    inside[place[-1]] = value
    try:
        envelopes = taken(MESSENGER, entry("messenger", item("messenger", **what))).envelopes
    except Malformed:
        return

    for each in envelopes:
        assert each.actor == "messenger/main/2002"
        assert each.dedupe_key.isascii()
        assert len(each.dedupe_key) <= 400
        assert msgspec.json.encode(each.event)


@given(st.text(max_size=70))
def test_no_invented_button_means_anything(data: str) -> None:
    """What gives back no number of ours is never a press."""
    note = {"mid": "m_1", "text": "Yes", "quick_reply": {"payload": data}}
    (event,) = events(MESSENGER, entry("messenger", item("messenger", message=note)))

    number, dot, choice = data.partition(".")
    pressed = bool(dot) and number.isascii() and number.isdigit() and choice.isprintable() and choice.isascii()
    assert isinstance(event, Pressed if pressed and choice and " " not in choice and len(number) < 16 else Said)


def test_the_secrets_are_never_shown() -> None:
    """Neither a log line nor an error that shows these objects gives them away."""
    account = account_of("messenger")
    shown = repr(MESSENGER) + repr(account) + "".join(map(repr, vars(MESSENGER).values())) + repr(PAGES)

    for secret in (TOKEN, APP_SECRET, "a-word-of-ours"):
        assert secret not in shown
