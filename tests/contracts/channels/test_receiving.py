"""What comes in: told apart, whole, in order, each once, and only from who can prove it."""

import dataclasses
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.events import Envelope, Pressed, Reachable, Receipt, Said
from bot.ports.channel import Delivery, Inbound, Malformed, NotSigned
from tests.contracts.channels.line import BUSINESS, Line, Still
from tests.contracts.channels.lines import LINES, those_with

SCRIPTS = "Բարև, мир, salom oʻzim, გამარჯობა 😀"
HALVES = ("\ud83d", "\ude00", "\ude00\ud83d")
HIDDEN = "﷽ \u202ea\u0301\u200b ‹b›&amp;<b> %s {0} \\ ' \""


def said(line: Line, inbound: Inbound) -> list[str]:
    """The words of a delivery."""
    events = [each.event for each in line.channel.receive(inbound).envelopes]
    return [each.text for each in events if isinstance(each, Said)]


def taken(line: Line, inbound: Inbound) -> bool:
    """Whether a delivery gets past its proof."""
    try:
        line.channel.receive(inbound)
    except NotSigned:
        return False
    return True


def only(delivery: Delivery) -> Envelope:
    """The one event of a delivery."""
    (envelope,) = delivery.envelopes
    return envelope


@pytest.mark.req("F1")
@pytest.mark.parametrize("text", [SCRIPTS, HIDDEN, "HUMAN", "STOP", "1", "x" * 4000], ids=lambda text: ascii(text[:12]))
async def test_what_is_written_is_received(line: Line, text: str) -> None:
    """Words come in whole, from the right person, in every script, and as they were written."""
    envelope = only(line.channel.receive(line.write(text, 1)))

    assert isinstance(envelope.event, Said)
    assert envelope.event.text == text
    assert (envelope.business, envelope.actor) == (BUSINESS, line.contact.actor)
    assert envelope.at <= line.clock.now()


@pytest.mark.req("F1")
async def test_a_repeat_has_the_same_key_and_another_message_another(line: Line) -> None:
    """A delivery that comes twice is one event, and so is each of two messages with the same words."""
    keys = [only(line.channel.receive(line.write("on Friday", number))).dedupe_key for number in (1, 1, 2)]

    assert keys[0] == keys[1] != keys[2]
    assert keys[0].startswith(f"{line.name}:{line.contact.account}:")


@pytest.mark.req("F1")
async def test_receiving_the_same_gives_the_same(line: Line) -> None:
    """What is received depends on the delivery alone."""
    for sample in line.samples():
        first, again = line.channel.receive(sample), line.channel.receive(sample)

        assert (first.envelopes, first.answer, first.reader) == (again.envelopes, again.answer, again.reader)


@pytest.mark.req("F1")
async def test_all_that_a_provider_delivers_can_be_stored(line: Line) -> None:
    """Every kind of delivery is read, its events come back from the inbox as they were, and no two have one key."""
    envelopes = [each for sample in line.samples() for each in line.channel.receive(sample).envelopes]
    keys = [each.dedupe_key for each in envelopes]

    assert msgspec.json.decode(msgspec.json.encode(envelopes), type=list[Envelope]) == envelopes
    assert len(keys) == len(set(keys))
    assert all(len(key) <= 400 for key in keys)


@pytest.mark.parametrize("line", those_with("batch"), indirect=True)
async def test_a_batch_is_received_in_its_order(line: Line) -> None:
    """Several messages in one delivery are several events, the oldest first, each with a key of its own."""
    envelopes = line.channel.receive(line.batch("one", "two", "three")).envelopes

    assert [each.event.text for each in envelopes if isinstance(each.event, Said)] == ["one", "two", "three"]
    assert len({each.dedupe_key for each in envelopes}) == 3


@pytest.mark.parametrize("line", those_with("batch"), indirect=True)
async def test_a_message_of_a_batch_is_the_same_alone(line: Line) -> None:
    """A provider that repeats a part of a batch does not double it."""
    together = line.channel.receive(line.batch("one", "two")).envelopes
    alone = line.channel.receive(line.batch("one")).envelopes

    assert [each.dedupe_key for each in alone] == [each.dedupe_key for each in together[:1]]


@pytest.mark.parametrize("line", [name for name, each in LINES.items() if each.one_bad_item], indirect=True)
async def test_an_unreadable_message_takes_no_other_with_it(line: Line) -> None:
    """What stands beside it in the same delivery is received."""
    assert [text for text in said(line, line.batch("one", "", "three")) if text] == ["one", "three"]


@pytest.mark.req("F1")
@pytest.mark.parametrize("line", those_with("proof"), indirect=True)
async def test_who_cannot_prove_it_is_not_received(line: Line) -> None:
    """A delivery without its proof, or with a wrong one, is refused, whatever is in it."""
    for sample in (*line.samples(), line.proved(b"{"), line.proved(b"")):
        assert [what for what, forged in line.forgeries(sample).items() if taken(line, forged)] == []


@pytest.mark.parametrize("line", [n for n in those_with("proof") if LINES[n].covers], indirect=True)
async def test_a_changed_delivery_is_not_received(line: Line) -> None:
    """Whoever changes one byte on the way is found out."""
    whole = line.write("one hundred", 1)
    body = whole.body.replace(b"one", b"two")

    assert body != whole.body
    with pytest.raises(NotSigned):
        line.channel.receive(dataclasses.replace(whole, body=body))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b"[" * 50_000, b"\xff\xfe", b'{"update_id": 1e999}', b"&&=&%"]
)
async def test_what_cannot_be_read_is_called_malformed(line: Line, body: bytes) -> None:
    """Nonsense is named as such, holds nothing, or cannot even be proved; nothing breaks."""
    try:
        delivery = line.channel.receive(line.proved(body))
    except Malformed as malformed:
        assert malformed.sentence  # noqa: PT017  one of three ways
    except NotSigned:
        assert line.meaning(body) != body
    else:
        assert list(delivery.envelopes) == []


@given(st.text(min_size=1, max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
async def test_any_words_are_received(line: Line, text: str) -> None:
    """Whatever somebody types comes in as words or as nothing."""
    assert len(said(line, line.write(text, 1))) <= 1


@pytest.mark.parametrize("line", [name for name in LINES if name != "voice_twilio"], indirect=True)
@pytest.mark.parametrize("blank", [" ", "\n", "\x85", "\u2003", "\u3000 \t"], ids=ascii)
async def test_a_message_without_a_letter_is_a_message(line: Line, blank: str) -> None:
    """Somebody who sends nothing but white space has said something; in a call alone that is a silence."""
    (text,) = said(line, line.write(blank, 1))

    assert not text.strip()


@pytest.mark.parametrize("half", HALVES, ids=ascii)
async def test_half_a_character_loses_no_message(line: Line, half: str) -> None:
    """Programs cut texts in the middle of a character; the words around it come in."""
    (text,) = said(line, line.write(f"before {half} after", 1))

    assert text.startswith("before ")
    assert text.endswith(" after")


@pytest.mark.req("F1")
async def test_a_novel_is_received(line: Line) -> None:
    """Whoever writes more than a dialog reads is not turned away; what is kept of it the house decides."""
    text = "слово " * 2000

    assert "".join(said(line, line.write(text, 1))).split() == text.split()


async def test_what_was_delayed_is_received(line: Line, clock: Still) -> None:
    """A delivery that a provider could make only a week later is the same event with the same key, and not of the future."""
    written = line.write("hello", 1)
    clock.at += timedelta(days=6)
    envelope = only(line.channel.receive(dataclasses.replace(written, at=clock.at)))

    assert envelope.dedupe_key == only(line.channel.receive(written)).dedupe_key
    assert envelope.at <= clock.at


async def test_a_clock_that_is_ahead_is_not_believed(line: Line, clock: Still) -> None:
    """A provider whose clock is an hour ahead moves no message into the future, where it would be the last word for long."""
    clock.at += timedelta(hours=1)
    written = line.write("hello", 1)
    clock.at -= timedelta(hours=1)

    assert only(line.channel.receive(dataclasses.replace(written, at=clock.at))).at <= clock.at


@pytest.mark.parametrize("line", those_with("press"), indirect=True)
@pytest.mark.parametrize("number", [1, 7, 10**12])
async def test_a_button_leads_back_to_its_message(line: Line, number: int) -> None:
    """What is pressed names our message, last year's too, and the choice under it."""
    event = only(line.channel.receive(line.press(line.gives(number, "12"), 1, label="Yes"))).event

    assert isinstance(event, Pressed)
    assert (event.message, event.choice) == (number, "12")


@pytest.mark.parametrize("line", those_with("press"), indirect=True)
async def test_pressing_twice_is_two_acts(line: Line) -> None:
    """A person who presses again means it; a delivery that comes again does not."""
    keys = [
        only(line.channel.receive(line.press(line.gives(5, "0"), number, label="Yes"))).dedupe_key
        for number in (1, 1, 2)
    ]

    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize("line", those_with("picture"), indirect=True)
async def test_a_picture_is_received(line: Line) -> None:
    """A picture is named, with the account that it is fetched from, or lies in our own store."""
    event = only(line.channel.receive(line.picture(1))).event

    assert isinstance(event, Said)
    (media,) = event.media
    assert media.kind == "image"
    assert media.name
    assert media.source in ("", f"{line.name}/{line.contact.account}")


@pytest.mark.req("F22")
@pytest.mark.parametrize("line", those_with("strangers"), indirect=True)
async def test_what_was_written_to_another_firm_is_not_ours(line: Line) -> None:
    """A delivery with the right proof about another account is kept for people to look at, and nobody's conversation."""
    with pytest.raises(Malformed):
        line.channel.receive(line.stranger(1))


@pytest.mark.parametrize("line", those_with("reachable"), indirect=True)
async def test_who_leaves_is_noted(line: Line) -> None:
    """The provider says that the customer has blocked us: nothing is sent there any more."""
    envelope = only(line.channel.receive(line.leaves(1)))

    assert envelope.event == Reachable(ok=False)
    assert envelope.actor == line.contact.actor


@pytest.mark.parametrize("line", those_with("receipt"), indirect=True)
async def test_receipts_are_told_apart(line: Line) -> None:
    """«Delivered» and «read» of one message are two events, each the same when it comes again, and none is said by anybody."""
    states = [each for each in line.reports if each != "failed"]
    found = [only(line.channel.receive(line.receipt(state, "id-1", 7, 1))) for state in (*states, states[0])]
    keys = [each.dedupe_key for each in found]

    assert [each.event.state for each in found if isinstance(each.event, Receipt)] == [*states, states[0]]
    assert keys[0] == keys[-1]
    assert len(set(keys)) == len(states)
    assert {each.actor for each in found} == {line.contact.actor}


@pytest.mark.parametrize("line", [n for n in those_with("receipt") if "failed" in LINES[n].reports], indirect=True)
async def test_what_failed_later_has_an_outcome(line: Line) -> None:
    """A message that the provider took and could not bring is known to have failed, and why."""
    event = only(line.channel.receive(line.receipt("failed", "id-1", 7, 1))).event

    assert isinstance(event, Receipt)
    assert event.state == "failed"
    assert event.outcome in {"blocked", "window", "refused"}
    assert event.reason
