"""What Twilio delivers about calls, and what it becomes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has none

from bot.ports.channel import Malformed, NotSigned
from bot.runtime import Tenant
from integrations.channels.twilio.voice import Voice
from integrations.channels.twilio.voice.place import Place, place_of
from tests.integrations.twilio.voice import firm
from tests.integrations.twilio.voice.desk import BASICS, SID, delivered, verbs, voice
from tests.integrations.twilio.voice.talk import HOOK
from tests.standins.twilio.voice import signature

CASES = yaml.load(Path(__file__).with_name("cases.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  strings only


@pytest.fixture(scope="module")
def phone(clinic: Tenant) -> Voice:
    return voice(clinic.business, language="ru")


@pytest.mark.req("F1", "F25")
@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["what"]))
def test_a_delivery_becomes_what_it_says(phone: Voice, case: Mapping[str, Any]) -> None:
    """Every kind of payload that Twilio sends about a call is one event, or none; and its answer is TwiML."""
    form = {**BASICS, **case["form"]}
    if "MessageSid" in form:
        form = {name: form[name] for name in ("AccountSid", *case["form"])}
    delivery = phone.receive(delivered(form, case.get("query", "")))
    events = [msgspec.json.decode(msgspec.json.encode(envelope.event)) for envelope in delivery.envelopes]
    expected = case.get("event")

    assert [{key: _text(value) for key, value in each.items()} for each in events] == ([expected] if expected else [])
    for envelope in delivery.envelopes:
        assert envelope.actor == f"voice_twilio/main/{case.get('address', firm.PERSON)}"
        assert envelope.dedupe_key == case.get("key", envelope.dedupe_key)
        assert envelope.answer == (delivery.says is not None)
    if delivery.says is not None:
        assert verbs(delivery.says([]).body, delivery.says([]).kind)
    if delivery.answer.body:
        assert verbs(delivery.answer.body, delivery.answer.kind)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) else value


@pytest.mark.parametrize("spoilt", ["nothing", "token", "url", "field", "cut", "extra"])
def test_who_is_not_twilio_is_not_heard(phone: Voice, spoilt: str) -> None:
    """A signature holds for one address and one form; whatever is changed, added or left out breaks it."""
    form = {**BASICS, "Digits": "1"}
    good = delivered(form, "k=step&n=3&s=9&m=9&c=0")
    other = {
        "nothing": delivered(form, "k=step&n=3&s=9&m=9&c=0", header="x"),
        "token": delivered(form, "k=step&n=3&s=9&m=9&c=0", token="another"),
        "url": delivered(form, "k=step&n=3&s=9&m=9&c=1", header=good.headers["x-twilio-signature"]),
        "field": delivered(
            {**form, "Digits": "2"}, "k=step&n=3&s=9&m=9&c=0", header=good.headers["x-twilio-signature"]
        ),
        "cut": delivered(BASICS, "k=step&n=3&s=9&m=9&c=0", header=good.headers["x-twilio-signature"]),
        "extra": delivered({**form, "A": ""}, "k=step&n=3&s=9&m=9&c=0", header=good.headers["x-twilio-signature"]),
    }[spoilt]

    assert phone.receive(good).envelopes
    with pytest.raises(NotSigned):
        phone.receive(other)


def test_twilios_own_validator_takes_what_we_take() -> None:
    """The stand-in signs as Twilio does: its library accepts these signatures, and the published one is the same."""
    form = {**BASICS, "SpeechResult": "да, завтра", "Digits": ""}
    url = f"{HOOK}?k=step&n=3&l=ru"
    vector = "ose8lJDX1QZH93Vz2RcWm++mY3k="
    address = "https://bot.example.am/hooks/twilio/voice?CallSid=CA1&From=%2B37491123456"

    assert RequestValidator(firm.TOKEN).validate(url, form, signature(firm.TOKEN, url, list(form.items())))
    assert signature(firm.TOKEN, address, []) == vector


@pytest.mark.parametrize("form", [{}, {"CallSid": ""}, {"CallSid": "../../x"}, {"CallSid": "CA 1"}])
def test_a_delivery_about_no_call_is_kept_aside(phone: Voice, form: dict[str, str]) -> None:
    """What is signed and names no call cannot be read."""
    with pytest.raises(Malformed):
        phone.receive(delivered({"AccountSid": "AC1", **form}))


def test_the_key_of_a_call_is_its_own(phone: Voice) -> None:
    """Two calls and two steps are different things; the same step again is the same."""
    pressed = [
        delivered({**BASICS, "CallSid": sid, "Digits": "1"}, f"k=step&n={step}&s=9&m=9&c=0")
        for sid, step in ((SID, 3), (SID, 4), ("CA02", 3), (SID, 3))
    ]
    keys = [phone.receive(each).envelopes[0].dedupe_key for each in pressed]

    assert len(set(keys)) == 3
    assert keys[0] == keys[3]


PLACES = st.builds(
    Place, kind=st.sampled_from(["step", "again", "wait", "dial", "record"]), step=st.integers(0, 10**6),
    since=st.integers(-1, 10**9), before=st.integers(-1, 10**9), language=st.sampled_from(["", "hy", "ru"]),
    message=st.integers(0, 10**9), keys=st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1,
    max_size=180), max_size=7).map(tuple), page=st.integers(0, 99), more=st.booleans(), typed=st.booleans(),
    tries=st.integers(0, 30), group=st.text("abcdefghijklmnopqrstuvwxyz_0123456789", max_size=40), phone=st.integers(0, 20),
)  # fmt: skip


@given(PLACES)
def test_a_place_comes_back_as_it_went(place: Place) -> None:
    """Whatever ids the choices have, the address gives them back."""
    assert place_of(place.address(HOOK)) == place


@given(st.text(max_size=300))
def test_any_address_can_be_read(query: str) -> None:
    """A query that we did not write leads to some place and no error, or is refused as too long."""
    assert isinstance(place_of(f"{HOOK}?{query}"), Place)
