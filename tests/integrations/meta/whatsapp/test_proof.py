"""Who may deliver: the proof over the raw body, and the question whether deliveries are wanted here."""

import httpx
import pytest
from pywa.utils import webhook_updates_validator

from bot.ports.channel import NotSigned
from integrations.channels.meta.signature import signed, subscription
from integrations.channels.meta.whatsapp import WhatsApp
from tests.integrations.meta.whatsapp.conftest import VERIFY_TOKEN, delivered
from tests.standins.meta import APP_SECRET
from tests.standins.meta.wire import signature

BODY = (
    rb'{"object":"page","entry":[{"id":"1001","time":1767225600000,"messaging":[{"sender":{"id":"2002"},"recipient":{"id"'
    rb':"1001"},"timestamp":1767225600000,"message":{"mid":"m_AbC","text":"\u0532\u0561\u0580\u0587"}}]}]}'
)
DIGEST = "e568435d541aa6093a347149bdaeb76fe36fcbdd541432746352c96d82a790e8"
OF_OTHER_BYTES = "150021e5564ad44cb640c06552942c0e77b57bf4af27886c31f1b2320317924f"
WRONG = [
    "", "sha256=", DIGEST, f"sha1={DIGEST}", f"SHA256={DIGEST}", f"sha256={DIGEST.upper()}", f"sha256= {DIGEST}",
    f"sha256={OF_OTHER_BYTES}", f"sha256={DIGEST}, sha256={DIGEST}", f"sha256={DIGEST[:-1]}", "sha256=é\ud800",
]  # fmt: skip


@pytest.mark.req("F1")
def test_what_meta_signed_is_accepted() -> None:
    """The vector of the facts, which pywa accepts too."""
    assert signed(BODY, f"sha256={DIGEST}", APP_SECRET)
    assert webhook_updates_validator(APP_SECRET, BODY, f"sha256={DIGEST}")


@pytest.mark.parametrize("header", WRONG, ids=repr)
def test_any_other_header_is_not(header: str) -> None:
    """A digest of another form, of other bytes or of nothing opens nothing."""
    assert not signed(BODY, header, APP_SECRET)


def test_another_secret_signs_nothing_and_an_empty_one_neither() -> None:
    """An account that was set up without its secret takes nothing at all."""
    assert not signed(BODY, f"sha256={DIGEST}", APP_SECRET[:-1] + "0")
    assert not signed(BODY, signature(BODY, ""), "")


def test_the_same_json_in_other_bytes_is_another_body() -> None:
    """The proof is over what arrived, letter for letter."""
    assert not signed(BODY.replace(rb"\u0532", "Բ".encode()), f"sha256={DIGEST}", APP_SECRET)


@pytest.mark.parametrize("body", [b"", b"{", b'{"object":"whatsapp_business_account","entry":[]}'])
async def test_nothing_is_looked_at_before_the_proof(whatsapp: WhatsApp, body: bytes) -> None:
    """Whoever cannot sign learns nothing of what is wrong with a body."""
    for header in WRONG:
        with pytest.raises(NotSigned):
            whatsapp.receive(delivered(body, header=header))


async def test_a_changed_delivery_is_not_received(whatsapp: WhatsApp) -> None:
    """One letter more, and it is nobody's."""
    sound = delivered(b'{"object":"whatsapp_business_account","entry":[]}')
    assert whatsapp.receive(sound).envelopes == []
    with pytest.raises(NotSigned):
        whatsapp.receive(delivered(sound.body + b" ", header=sound.headers["x-hub-signature-256"]))


async def test_the_subscription_that_we_asked_for_is_answered(whatsapp: WhatsApp) -> None:
    """Meta gets its own words back when it knows the token."""
    answer = whatsapp.subscribe(httpx.QueryParams(query(VERIFY_TOKEN)))

    assert answer is not None
    assert (answer.status, answer.body, answer.kind) == (200, b"1158201444", "text/plain")


@pytest.mark.parametrize(
    "token", ["", "another-token-of-somebody", VERIFY_TOKEN.upper(), f"{VERIFY_TOKEN} ", "é\ud800"]
)
async def test_any_other_subscription_is_not(whatsapp: WhatsApp, token: str) -> None:
    """Whoever does not know the token gets no answer; nor does a question of another kind."""
    assert whatsapp.subscribe(query(token)) is None
    assert whatsapp.subscribe({**query(VERIFY_TOKEN), "hub.mode": "unsubscribe"}) is None
    assert whatsapp.subscribe({}) is None


def test_an_account_without_a_token_has_asked_for_nothing() -> None:
    """An empty token is known to everybody, so it lets nobody in."""
    assert subscription(query(""), "") is None


def query(token: str) -> dict[str, str]:
    return {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}
