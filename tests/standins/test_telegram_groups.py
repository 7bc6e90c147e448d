"""The stand-in for Telegram keeps the rules of groups, topics, rights and members."""

import pytest

from tests.standins.botside import YES, Client
from tests.standins.telegram import Group, TelegramServer


async def test_a_deleted_topic_and_topic_one_are_not_found(bot: Client, staff: Group) -> None:
    """Writing to a topic that was taken away, or to General by its number, gives the same refusal."""
    topic = (await bot.does("createForumTopic", chat_id=staff.id, name="Ani"))["message_thread_id"]
    await bot.does("sendMessage", chat_id=staff.id, message_thread_id=topic, text="a case")
    staff.deletes_topic(topic)

    gone = (400, "Bad Request: message thread not found")
    for number in (topic, 1):
        assert await bot.refused("sendMessage", chat_id=staff.id, message_thread_id=number, text="hi") == gone
    assert staff.screen(topic) == ()


async def test_a_closed_topic_is_open_to_a_bot_that_is_an_administrator(
    api: TelegramServer, bot: Client, staff: Group
) -> None:
    """A closed topic takes what an administrator writes and nothing else."""
    topic = staff.opens_topic(staff.owner, "Ani")
    staff.closes(staff.owner, topic.id)
    place = {"chat_id": staff.id, "message_thread_id": topic.id, "text": "hi"}
    await bot.does("sendMessage", **place)
    staff.demotes(api.bot)

    assert await bot.refused("sendMessage", **place) == (400, "Bad Request: TOPIC_CLOSED")


async def test_a_bot_without_the_right_makes_no_topics(api: TelegramServer, bot: Client, staff: Group) -> None:
    """Making a topic needs the right to manage them."""
    staff.promotes(api.bot, "can_delete_messages")

    words = "Bad Request: not enough rights to create a topic"
    assert await bot.refused("createForumTopic", chat_id=staff.id, name="Ani") == (400, words)


async def test_a_bot_is_told_of_the_topics_it_closes_itself(bot: Client, staff: Group) -> None:
    """Service messages about topics come as updates whoever caused them; what the bot writes does not."""
    topic = (await bot.does("createForumTopic", chat_id=staff.id, name="Ani"))["message_thread_id"]
    await bot.does("sendMessage", chat_id=staff.id, message_thread_id=topic, text="a case")
    await bot.does("closeForumTopic", chat_id=staff.id, message_thread_id=topic)

    messages = [update["message"] for update in await bot.does("getUpdates")]
    assert ["forum_topic_created" in messages[0], "forum_topic_closed" in messages[1]] == [True, True]
    again = await bot.refused("closeForumTopic", chat_id=staff.id, message_thread_id=topic)
    assert again == (400, "Bad Request: TOPIC_NOT_MODIFIED")


async def test_only_real_topics_are_marked_as_such(bot: Client, staff: Group) -> None:
    """A message in a topic says so; an answer inside General carries a thread's number that is no topic."""
    topic = staff.opens_topic(staff.owner, "Ani")
    staff.says(staff.owner, "in the topic", topic=topic.id)
    general = staff.says(staff.owner, "in General")
    staff.says_in_general_thread(staff.owner, "an answer", reply_to=general)

    _, inside, plain, answer = [update["message"] for update in await bot.does("getUpdates")]
    assert (inside["message_thread_id"], inside["is_topic_message"]) == (topic.id, True)
    assert "forum_topic_created" in inside["reply_to_message"]
    assert "message_thread_id" not in plain
    assert answer["message_thread_id"] == general.message_id
    assert "is_topic_message" not in answer


async def test_a_group_that_was_upgraded_says_where_it_is_now(api: TelegramServer, bot: Client) -> None:
    """After an upgrade the old number is refused with the new one, and both sides of it are told."""
    group = api.group("Staff", basic=True)
    old, new = group.id, group.migrate()
    body = await bot.call("sendMessage", chat_id=old, text="hi")

    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert body["parameters"] == {"migrate_to_chat_id": new}
    here, there = [update["message"] for update in await bot.does("getUpdates")]
    assert (here["chat"]["id"], here["migrate_to_chat_id"]) == (old, new)
    assert (there["chat"]["id"], there["migrate_from_chat_id"]) == (new, old)
    assert await bot.does("sendMessage", chat_id=new, text="hi")


async def test_who_was_kicked_may_not_write(api: TelegramServer, bot: Client, staff: Group) -> None:
    """A bot that was thrown out of a group is told so."""
    staff.kicks(api.bot)

    words = "Forbidden: bot was kicked from the supergroup chat"
    assert await bot.refused("sendMessage", chat_id=staff.id, text="hi") == (403, words)


async def test_who_hides_behind_the_group_is_shown_as_the_group(bot: Client, staff: Group) -> None:
    """An anonymous administrator and a channel come with a chat as the sender."""
    staff.says_anonymously("hidden")
    staff.says_as_channel("News", "from a channel")

    hidden, channel = [update["message"] for update in await bot.does("getUpdates")]
    assert (hidden["from"]["id"], hidden["sender_chat"]["id"]) == (1087968824, staff.id)
    assert (channel["from"]["id"], channel["sender_chat"]["type"]) == (136817688, "channel")


async def test_a_plain_member_sees_only_what_concerns_it(api: TelegramServer, bot: Client) -> None:
    """A bot that is no administrator sees commands, its name and answers to it."""
    group = api.group("Friends", bot_status="member")
    group.says(group.owner, "talk among ourselves")
    group.says(group.owner, "/help")
    sent = await bot.does("sendMessage", chat_id=group.id, text="yes?")
    group.says(group.owner, "an answer", reply_to=sent["message_id"])

    assert await bot.texts() == ["/help", "an answer"]


async def test_what_members_do_to_a_topic_is_told(bot: Client, staff: Group) -> None:
    """A topic that is closed, renamed or opened again says so in itself; one that is deleted is just gone."""
    topic = staff.opens_topic(staff.owner, "Ani").id
    staff.closes(staff.owner, topic)
    staff.renames(staff.owner, topic, "Ani, done")
    staff.reopens(staff.owner, topic)
    staff.deletes_topic(topic)

    messages = [update["message"] for update in await bot.does("getUpdates")]
    assert [next(name for name in one if name.startswith("forum_topic_")) for one in messages] == [
        "forum_topic_created",
        "forum_topic_closed",
        "forum_topic_edited",
        "forum_topic_reopened",
    ]
    assert {one["message_thread_id"] for one in messages} == {topic}


async def test_who_comes_and_goes_is_told(api: TelegramServer, bot: Client, staff: Group) -> None:
    """An administrator bot that asked for it hears who comes, is promoted, and goes."""
    await bot.does("getUpdates", allowed_updates=["chat_member"])
    nare = api.person("Nare")
    staff.joins(nare)
    staff.promotes(nare)
    staff.leaves(nare)

    changes = [update["chat_member"] for update in await bot.does("getUpdates")]
    assert [one["new_chat_member"]["status"] for one in changes] == ["member", "administrator", "left"]
    assert (await bot.does("getChatMember", chat_id=staff.id, user_id=nare.id))["status"] == "left"


async def test_a_member_edits_and_passes_on(api: TelegramServer, bot: Client, staff: Group) -> None:
    """An edit comes as one with its date, what is passed on names where it came from, and only the author edits."""
    nare = api.person("Nare")
    staff.joins(nare)
    said = staff.says(nare, "tyop")
    staff.edits(nare, said, "typo")
    staff.says(nare, "look", forwarded_from=api.person("Ani"))

    _, _, edited, passed = await bot.does("getUpdates")
    assert edited["edited_message"]["text"] == "typo"
    assert edited["edited_message"]["edit_date"]
    assert passed["message"]["forward_origin"]["sender_user"]["first_name"] == "Ani"
    with pytest.raises(AssertionError, match="only the author"):
        staff.edits(staff.owner, said, "not mine")


async def test_members_press_the_buttons_of_a_card(bot: Client, staff: Group) -> None:
    """A press in a group says who pressed, under which message."""
    card = await bot.does("sendMessage", chat_id=staff.id, text="A case", reply_markup=YES)
    staff.presses(staff.owner, "Yes", card["message_id"])

    (update,) = await bot.does("getUpdates")
    assert update["callback_query"]["from"]["id"] == staff.owner.id
    assert update["callback_query"]["message"]["message_id"] == card["message_id"]


async def test_a_group_without_topics_has_none(bot: Client, api: TelegramServer) -> None:
    """Topics are made in forums only, and lost when the forum is switched off."""
    group = api.group("Plain")
    words = "Bad Request: the chat is not a forum"
    assert await bot.refused("createForumTopic", chat_id=group.id, name="Ani") == (400, words)
    group.turns_forum(on=True)
    assert await bot.does("createForumTopic", chat_id=group.id, name="Ani")
