"""What is said: all of it arrives, in its order, whatever the channel has no room for; and what went wrong has a name."""

import re
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.events import Pressed
from bot.ports.channel import (
    Closes,
    Outcome,
    Paced,
    PerhapsSent,
    Retry,
    Sent,
    Tracking,
    Undeliverable,
    WindowClosed,
    Windowed,
    human_window,
    is_windowed,
)
from bot.replies import Choice, Message, Template
from tests.contracts.channels.conftest import NOW
from tests.contracts.channels.line import Fault, Line, Still
from tests.contracts.channels.lines import LINES, those_with
from tests.contracts.channels.messages import MESSAGES, PICTURE, choices, edges

SEND = those_with("send")
JUST_NOW = timedelta(minutes=1)


async def say(line: Line, message: Message, number: int = 7, replaced: str = "") -> list[Outcome]:
    """Everything that a message becomes, sent."""
    line.rests()
    requests = line.channel.render(message, number, replaced, JUST_NOW)
    assert requests
    return [await line.channel.send(line.contact, request) for request in requests]


def plain(text: str) -> str:
    """A text without what may change at a cut: white space."""
    return "".join(text.split())


def screen(line: Line) -> str:
    """All words on the customer's screen."""
    return plain("\n".join(each.text for each in line.shown))


def unsaid(line: Line, message: Message) -> list[str]:
    """What of a message does not stand on the customer's screen."""
    seen = screen(line)
    words = [message.text, message.heading, message.author, *(each.description for each in message.choices)]
    words += [each.url.removeprefix("tel:") for each in message.links]
    words += [point[:6] for each in message.media if each.kind == "place" for point in each.alt.split(", ")]
    missing = [each for each in words if plain(each) not in seen]
    return missing + [
        each.label for each in message.choices if not {plain(each.label), plain(each.short)} & _in(seen, each)
    ]


def _in(seen: str, choice: Choice) -> set[str]:
    return {form for form in (plain(choice.label), plain(choice.short)) if form and form in seen}


@pytest.mark.req("F1")
@pytest.mark.parametrize("name", MESSAGES)
async def test_every_kind_of_message_can_be_said(line: Line, name: str) -> None:
    """Whatever the bot says leaves in requests that the other side takes, each with a result."""
    outcomes = await say(line, MESSAGES[name])

    assert [type(each) for each in outcomes] == [Sent] * len(outcomes), outcomes


@pytest.mark.req("F1", "F3")
@pytest.mark.parametrize("line", SEND, indirect=True)
@pytest.mark.parametrize("name", [each for each in MESSAGES if each != "half a character"])
async def test_nothing_of_a_message_is_lost(line: Line, name: str) -> None:
    """Every word, choice, link and file stands on the customer's screen; what has no button there stands in the text."""
    message = MESSAGES[name]
    await say(line, message)

    assert unsaid(line, message) == []
    if message.media == (PICTURE,):
        assert any(each.files for each in line.shown) or "/media/a.jpg" in screen(line)


@pytest.mark.parametrize("line", SEND, indirect=True)
async def test_what_is_at_a_limit_and_over_it_arrives(line: Line) -> None:
    """One character or one choice more than a message holds: another form, and nothing is refused or missing."""
    for name, message in edges(line.limits):
        before = len(line.shown)
        outcomes = await say(line, message)

        assert [type(each) for each in outcomes] == [Sent] * len(outcomes), (name, outcomes)
        assert unsaid(line, message) == [], name
        assert len(line.shown) > before


@pytest.mark.parametrize("line", SEND, indirect=True)
@given(text=st.text(min_size=1, max_size=3000).filter(lambda text: text.strip()), count=st.integers(0, 14))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
async def test_any_text_can_be_said(line: Line, text: str, count: int) -> None:
    """Whatever stands in a business folder, or an operator types, is taken by the provider."""
    outcomes = await say(line, Message(text, choices(count)))

    assert [type(each) for each in outcomes] == [Sent] * len(outcomes), outcomes


@pytest.mark.parametrize("line", SEND, indirect=True)
async def test_parts_arrive_in_their_order(line: Line) -> None:
    """A text of several messages reads on from one to the next, and what there is to choose stands at its end."""
    sentences = [f"This is sentence number {n} of a long story." for n in range(400)]
    await say(line, Message(" ".join(sentences), choices(2)))
    found = [int(each) for each in re.findall(r"number (\d+) of", " ".join(each.text for each in line.shown))]

    assert found == list(range(400))
    assert all(not each.options for each in line.shown[:-1])


@pytest.mark.parametrize("line", those_with("send", "buttons", "press"), indirect=True)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 10, 11, 30])
async def test_what_can_be_pressed_leads_back_to_its_choice(line: Line, count: int) -> None:
    """What a screen gives back is understood as the message and the choice that it was made from, each once, in order."""
    await say(line, Message("Which?", choices(count)), number=123)
    options = [each for part in line.shown for each in part.options]
    pressed = [line.press(each.gives, n, label=each.label) for n, each in enumerate(options)]
    events = [envelope.event for each in pressed for envelope in line.channel.receive(each).envelopes]

    assert options or count > max(line.limits.buttons, line.limits.rows * line.limits.pages)
    assert [(each.message, each.choice) for each in events if isinstance(each, Pressed)] == [
        (123, str(n)) for n in range(len(options))
    ]
    assert len(options) in (0, count)


async def test_rendering_the_same_gives_the_same(line: Line) -> None:
    """A message of several parts goes on where it broke off: the parts are always the same."""
    for message in MESSAGES.values():
        first = line.channel.render(message, 7, silence=JUST_NOW)

        assert list(first) == list(line.channel.render(message, 7, silence=JUST_NOW))


async def test_a_request_is_not_changed_by_sending_it(line: Line) -> None:
    """A request can be made again as it was."""
    for request in line.channel.render(MESSAGES["links and choices"], 7, silence=JUST_NOW):
        before = str(request)
        await line.channel.send(line.contact, request)

        assert str(request) == before


@pytest.mark.parametrize("line", [name for name in SEND if LINES[name].echoes], indirect=True)
async def test_each_part_is_told_of_under_its_own_name(line: Line) -> None:
    """Parts with the same words are different requests, so that what becomes of one is not taken for another's."""
    requests = line.channel.render(Message("aaaa " * line.limits.text), 7, silence=JUST_NOW)
    names = {re.sub("(aaaa ?)+", "", repr(each)) for each in requests}

    assert len(requests) > 2
    assert len(names) == len(requests)


@pytest.mark.parametrize("line", SEND, indirect=True)
async def test_a_message_can_be_replaced(line: Line) -> None:
    """A corrected message takes the old one's place, or is said anew where nothing can be changed; it stands there once."""
    (first,) = await say(line, Message("At five"), 6)
    assert isinstance(first, Sent)
    (second,) = await say(line, Message("At six", replaces=6), 7, first.provider_id)

    assert isinstance(second, Sent)
    assert screen(line).count("Atsix") == 1
    assert screen(line).count("Atfive") == (0 if line.limits.edits else 1)


@pytest.mark.parametrize("line", SEND, indirect=True)
async def test_a_message_can_be_taken_back(line: Line) -> None:
    """It disappears, or stays where nothing can be taken back; nothing is said about it."""
    (first,) = await say(line, Message("At five"), 6)
    assert isinstance(first, Sent)
    before = len(line.shown)
    for request in line.channel.render(Message("", replaces=6), 7, first.provider_id, JUST_NOW):
        await line.channel.send(line.contact, request)

    assert screen(line).count("Atfive") == (0 if line.limits.edits else 1)
    assert len(line.shown) == before - line.limits.edits


@pytest.mark.parametrize("line", SEND, indirect=True)
async def test_what_is_sent_has_the_providers_number(line: Line) -> None:
    """A message that left is known by the id under which the provider will speak of it, and no two by one."""
    ids = [each.provider_id for n in (1, 2) for each in await say(line, Message("x"), n) if isinstance(each, Sent)]

    assert len(set(ids)) == 2
    assert all(ids)


WORD = {"busy": Retry, "outage": Retry, "break": PerhapsSent, "revoked": Retry, "blocked": Undeliverable,
        "refused": Undeliverable}  # fmt: skip


@pytest.mark.req("F1")
@pytest.mark.parametrize(
    ("line", "fault"),
    [(name, fault) for name in those_with("refusing") for fault in LINES[name].faults], indirect=["line"],
)  # fmt: skip
async def test_what_goes_wrong_has_a_name(line: Line, fault: Fault) -> None:
    """Asked to wait, down, broken off in the middle, locked out, blocked, refused: each is answered in its own way."""
    line.fails(fault)
    (outcome,) = await say(line, Message("the words of a customer"))

    assert not isinstance(outcome, Sent)
    assert isinstance(outcome, WORD[fault]), outcome
    assert outcome.reason
    assert "the words of a customer" not in outcome.reason
    assert not any(secret in repr(outcome) for secret in line.secrets.values())
    if isinstance(outcome, Retry):
        assert timedelta(seconds=line.hint_seconds * (fault == "busy")) <= outcome.after <= timedelta(days=1)
        assert outcome.after > timedelta(0)
        assert outcome.scope == {"outage": "provider", "revoked": "account"}.get(fault, outcome.scope)
    if isinstance(outcome, Undeliverable):
        assert outcome.outcome == fault


@pytest.mark.parametrize("name", those_with("refusing"))
async def test_a_wrong_token_holds_the_account(name: str, clock: Still) -> None:
    """Who is not let in by the provider sends nothing, keeps it all, and is told so without the token in the words."""
    secrets = LINES[name].secrets
    token = next(iter(secrets))
    wrong = f"{secrets[token][:-4]}oooo"
    mistaken: type[Line] = type(name, (LINES[name],), {"secrets": {**secrets, token: wrong}})
    async with mistaken(clock) as line:
        (outcome,) = await say(line, Message("Hello"))
        assert isinstance(line.channel, Closes)
        await line.channel.close()

        assert isinstance(outcome, Retry)
        assert outcome.scope == "account"
        assert wrong not in repr((outcome, line.channel))
        assert list(line.shown) == []


@pytest.mark.parametrize("line", those_with("refusing"), indirect=True)
@pytest.mark.parametrize("fault", ["busy", "outage"])
async def test_what_had_to_wait_is_sent_later(line: Line, fault: Fault) -> None:
    """The same request is taken when its time has come, and stands on the screen once."""
    line.fails(fault)
    (request,) = line.channel.render(Message("We open at nine."), 7, silence=JUST_NOW)
    outcome = await line.channel.send(line.contact, request)
    assert isinstance(outcome, Retry)
    line.passes(outcome.after)
    later = await line.channel.send(line.contact, request)

    assert isinstance(later, Sent)
    assert [each.text.strip() for each in line.shown].count("We open at nine.") == 1


@pytest.mark.parametrize("line", SEND, indirect=True)
async def test_a_provider_that_is_not_there_is_waited_for(line: Line) -> None:
    """Nobody listens where the provider should be: nothing was sent, and everybody waits."""
    await line.stop()
    (outcome,) = await say(line, Message("Hello"))

    assert isinstance(outcome, Retry)
    assert outcome.scope == "provider"


@pytest.mark.req("F1")
async def test_the_window_is_kept(line: Line) -> None:
    """After the window a message is refused before it is sent, and a template is sent in its place."""
    channel = line.channel
    if line.window is None:
        assert not is_windowed(channel, line.contact)
        assert channel.render(Message("Hello"), 7)
        return
    template = Template({line.name: line.template}, "ru", ("10:00",))
    never = [None] if line.human_window == line.window else []  # a page may answer whoever has only commented
    for silence in (line.window, line.window * 30, *never):
        with pytest.raises(WindowClosed):
            channel.render(Message("Hello"), 7, silence=silence)
        with pytest.raises(WindowClosed):
            channel.render(Message("Hello", template=Template({"another": "x"}, "ru")), 7, silence=silence)
        if line.template:
            line.rests()
            requests = channel.render(Message("Hello", template=template), 7, silence=silence)
            assert [type(await channel.send(line.contact, each)) for each in requests] == [Sent]
            assert "Hello" not in screen(line)


@pytest.mark.parametrize("line", [name for name, each in LINES.items() if each.window], indirect=True)
async def test_within_the_window_a_message_is_said_in_its_own_words(line: Line) -> None:
    """Up to its last second; a template that stands beside it is for later."""
    assert line.window is not None
    template = Template({line.name: line.template or "x"}, "ru", ("10:00",))
    message = Message("Hello", choices(2), template=template)
    last = line.window - timedelta(seconds=1)
    plain_words = line.channel.render(msgspec.structs.replace(message, template=None), 7, silence=last)

    assert list(line.channel.render(message, 7, silence=last)) == list(plain_words)
    assert "Hello" in str(plain_words)


@pytest.mark.parametrize(
    "line", [name for name, each in LINES.items() if each.human_window != each.window], indirect=True
)
async def test_a_person_may_answer_for_longer(line: Line) -> None:
    """What an operator writes leaves up to the end of their own window, and the bot's words do not."""
    assert line.human_window is not None
    before_its_end = line.human_window - timedelta(seconds=1)

    assert line.channel.render(Message("Hello", author="Aram"), 7, silence=before_its_end)
    for message, silence in ((Message("Hello", author="Aram"), line.human_window), (Message("Hello"), before_its_end)):
        with pytest.raises(WindowClosed):
            line.channel.render(message, 7, silence=silence)


async def test_abilities_are_as_the_provider_has_them(line: Line) -> None:
    """What a channel says of its windows, its pace and its receipts is what the list knows of its provider."""
    channel = line.channel

    assert channel.name == line.name
    window = channel.window if isinstance(channel, Windowed) and is_windowed(channel, line.contact) else None
    assert window == line.window == line.limits.window
    assert human_window(channel, line.contact) == line.human_window
    assert not isinstance(channel, Paced) or 0 <= channel.per_second <= 10_000
    assert (isinstance(channel, Tracking) and channel.tracks) == ("receipt" in line.can)


@pytest.mark.parametrize("name", LINES)
async def test_a_run_can_be_repeated(name: str) -> None:
    """Time and ids are given: the same happenings give the same events, requests and answers, letter for letter."""

    async def ran() -> str:
        async with LINES[name](Still(NOW)) as line:
            told = [line.channel.receive(each).envelopes for each in line.samples()]
            said = [
                (line.channel.render(each, 7, silence=JUST_NOW), await say(line, each)) for each in MESSAGES.values()
            ]
            if isinstance(line.channel, Closes):
                await line.channel.close()
            return repr((told, said))

    assert await ran() == await ran()


async def test_hanging_up_twice_is_safe(line: Line) -> None:
    """A channel that holds lines lets them go, however often it is asked."""
    if isinstance(line.channel, Closes):
        await line.channel.close()
        await line.channel.close()
