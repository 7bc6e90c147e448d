"""A staff group: topics, cards, relays, and how each is healed when people change things."""

from collections.abc import Sequence

import msgspec
import pytest

from bot.events import Media
from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent, Undeliverable
from bot.ports.room import MarkTopic, OpenTopic, Order, Post, ReadRoles, Revise
from bot.replies import Act, Choice, Message
from integrations.channels.telegram import Telegram
from tests.integrations.telegram.conftest import Connect
from tests.standins.telegram import DropAfter, Group, Refuse, TelegramServer

CARD = Message("Phone: +374", (Choice("0", "Take it", Act("case.take", "K7")),), heading="✈ Ani · #K7")


@pytest.fixture
def staff(api: TelegramServer) -> Group:
    """A forum where the bot is an administrator."""
    return api.group("Staff", forum=True)


async def push(telegram: Telegram, staff: Group, order: Order) -> Outcome:
    return await telegram.push(f"staff/telegram/main/{staff.id}/K7", msgspec.json.encode(order))


async def opened(telegram: Telegram, staff: Group, name: str = "✈ Ani · #K7") -> str:
    outcome = await push(telegram, staff, OpenTopic(name))
    assert isinstance(outcome, Sent), outcome
    return outcome.provider_id


def name_of(outcome: Outcome) -> str:
    assert isinstance(outcome, Undeliverable), outcome
    return outcome.outcome


def said(staff: Group, topic: str) -> Sequence[str]:
    return [each.text for each in staff.screen(int(topic)) if each.by_bot and each.text]


async def test_a_topic_is_opened_and_written_in(telegram: Telegram, staff: Group) -> None:
    """Operators find a case in a topic of its own, with a card whose button names it."""
    topic = await opened(telegram, staff)
    await push(telegram, staff, Post(CARD, topic))

    assert staff.topics[int(topic)].name == "✈ Ani · #K7"
    assert said(staff, topic) == ["✈ Ani · #K7\nPhone: +374"]
    assert staff.screen(int(topic))[-1].labels == ("Take it",)


async def test_a_name_too_long_for_a_topic_is_shortened(telegram: Telegram, staff: Group) -> None:
    """A topic is opened whatever the customer calls themselves."""
    topic = await opened(telegram, staff, "long name\n" * 40)

    assert len(staff.topics[int(topic)].name) == 128


async def test_a_card_is_changed_where_it_stands(telegram: Telegram, staff: Group) -> None:
    """Operators see one card, as it is now."""
    topic = await opened(telegram, staff)
    posted = await push(telegram, staff, Post(CARD, topic))
    assert isinstance(posted, Sent)
    await push(telegram, staff, Revise(posted.provider_id, Message("Aram has it.")))
    again = await push(telegram, staff, Revise(posted.provider_id, Message("Aram has it.")))

    assert said(staff, topic) == ["Aram has it."]
    assert again == Sent(posted.provider_id)


async def test_a_deleted_topic_is_noticed(telegram: Telegram, staff: Group) -> None:
    """When somebody deletes a topic the desk is told to open another, also when it only changes a card."""
    topic = await opened(telegram, staff)
    posted = await push(telegram, staff, Post(CARD, topic))
    assert isinstance(posted, Sent)
    staff.deletes_topic(int(topic))

    assert name_of(await push(telegram, staff, Post(CARD, topic))) == "thread"
    assert name_of(await push(telegram, staff, Revise(posted.provider_id, CARD))) == "thread"


async def test_a_message_that_comes_out_elsewhere_is_taken_back(
    telegram: Telegram, api: TelegramServer, staff: Group
) -> None:
    """Telegram sometimes puts a message for a lost topic into the general one: customers' words do not stay there."""
    topic = await opened(telegram, staff)
    other = await opened(telegram, staff, "other")
    api.faults.clear()
    telegram._room._speaker = Astray(telegram._room._speaker, int(other))  # type: ignore[assignment]

    assert name_of(await push(telegram, staff, Post(CARD, topic))) == "thread"
    assert said(staff, other) == []


class Astray:
    """A server that puts every message into another topic."""

    def __init__(self, speaker: object, topic: int) -> None:
        self._speaker, self._topic = speaker, topic

    async def make(self, chat: int, call: object) -> object:
        call.fields["message_thread_id"] = self._topic  # type: ignore[attr-defined]
        return await self._speaker.make(chat, call)  # type: ignore[attr-defined]

    async def say(self, chat: int, call: object) -> object:
        return await self._speaker.say(chat, call)  # type: ignore[attr-defined]


async def test_a_topic_is_closed_and_opened(telegram: Telegram, staff: Group) -> None:
    """A closed case shows as closed; doing it twice is no fault."""
    topic = await opened(telegram, staff)
    closed = [await push(telegram, staff, MarkTopic(topic)) for _ in range(2)]

    assert staff.topics[int(topic)].closed
    assert closed == [Sent(), Sent()]
    assert await push(telegram, staff, MarkTopic(topic, closed=False)) == Sent()


async def test_without_the_right_to_open_topics_the_desk_hears_so(telegram: Telegram, api: TelegramServer) -> None:
    """A group without topics, or where we may not make them, is no dead end."""
    plain = api.group("Staff", bot_status="member")
    demoted = api.group("Staff", forum=True)
    demoted.demotes(api.bot)

    assert name_of(await push(telegram, plain, OpenTopic("x"))) == "rights"
    assert name_of(await push(telegram, demoted, OpenTopic("x"))) == "rights"


async def test_a_group_that_moved_says_where(telegram: Telegram, api: TelegramServer) -> None:
    """A group that became a supergroup is followed, by either kind of call."""
    group = api.group("Staff", basic=True)
    old = group.id
    new = group.migrate()

    for order in (Post(CARD), OpenTopic("x")):
        outcome = await telegram.push(f"staff/telegram/main/{old}", msgspec.json.encode(order))
        assert outcome == Undeliverable("moved", outcome.reason, str(new))  # type: ignore[union-attr]


async def test_a_group_that_threw_us_out_is_gone(telegram: Telegram, api: TelegramServer, staff: Group) -> None:
    """The desk learns that nobody can be reached there."""
    staff.kicks(api.bot)

    assert name_of(await push(telegram, staff, Post(CARD))) == "gone"
    assert name_of(await push(telegram, staff, OpenTopic("x"))) == "gone"


async def test_who_runs_the_group_is_read(telegram: Telegram, api: TelegramServer, staff: Group) -> None:
    """Owners and administrators have their roles without being written down anywhere; bots are nobody."""
    nare = api.person("Nare")
    staff.joins(nare)
    staff.promotes(nare)
    outcome = await push(telegram, staff, ReadRoles())

    assert outcome == Sent(result={str(staff.owner.id): "owner", str(nare.id): "supervisor"})


async def test_an_answer_of_a_reply_stands_under_it(telegram: Telegram, staff: Group) -> None:
    """In a group without topics what belongs together hangs together; a reply to what is gone still arrives."""
    asked = staff.says(staff.owner, "?")
    await push(telegram, staff, Post(Message("!"), reply_to=str(asked.message_id), silent=True))
    await push(telegram, staff, Post(Message("!!"), reply_to="9999"))

    answer, other = [each for each in staff.screen() if each.by_bot]
    assert answer.body["reply_to_message"]["message_id"] == asked.message_id
    assert "reply_to_message" not in other.body


async def test_a_long_post_that_broke_off_goes_on_where_it_was(
    telegram: Telegram, api: TelegramServer, staff: Group
) -> None:
    """A transcript of several messages is not begun again when its second part has to wait."""
    topic = await opened(telegram, staff)
    long = Post(Message("word " * 1500), topic)
    api.faults.once("sendMessage", Refuse(500, "Internal Server Error"))
    assert isinstance(await push(telegram, staff, long), Retry)
    first = await push(telegram, staff, Post(Message("first " * 700 + "second " * 300), topic))
    api.faults.once("sendPhoto", Refuse(502, "Bad Gateway"))
    picture = Media("image", "a.jpg", "image/jpeg")
    album = Post(Message("Look", media=(Media("file", "x.txt", "text/plain"), picture)), topic)
    held = await push(telegram, staff, album)
    done = await push(telegram, staff, album)

    assert isinstance(first, Sent)
    assert isinstance(held, Retry)
    assert isinstance(done, Sent)
    assert [each.kind for each in staff.screen(int(topic)) if each.kind in {"document", "photo"}] == [
        "document",
        "photo",
    ]


async def test_a_lost_answer_to_a_post_leaves_a_doubt(telegram: Telegram, api: TelegramServer, staff: Group) -> None:
    """The desk decides what is said again."""
    topic = await opened(telegram, staff)
    api.faults.once("sendMessage", DropAfter())

    assert isinstance(await push(telegram, staff, Post(CARD, topic)), PerhapsSent)


@pytest.mark.parametrize("order", [b"", b"{}", b'{"type":"dance"}', b'{"type":"post"}'])
async def test_an_order_that_cannot_be_read_is_refused(telegram: Telegram, staff: Group, order: bytes) -> None:
    """A mistake of ours holds nothing up."""
    assert name_of(await telegram.push(f"staff/telegram/main/{staff.id}", order)) == "refused"
    assert name_of(await telegram.push("staff/telegram", order)) == "refused"


async def test_a_group_is_not_written_to_faster_than_it_takes(connect: Connect, staff: Group) -> None:
    """After as many messages as a group takes in a minute the next waits, over all topics."""
    telegram = connect()
    outcomes = [await push(telegram, staff, Post(Message(f"{n}"))) for n in range(19)]

    assert [isinstance(each, Sent) for each in outcomes] == [True] * 18 + [False]
    assert isinstance(outcomes[-1], Retry)
