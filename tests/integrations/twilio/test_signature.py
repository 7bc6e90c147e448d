"""Only Twilio is believed: its signature over the address and the form, in every form that it has."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has none

from bot.ports.channel import Inbound, Malformed, NotSigned
from integrations.channels.twilio.forms import MOST_FIELDS, read_form
from integrations.channels.twilio.signature import proved, signed
from tests.integrations.twilio.conftest import NOW
from tests.standins.twilio import TOKEN, form_signature, json_delivery, url_signature
from tests.standins.twilio.signing import with_shared_key

URL = "https://bot.example.am/hooks/twilio/sms?tenant=7"
FORM = (
    b"AccountSid=AC00000000000000000000000000000001&Body=%D4%B2%D5%A1%D6%80%D6%87&From=whatsapp%3A%2B37491123456"
    b"&MessageSid=SM00000000000000000000000000000001&NumMedia=0&ProfileName=%D0%90%D0%BD%D0%B8"
    b"&To=whatsapp%3A%2B14155238886&WaId=37491123456"
)
SHA1, SHA256 = "dZceZx8UoZOtwICRStTbqmTTov4=", "gbdS9ul3nguFv+0hhHKrl182zAUqKJ1Vg6GKPxy27HY="
SHARED = {"x-twilio-webhooks-signature-settings": "key=webhooks_sharedkey_01,algorithm=HMAC_SHA256"}
JSON_URL = (
    "https://bot.example.am/hooks/twilio/json"
    "?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
)
GET_URL = "https://bot.example.am/hooks/twilio/voice?CallSid=CA1&From=%2B37491123456"


def is_signed(url: str, body: bytes, header: str, *, token: str = TOKEN, headers: dict[str, str] | None = None) -> bool:
    return signed(url, read_form(body).pairs, body, header, token, headers or {})


@pytest.mark.req("F1")
def test_a_form_is_signed_with_the_auth_token() -> None:
    """The published example passes, and with one letter changed anywhere it does not."""
    assert is_signed(URL, FORM, SHA1)
    assert not is_signed(URL, FORM.replace(b"NumMedia=0", b"NumMedia=1"), SHA1)
    assert not is_signed(URL.replace("7", "8"), FORM, SHA1)
    assert not is_signed(URL.replace("https", "http"), FORM, SHA1)
    assert not is_signed(URL.partition("?")[0], FORM, SHA1)
    assert not is_signed(URL, FORM, SHA1.replace("d", "e", 1))
    assert not is_signed(URL, FORM, SHA1, token=TOKEN[:-1] + "3")
    assert not is_signed(URL, FORM + b"&Extra=", SHA1)


def test_a_shared_key_is_announced_by_a_header() -> None:
    """With the header the longer digest counts and nothing else; an algorithm that nobody knows is refused."""
    assert is_signed(URL, FORM, SHA256, headers=SHARED)
    assert not is_signed(URL, FORM, SHA256)
    assert not is_signed(URL, FORM, SHA1, headers=SHARED)
    assert not is_signed(URL, FORM, SHA1, headers={"x-twilio-webhooks-signature-settings": "key=a,algorithm=NONE"})
    assert is_signed(URL, FORM, SHA1, headers={"x-twilio-webhooks-signature-settings": "key=a"})


def test_a_shared_key_has_a_secret_of_its_own() -> None:
    """Where the firm has set one, what it signs is believed, and the token does not sign in its place."""
    pairs = read_form(FORM).pairs
    headers = {name.lower(): value for name, value in with_shared_key(URL, pairs, "another secret").items()}
    given = headers["x-twilio-signature"]

    assert signed(URL, pairs, FORM, given, TOKEN, headers, shared="another secret")
    assert not signed(URL, pairs, FORM, given, TOKEN, headers, shared="a third")
    assert not signed(URL, pairs, FORM, SHA256, TOKEN, headers, shared="another secret")
    assert signed(URL, pairs, FORM, SHA1, TOKEN, {}, shared="another secret")


def test_a_repeated_name_counts_each_of_its_values_once() -> None:
    """The values of a name are put in order, and what comes twice stands once."""
    assert is_signed("https://e.com/", b"A=2&A=1&A=1&B=x", "HMCsBAlAbJcyABKMbewz8/4LZ/E=")


def test_a_get_is_signed_by_its_address() -> None:
    """There is no form; a body that comes along was not signed."""
    assert signed(GET_URL, None, b"", "ose8lJDX1QZH93Vz2RcWm++mY3k=", TOKEN, {})
    assert not signed(GET_URL, None, b"Digits=1", "ose8lJDX1QZH93Vz2RcWm++mY3k=", TOKEN, {})


def test_json_is_vouched_for_in_the_address() -> None:
    """The digest of the body stands in the address, and the address is signed."""
    assert signed(JSON_URL, None, b'{"a":1}', "oxTzbhLdpYntlqzMDCbY6Bq6Wws=", TOKEN, {})
    assert not signed(JSON_URL, None, b'{"a":2}', "oxTzbhLdpYntlqzMDCbY6Bq6Wws=", TOKEN, {})
    assert not signed(JSON_URL[:-1] + "3", None, b'{"a":1}', "oxTzbhLdpYntlqzMDCbY6Bq6Wws=", TOKEN, {})


@pytest.mark.parametrize("port", ["", ":443", ":8443"])
def test_the_standard_port_may_stand_there_or_not(port: str) -> None:
    """Twilio signs the address with or without 443, whichever we were given."""
    given, asked = (
        f"https://e.com{port}/x?a=1",
        "https://e.com:443/x?a=1" if port != ":8443" else "https://e.com:8443/x?a=1",
    )

    assert signed(given, [("A", "1")], b"", form_signature(asked, [("A", "1")], TOKEN), TOKEN, {})
    assert signed(given, [("A", "1")], b"", form_signature(given, [("A", "1")], TOKEN), TOKEN, {})


@pytest.mark.parametrize("header", ["", "x", "é", "dZceZx8UoZOtwICRStTbqmTTov4=, dZceZx8UoZOtwICRStTbqmTTov4="])
def test_whoever_is_not_twilio_is_turned_away(header: str) -> None:
    """No signature, a wrong one, two of them."""
    assert not is_signed(URL, FORM, header)
    with pytest.raises(NotSigned):
        proved(Inbound("clinic", "main", FORM, NOW, {"x-twilio-signature": header}, url=URL), TOKEN)


def test_an_account_without_its_token_believes_nobody() -> None:
    """An empty key signs nothing, also not what was signed with an empty key."""
    assert not is_signed(URL, FORM, form_signature(URL, read_form(FORM).pairs, ""), token="")


@pytest.mark.parametrize("body", [b"\xff\xfe", "Body=ա".encode(), b"&".join(b"a=1" for _ in range(MOST_FIELDS + 1))])
def test_what_is_no_form_cannot_have_been_signed(body: bytes) -> None:
    """A stranger learns nothing of what was wrong, and nothing of it is kept."""
    with pytest.raises(NotSigned):
        proved(Inbound("clinic", "main", body, NOW, {"x-twilio-signature": "x"}, url=URL), TOKEN)
    with pytest.raises(Malformed):
        read_form(body)


def test_bytes_that_are_no_letters_are_signed_as_they_came() -> None:
    """A broken letter does not make a message of Twilio's a stranger's, and can be stored."""
    form = read_form(b"Body=%FF%D5%A1&Empty=")

    assert (form.get("Body"), form.get("Empty"), "Empty" in form) == ("\N{REPLACEMENT CHARACTER}ա", "", True)
    assert form.pairs[0][1].encode("utf-8", "surrogateescape") == b"\xff\xd5\xa1"


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=8)
forms = st.lists(st.tuples(names, st.text(st.characters(codec="utf-8"), max_size=20)), max_size=12)


class Repeated(dict[str, list[str]]):
    """A form as web frameworks give it to the SDK."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


@given(
    forms, st.sampled_from(["https://e.com/a", "https://e.com:443/a?b=%2B&c=", "http://e.com:8080/", "http://e.com/?x"])
)
def test_the_sdk_of_twilio_says_the_same(pairs: list[tuple[str, str]], url: str) -> None:
    """Whatever stands in a form, twilio-python and this house come to one signature, and agree on a changed one."""
    form = Repeated()
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    validator = RequestValidator(TOKEN)
    given = validator.compute_signature(url, form)
    body = urlencode(pairs).encode()

    assert is_signed(url, body, given)
    assert form_signature(url, pairs, TOKEN) == given
    assert validator.validate(url, form, given)
    assert not is_signed(url, body + (b"&" if body else b"") + b"zz=1", given)


@given(st.binary(max_size=50))
def test_the_sdk_signs_json_alike(body: bytes) -> None:
    """Bodies and addresses that the SDK accepts are accepted, changed ones by neither."""
    text = body.hex().encode() or b"{}"
    url, given = json_delivery("https://e.com/x?y=1", text, TOKEN)
    validator = RequestValidator(TOKEN)

    assert signed(url, None, text, given, TOKEN, {}) is validator.validate(url, text.decode(), given) is True
    assert (
        signed(url, None, text + b" ", given, TOKEN, {}) is validator.validate(url, text.decode() + " ", given) is False
    )
    assert signed(url, None, b"", url_signature(url, TOKEN), TOKEN, {}) is False
