"""Webhook deliveries: who sends them is proved first, and no bytes whatever break anything."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events import Pressed, Profile, Said
from bot.ports.channel import Inbound, Malformed, NotSigned
from integrations.channels.telegram import Telegram
from tests.integrations.kit import NoFiles, lend
from tests.integrations.telegram.conftest import SECRET, Hasty, account_of, read_file
from tests.standins.telegram import TOKEN

HEADER = "x-telegram-bot-api-secret-token"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
KIT = lend(Hasty(), NoFiles(), read_file)
ACCOUNT = account_of(mode="webhook", secret=SECRET)
TELEGRAM = Telegram(ACCOUNT, KIT)
UPDATE = {
    "update_id": 1,
    "message": {
        "message_id": 11,
        "from": {"id": 5, "is_bot": False, "first_name": "Ani"},
        "chat": {"id": 5, "type": "private"},
        "date": 1,
        "text": "hello",
    },
}
BODY = json.dumps(UPDATE).encode()


def delivery(body: bytes = BODY, *, secret: str = SECRET) -> Inbound:
    return Inbound("clinic", "main", body, NOW, {HEADER: secret})


def test_a_delivery_with_our_secret_is_taken() -> None:
    """Telegram proves itself with the word that we gave it."""
    (envelope,) = TELEGRAM.receive(delivery()).envelopes

    assert envelope.event == Said("hello", client_id="11", by=Profile("Ani"))
    assert (envelope.actor, envelope.dedupe_key) == ("telegram/main/5", "telegram:main:1")


@pytest.mark.parametrize(
    "given",
    [
        "",
        "wrong",
        SECRET[:-1],
        f"{SECRET} ",
        f"{SECRET}, {SECRET}",
        SECRET.upper(),
        "é",
        "\x00",
        "\ud800",
        "x" * 10_000,
    ],
)
def test_another_secret_is_refused(given: str) -> None:
    """Whoever does not know the word is not listened to, whatever bytes they send in its place."""
    with pytest.raises(NotSigned):
        TELEGRAM.receive(delivery(secret=given))


def test_no_secret_is_refused_before_looking_inside() -> None:
    """An unsigned body is not even read."""
    with pytest.raises(NotSigned):
        TELEGRAM.receive(Inbound("clinic", "main", b"{", NOW, {}))


def test_without_a_secret_of_ours_nothing_is_taken() -> None:
    """An account that polls takes no deliveries: an empty word is no secret."""
    polling = Telegram(account_of(mode="polling"), KIT)

    with pytest.raises(NotSigned):
        polling.receive(delivery(secret=""))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"[" * 100_000,
        b'{"update_id":' + b'{"a":' * 100_000,
        b'{"message":{}}',
        b'{"update_id":NaN}',
        b'{"update_id":1e999}',
        b'{"update_id":-1}',
        b'{"update_id":' + b"9" * 5000 + b"}",
        BODY.replace(b'"id": 5', b'"id": ' + b"9" * 5000),
        BODY.replace(b'"id": 5', b'"id": ' + b"9" * 40),
        BODY.replace(b'"hello"', b"[1]"),
        b"\xff\xfe\x00",
    ],
)
def test_what_cannot_be_read_is_said_to_be_so(body: bytes) -> None:
    """Authentic nonsense is named as such, so that it is not delivered for days."""
    with pytest.raises(Malformed):
        TELEGRAM.receive(delivery(body))


@pytest.mark.parametrize("text", [b'"\\ud800 a"', b'"a \\udfff"', b'"\xff\xfe"'])
def test_broken_characters_are_replaced(text: bytes) -> None:
    """A message with half a character in it is still a message."""
    (envelope,) = TELEGRAM.receive(delivery(BODY.replace(b'"hello"', text))).envelopes

    assert isinstance(envelope.event, Said)
    assert "\ufffd" in envelope.event.text


def test_the_last_of_two_equal_fields_counts() -> None:
    """A doubled field makes no second event."""
    body = BODY.replace(b'"hello"', b'"hello", "text": "bye"')

    assert [each.event.text for each in TELEGRAM.receive(delivery(body)).envelopes] == ["bye"]  # type: ignore[union-attr]


def test_a_press_is_acknowledged_in_the_answer() -> None:
    """The hourglass goes with the 200; no call of its own is made."""
    callback = {
        "id": "77",
        "from": {"id": 5, "is_bot": False, "first_name": "Ani"},
        "data": "3.0",
        "message": {"message_id": 9, "date": 0, "chat": {"id": 5, "type": "private"}},
    }
    taken = TELEGRAM.receive(delivery(json.dumps({"update_id": 2, "callback_query": callback}).encode()))

    assert isinstance(taken.envelopes[0].event, Pressed)
    assert json.loads(taken.answer.body) == {"method": "answerCallbackQuery", "callback_query_id": "77"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
PLACES = [
    ("message",),
    ("message", "from"),
    ("message", "chat"),
    ("message", "chat", "id"),
    ("message", "chat", "type"),
    ("message", "text"),
    ("message", "photo"),
    ("message", "contact"),
    ("message", "location"),
    ("message", "document"),
    ("message", "message_id"),
    ("message", "from", "first_name"),
    ("message", "from", "language_code"),
    ("callback_query",),
    ("my_chat_member",),
    ("edited_message",),
    ("update_id",),
]


def bent(place: tuple[str, ...], value: Any) -> bytes:
    """The update with something else in one place."""
    update = json.loads(BODY)
    inside = update
    for name in place[:-1]:
        inside = inside[name]
    inside[place[-1]] = value
    return json.dumps(update).encode()


@given(st.one_of(st.binary(max_size=200), JSON.map(lambda value: json.dumps(value).encode())))
def test_no_bytes_break_it(body: bytes) -> None:
    """Whatever comes with the secret is understood or is called malformed."""
    try:
        TELEGRAM.receive(delivery(body))
    except Malformed:
        return


@given(st.sampled_from(PLACES), JSON)
def test_no_bent_update_breaks_it(place: tuple[str, ...], value: Any) -> None:
    """The same for what is nearly an update; what comes of it can be stored."""
    try:
        envelopes = TELEGRAM.receive(delivery(bent(place, value))).envelopes
    except Malformed:
        return

    for each in envelopes:
        assert json.dumps([each.actor, each.dedupe_key]).isascii()
        assert msgspec.json.encode(each.event)


@given(st.one_of(st.text(max_size=70), st.from_regex(r"@?[0-9]{1,16}\.[!-~]{0,3}", fullmatch=True)))
def test_no_invented_button_means_anything(data: str) -> None:
    """A tampered button is «no longer works», or names a message and a choice that are looked up.

    One of the firm's own account in a chat that does not say so is nothing.
    """
    callback = {
        "id": "7",
        "from": {"id": 5},
        "data": data,
        "message": {"message_id": 9, "chat": {"id": 5, "type": "private"}},
    }
    found = TELEGRAM.receive(delivery(json.dumps({"update_id": 2, "callback_query": callback}).encode())).envelopes
    if re.fullmatch(r"@[0-9]{1,15}\.[!-~]{1,62}", data):
        assert not found
        return
    (envelope,) = found

    assert isinstance(envelope.event, Pressed)
    assert (envelope.event.message, envelope.event.choice) in {
        (0, ""),
        (envelope.event.message, data.partition(".")[2]),
    }


def test_the_token_is_never_shown() -> None:
    """Neither a log line nor an error that shows these objects gives the secrets away."""
    shown = repr(TELEGRAM) + repr(ACCOUNT) + "".join(map(repr, vars(TELEGRAM).values()))

    assert TOKEN.partition(":")[2] not in shown
    assert SECRET not in shown
