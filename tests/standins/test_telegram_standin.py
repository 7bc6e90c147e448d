"""The stand-in for Telegram keeps the rules of the real server, so that what passes against it can be believed."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.standins.telegram import TOKEN, DropAfter, DropBefore, Group, Person, TelegramServer, TooMany

ROOT = Path(__file__).resolve().parents[2]
YES = {"inline_keyboard": [[{"text": "Yes", "callback_data": "b:1"}]]}


@dataclass
class Client:
    """A bot's side of the wire."""

    http: aiohttp.ClientSession
    url: str

    async def call(self, method: str, /, **arguments: Any) -> dict[str, Any]:
        """The envelope that comes back."""
        async with self.http.post(f"{self.url}/bot{TOKEN}/{method}", json=arguments) as response:
            body: dict[str, Any] = await response.json()
            assert body["ok"] == (response.status == 200)
            return body

    async def does(self, method: str, /, **arguments: Any) -> Any:
        """The result of a call that works."""
        body = await self.call(method, **arguments)
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, /, **arguments: Any) -> tuple[int, str]:
        """The code and the words of a call that does not work."""
        body = await self.call(method, **arguments)
        assert not body["ok"], body
        return body["error_code"], body["description"]

    async def texts(self, **arguments: Any) -> list[str]:
        """The texts of the next updates."""
        return [update["message"]["text"] for update in await self.does("getUpdates", **arguments)]


@dataclass
class Hook:
    """A webhook on this machine: what came, and what it answers."""

    url: str = ""
    came: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        """Note it and give the next answer, or 200."""
        self.came.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        self.bell.set()
        return self.answers.pop(0) if self.answers else web.Response()

    async def texts(self, count: int) -> list[str]:
        """The texts of the first so many, when they have come."""
        async with asyncio.timeout(10):
            while len(self.came) < count:
                self.bell.clear()
                await self.bell.wait()
        return [update["message"]["text"] for update in self.came]


@pytest.fixture
async def api() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        yield running


@pytest.fixture
async def bot(api: TelegramServer) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(http, api.url)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    runner = web.ServerRunner(web.Server(made.receive), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


@pytest.fixture
async def ani(api: TelegramServer) -> Person:
    person = api.person("Ani", language="hy")
    person.starts()
    return person


@pytest.fixture
async def staff(api: TelegramServer) -> Group:
    return api.group("Staff", forum=True)


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


async def test_too_many_requests_say_how_long_to_wait(api: TelegramServer, bot: Client, ani: Person) -> None:
    """A 429 carries the seconds in the body and in the header, and comes as often as was asked for."""
    api.faults.once("sendMessage", TooMany(7))
    url, body = f"{api.url}/bot{TOKEN}/sendMessage", {"chat_id": ani.id, "text": "hi"}
    async with bot.http.post(url, json=body) as response:
        refusal = await response.json()

    assert refusal["description"] == "Too Many Requests: retry after 7"
    assert refusal["parameters"] == {"retry_after": 7}
    assert response.headers["Retry-After"] == "7"
    assert (await bot.does("sendMessage", **body))["text"] == "hi"


async def test_a_flooded_chat_stays_shut_until_its_time_has_passed(
    api: TelegramServer, bot: Client, ani: Person
) -> None:
    """A 429 for one chat leaves the others alone, and is over when the seconds are."""
    bob = api.person("Bob")
    bob.starts()
    api.faults.flood(30, chat=ani.id)
    code, _ = await bot.refused("sendMessage", chat_id=ani.id, text="hi")
    await bot.does("sendMessage", chat_id=bob.id, text="hi")
    api.clock.ahead(timedelta(seconds=31))

    assert code == 429
    assert await bot.does("sendMessage", chat_id=ani.id, text="hi")


async def test_a_group_takes_twenty_messages_a_minute(api: TelegramServer, bot: Client, staff: Group) -> None:
    """When the rates are kept to, the twenty-first message of a minute is refused."""
    api.rates.on = True
    for number in range(20):
        await bot.does("sendMessage", chat_id=staff.id, text=str(number))
    body = await bot.call("sendMessage", chat_id=staff.id, text="too much")
    api.clock.ahead(timedelta(minutes=1))

    assert 0 < body["parameters"]["retry_after"] <= 60
    assert await bot.does("sendMessage", chat_id=staff.id, text="later")


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


async def test_a_connection_dropped_after_it_was_done_leaves_the_message(
    api: TelegramServer, bot: Client, ani: Person
) -> None:
    """The caller hears nothing, and she sees the message: nobody can know from outside."""
    api.faults.once("sendMessage", DropAfter())
    with pytest.raises(aiohttp.ClientError):
        await bot.call("sendMessage", chat_id=ani.id, text="perhaps")

    assert ani.screen[-1].text == "perhaps"
    assert [(call.done, call.answered) for call in api.record.calls("sendMessage")] == [(True, False)]


async def test_a_connection_dropped_before_leaves_nothing(api: TelegramServer, bot: Client, ani: Person) -> None:
    """The caller hears nothing, and nothing was sent."""
    api.faults.once("sendMessage", DropBefore())
    with pytest.raises(aiohttp.ClientError):
        await bot.call("sendMessage", chat_id=ani.id, text="never")

    assert [one.text for one in ani.screen] == ["/start"]


async def test_a_call_can_be_kept_waiting(api: TelegramServer, bot: Client, ani: Person) -> None:
    """A call that is held is done when it is released, not before."""
    hold = api.faults.hold("sendMessage")
    sending = asyncio.create_task(bot.does("sendMessage", chat_id=ani.id, text="late"))
    await hold.reached()
    before = len(ani.screen)
    hold.release()
    await sending

    assert (before, len(ani.screen)) == (1, 2)


async def test_who_blocked_the_bot_is_not_reached(api: TelegramServer, bot: Client, ani: Person) -> None:
    """A bot that was blocked is told so, and may write again when it was let in."""
    ani.blocks()
    words = "Forbidden: bot was blocked by the user"
    assert await bot.refused("sendMessage", chat_id=ani.id, text="hi") == (403, words)
    ani.unblocks()
    await bot.does("sendMessage", chat_id=ani.id, text="hi")

    updates = await bot.does("getUpdates", offset=-2)
    assert [one["my_chat_member"]["new_chat_member"]["status"] for one in updates] == ["kicked", "member"]


async def test_who_never_started_the_bot_is_not_found(api: TelegramServer, bot: Client, staff: Group) -> None:
    """A bot cannot write first: a stranger is not found, and a fellow member cannot be addressed."""
    stranger = api.person("Stranger")
    assert await bot.refused("sendMessage", chat_id=stranger.id, text="hi") == (400, "Bad Request: chat not found")
    words = "Forbidden: bot can't initiate conversation with a user"
    assert await bot.refused("sendMessage", chat_id=staff.owner.id, text="hi") == (403, words)


async def test_who_was_kicked_may_not_write(api: TelegramServer, bot: Client, staff: Group) -> None:
    """A bot that was thrown out of a group is told so."""
    staff.kicks(api.bot)

    words = "Forbidden: bot was kicked from the supergroup chat"
    assert await bot.refused("sendMessage", chat_id=staff.id, text="hi") == (403, words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": "ա" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "?", "reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "x" * 65}]]}},
         "BUTTON_DATA_INVALID"),
        ({"text": "?", "reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "a"}] * 8] * 13}},
         "reply markup is too long"),
        ({"text": "?", "reply_markup": {"inline_keyboard": [[{"text": "A"}]]}},
         "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"text": "hi", "entities": [{"type": "bold", "offset": 0, "length": 3}]},
         "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2"),
        ({"text": "<b>hi", "parse_mode": "HTML"},
         "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ({"text": "hi", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ],
)  # fmt: skip
async def test_what_the_real_server_would_not_take_is_refused(
    bot: Client, ani: Person, arguments: dict[str, Any], words: str
) -> None:
    """Limits of texts, buttons and formatting are those of the real server."""
    assert await bot.refused("sendMessage", chat_id=ani.id, **arguments) == (400, f"Bad Request: {words}")


async def test_formatting_is_counted_in_utf16(bot: Client, ani: Person) -> None:
    """HTML becomes plain text with marks, counted as Telegram counts."""
    text = "😀 <b>Bold &amp; bright</b> /start"
    sent = await bot.does("sendMessage", chat_id=ani.id, text=text, parse_mode="HTML")

    assert sent["text"] == "😀 Bold & bright /start"
    assert sent["entities"] == [
        {"type": "bold", "offset": 3, "length": 13},
        {"type": "bot_command", "offset": 17, "length": 6},
    ]


async def test_an_edit_that_changes_nothing_is_refused(bot: Client, ani: Person) -> None:
    """The same text with the same buttons is «not modified»; other buttons are a change."""
    sent = await bot.does("sendMessage", chat_id=ani.id, text="?", reply_markup=YES)
    same = {"chat_id": ani.id, "message_id": sent["message_id"], "text": "?"}
    code, words = await bot.refused("editMessageText", **same, reply_markup=YES)
    await bot.does("editMessageText", **same)

    assert (code, words.partition(":")[2].startswith(" message is not modified")) == (400, True)
    assert ani.screen[-1].labels == ()
    assert ani.screen[-1].edited


async def test_a_press_is_answered_once_and_in_time(api: TelegramServer, bot: Client, ani: Person) -> None:
    """A pressed button comes as a callback with its data; an answer after its time is refused."""
    await bot.does("sendMessage", chat_id=ani.id, text="?", reply_markup=YES)
    ani.presses("Yes")
    query = (await bot.does("getUpdates", offset=-1))[0]["callback_query"]
    await bot.does("answerCallbackQuery", callback_query_id=query["id"], text="Noted")
    api.clock.ahead(timedelta(minutes=3))

    assert (query["data"], query["message"]["text"]) == ("b:1", "?")
    assert (await bot.refused("answerCallbackQuery", callback_query_id=query["id"]))[1].endswith(
        "query is too old and response timeout expired or query ID is invalid"
    )


async def test_a_button_nobody_can_see_is_not_pressed(bot: Client, ani: Person) -> None:
    """A person cannot press what is not there."""
    with pytest.raises(AssertionError, match="there is no button 'No'"):
        ani.presses("No")


async def test_a_revoked_token_is_unauthorized(api: TelegramServer, bot: Client) -> None:
    """A revoked token gives 401, a wrong path 404."""
    api.bot.revoked = True

    assert await bot.refused("getMe") == (401, "Unauthorized")
    async with bot.http.get(f"{api.url}/botnonsense/getMe") as response:
        assert response.status == 404


async def test_a_picture_goes_up_and_down(api: TelegramServer, bot: Client, ani: Person) -> None:
    """What a person sends can be fetched, and what a bot uploads can be sent again by its id."""
    photo = ani.sends_photo(b"\xff\xd8 picture", "my tooth")
    file = await bot.does("getFile", file_id=photo.body["photo"][-1]["file_id"])
    async with bot.http.get(f"{api.url}/file/bot{TOKEN}/{file['file_path']}") as response:
        fetched = await response.read()
    form = aiohttp.FormData({"chat_id": str(ani.id), "caption": "a form"})
    form.add_field("document", b"%PDF", filename="form.pdf", content_type="application/pdf")
    async with bot.http.post(f"{api.url}/bot{TOKEN}/sendDocument", data=form) as response:
        sent = (await response.json())["result"]["document"]

    assert fetched == b"\xff\xd8 picture"
    assert (sent["file_name"], sent["mime_type"], sent["file_size"]) == ("form.pdf", "application/pdf", 4)
    assert await bot.does("sendDocument", chat_id=ani.id, document=sent["file_id"])


async def test_a_form_says_the_same_as_json(api: TelegramServer, bot: Client, ani: Person) -> None:
    """Numbers and objects may come as text."""
    form = {
        "chat_id": str(ani.id),
        "text": "?",
        "reply_markup": '{"inline_keyboard":[[{"text":"A","url":"https://a.am"}]]}',
    }
    async with bot.http.post(f"{api.url}/bot{TOKEN}/sendMessage", data=form) as response:
        assert response.status == 200

    assert ani.screen[-1].labels == ("A",)


async def test_only_her_own_contact_carries_her_number(bot: Client, ani: Person) -> None:
    """The key that asks for the phone sends her own card; another's card names another owner or none."""
    keys = {"keyboard": [[{"text": "My phone", "request_contact": True}]]}
    await bot.does("sendMessage", chat_id=ani.id, text="?", reply_markup=keys)
    ani.presses("My phone")
    ani.sends_contact("+37499000000", "Aram")

    own, foreign = [update["message"]["contact"] for update in await bot.does("getUpdates", offset=-2)]
    assert own["user_id"] == ani.id
    assert "user_id" not in foreign


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


async def test_commands_are_kept_by_scope_and_language(bot: Client) -> None:
    """A list for one language and scope is no other's."""
    commands = [{"command": "start", "description": "Սկսել"}]
    scope = {"type": "all_private_chats"}
    await bot.does("setMyCommands", commands=commands, scope=scope, language_code="hy")

    assert await bot.does("getMyCommands", scope=scope, language_code="hy") == commands
    assert await bot.does("getMyCommands") == []
    assert (await bot.refused("setMyCommands", commands=[{"command": "Start!", "description": "x"}]))[0] == 400


async def test_a_copy_leaves_no_trace_of_its_author(bot: Client, ani: Person, staff: Group) -> None:
    """A copied message has the same content and the bot as its author."""
    photo = ani.sends_photo(b"x", "my tooth")
    source = {"from_chat_id": ani.id, "message_id": photo.message_id}
    copied = await bot.does("copyMessage", chat_id=staff.id, **source)

    assert set(copied) == {"message_id"}
    assert (staff.screen()[-1].text, staff.screen()[-1].name) == ("my tooth", "Dragoman")


async def test_an_old_message_cannot_be_deleted_by_who_may_not(api: TelegramServer, bot: Client, ani: Person) -> None:
    """After 48 hours a message stays."""
    sent = await bot.does("sendMessage", chat_id=ani.id, text="hi")
    api.clock.ahead(timedelta(hours=49))
    code, _ = await bot.refused("deleteMessage", chat_id=ani.id, message_id=sent["message_id"])

    assert code == 400
    assert ani.screen[-1].text == "hi"


async def test_what_was_edited_is_heard_again(bot: Client, ani: Person) -> None:
    """She hears a message when it comes and again when it changes, each time once."""
    sent = await bot.does("sendMessage", chat_id=ani.id, text="Wait…")
    (first,) = await ani.hears()
    await bot.does("editMessageText", chat_id=ani.id, message_id=sent["message_id"], text="Done")
    second = await ani.hears(lambda one: one.edited)

    assert (first.text, second.text) == ("Wait…", "Done")
    assert ani.unheard() == []


async def test_a_forged_delivery_is_what_the_test_makes_it(api: TelegramServer, hook: Hook) -> None:
    """Anything can be posted to a webhook, with any headers."""
    status, _ = await api.forge(hook.url, b'{"update_id": 1}', {"X-Telegram-Bot-Api-Secret-Token": "guess"})

    assert (status, hook.secrets) == (200, ["guess"])


async def test_it_runs_as_its_own_process(tmp_path: Path) -> None:
    """Another process makes people, lets them act, reads what they see, and finds every call in the journal."""
    journal = tmp_path / "journal.jsonl"
    command = (sys.executable, "-m", "tests.standins.telegram", "--port", "0", "--journal", str(journal))
    server = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert server.stdout
    url = (await server.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession() as http:

        async def control(path: str, **body: Any) -> Any:
            async with http.post(f"{url}/_control/{path}", json=body) as response:
                assert response.status == 200, await response.text()
                return await response.json()

        ani = (await control("people", name="Ani", language="hy"))["id"]
        await control(f"people/{ani}/starts", payload="promo_7")
        await Client(http, url).does("sendMessage", chat_id=ani, text="Welcome", reply_markup=YES)
        heard = await control(f"people/{ani}/hears", wanted="Welcome")
        await control(f"people/{ani}/presses", label="Yes")
        entries = (await control("record"))["entries"]
    server.terminate()
    await server.wait()

    assert heard["buttons"] == [["Yes"]]
    assert [entry["type"] for entry in entries] == ["update", "call", "update"]
    assert len(journal.read_bytes().splitlines()) == 3
