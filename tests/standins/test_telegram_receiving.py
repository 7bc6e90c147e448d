"""The stand-in for Telegram tells a bot of what happens as the real server does: by poll and by webhook."""

import asyncio
from datetime import timedelta

from aiohttp import web

from tests.standins.botside import YES, Client, Hook
from tests.standins.telegram import Group, Person, TelegramServer


async def test_an_offset_confirms_what_is_below_it(bot: Client, ani: Person) -> None:
    """An update comes again and again until a poll asks for one after it."""
    ani.says("one")
    first = await bot.does("getUpdates")
    again = await bot.does("getUpdates")
    ani.says("two")

    assert first == again
    assert first[1]["update_id"] == first[0]["update_id"] + 1
    assert await bot.texts(offset=first[1]["update_id"] + 1) == ["two"]
    assert await bot.texts(offset=0) == ["two"]


async def test_a_negative_offset_keeps_only_the_last(bot: Client, ani: Person) -> None:
    """With an offset of minus one everything but the newest update is forgotten."""
    ani.says("one")
    ani.says("two")

    assert await bot.texts(offset=-1) == ["two"]
    assert await bot.texts() == ["two"]


async def test_a_poll_gives_no_more_than_it_was_asked_for(bot: Client, ani: Person) -> None:
    """A limit of one gives the oldest update alone."""
    ani.says("one")

    assert await bot.texts(limit=1) == ["/start"]


async def test_a_poll_waits_until_something_happens(api: TelegramServer, bot: Client) -> None:
    """A long poll is answered as soon as somebody writes."""
    waiting = asyncio.create_task(bot.texts(timeout=50))
    await bot.does("getMe")
    api.person("Ani").starts("promo_7")

    assert await waiting == ["/start promo_7"]


async def test_the_older_of_two_polls_is_ended(api: TelegramServer, bot: Client) -> None:
    """Two pollers of one token: the one that was first gets 409."""
    older = asyncio.create_task(bot.refused("getUpdates", timeout=50))
    await bot.does("getMe")
    newer = asyncio.create_task(bot.texts(timeout=50))

    code, words = await older
    api.person("Ani").starts()

    assert (code, words.partition(":")[0]) == (409, "Conflict")
    assert "terminated by other getUpdates request" in words
    assert await newer == ["/start"]


async def test_polling_is_refused_while_a_webhook_is_set(bot: Client, hook: Hook) -> None:
    """Whoever polls while a webhook is set gets 409, and no more once it is taken away."""
    await bot.does("setWebhook", url=hook.url)
    code, words = await bot.refused("getUpdates")
    await bot.does("deleteWebhook")

    assert code == 409
    assert "can't use getUpdates method while webhook is active" in words
    assert await bot.texts() == []


async def test_changes_of_members_come_only_when_asked_for(bot: Client, api: TelegramServer, staff: Group) -> None:
    """`chat_member` is left out by default; what a bot wants is remembered between calls."""
    staff.adds(api.person("Before"))
    await bot.does("getUpdates", allowed_updates=["chat_member"])
    staff.adds(api.person("After"))

    kinds = [next(name for name in update if name != "update_id") for update in await bot.does("getUpdates")]
    assert kinds == ["message", "chat_member"]


async def test_a_webhook_gets_the_secret(bot: Client, hook: Hook, ani: Person) -> None:
    """Every delivery carries the secret that was given, also of what was queued before."""
    await bot.does("setWebhook", url=hook.url, secret_token="s3cret")
    ani.says("hello")

    assert await hook.texts(2) == ["/start", "hello"]
    assert hook.secrets == ["s3cret", "s3cret"]


async def test_a_chat_waits_for_its_first_update_and_others_do_not(
    bot: Client, hook: Hook, api: TelegramServer, ani: Person
) -> None:
    """What was answered with 500 is delivered again before the next of that chat, and other chats go on meanwhile."""
    hook.answers = [web.Response(status=500)]
    ani.says("one")
    await bot.does("setWebhook", url=hook.url)
    await hook.texts(1)
    api.person("Bob").says("from another chat")

    assert await hook.texts(4) == ["/start", "from another chat", "/start", "one"]
    assert [attempt.status for attempt in api.record.updates()[0].attempts] == [500, 200]
    assert "500" in (await bot.does("getWebhookInfo"))["last_error_message"]


async def test_the_answer_of_a_webhook_may_be_a_call(bot: Client, hook: Hook, ani: Person) -> None:
    """One method call in the body of the answer is done, and nobody is told how it went."""
    call = {"method": "sendMessage", "chat_id": ani.id, "text": "Welcome"}
    hook.answers = [web.json_response(call)]
    await bot.does("setWebhook", url=hook.url)

    assert (await ani.hears("Welcome")).by_bot


async def test_a_forged_delivery_is_what_the_test_makes_it(api: TelegramServer, hook: Hook) -> None:
    """Anything can be posted to a webhook, with any headers."""
    status, _ = await api.forge(hook.url, b'{"update_id": 1}', {"X-Telegram-Bot-Api-Secret-Token": "guess"})

    assert (status, hook.secrets) == (200, ["guess"])


async def test_a_press_that_nobody_took_in_time_is_dropped(
    api: TelegramServer, bot: Client, hook: Hook, ani: Person
) -> None:
    """A callback lives for 150 seconds, a message for a day: what is older is not delivered any more."""
    await bot.does("sendMessage", chat_id=ani.id, text="?", reply_markup=YES)
    ani.presses("Yes")
    api.clock.ahead(timedelta(minutes=3))
    kinds = [set(update) - {"update_id"} for update in await bot.does("getUpdates")]
    api.clock.ahead(timedelta(days=1))

    assert kinds == [{"message"}]
    assert await bot.does("getUpdates") == []


async def test_a_webhook_that_is_down_gets_everything_later(
    api: TelegramServer, bot: Client, hook: Hook, ani: Person
) -> None:
    """What could not be delivered stays, also when the bot takes its webhook away and polls."""
    await bot.does("setWebhook", url="http://127.0.0.1:9/nobody")
    ani.says("one")
    await bot.does("deleteWebhook")

    assert await bot.texts() == ["/start", "one"]


async def test_queued_updates_can_be_thrown_away(bot: Client, ani: Person) -> None:
    """A bot that drops what is pending starts with nothing."""
    ani.says("one")
    await bot.does("deleteWebhook", drop_pending_updates=True)

    assert await bot.texts() == []


async def test_a_short_poll_again_and_again_is_slowed_down(api: TelegramServer, bot: Client, ani: Person) -> None:
    """When hammering is minded, the same poll within half a second gives one update only."""
    api.bot.updates.minds_hammering = True
    ani.says("one")
    first = await bot.texts(offset=0)

    assert len(first) == 2
    assert await bot.texts(offset=0) == ["/start"]
