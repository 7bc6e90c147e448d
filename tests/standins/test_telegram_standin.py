"""The stand-in for Telegram keeps the rules of the real server, so that what passes against it can be believed."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.standins.botside import YES, Client
from tests.standins.telegram import TOKEN, DropAfter, DropBefore, Group, Person, TelegramServer, TooMany

ROOT = Path(__file__).resolve().parents[2]


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
    words = "Bad Request: can't use file of type Document as Photo"
    assert await bot.refused("sendPhoto", chat_id=ani.id, photo=sent["file_id"]) == (400, words)


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


async def test_the_message_of_an_old_button_cannot_be_read(bot: Client, ani: Person) -> None:
    """A press under a message that is too old comes with its number and the date 0."""
    ani.presses_gone(1, "b:1")

    query = (await bot.does("getUpdates", offset=-1))[0]["callback_query"]
    assert (query["message"]["message_id"], query["message"]["date"]) == (1, 0)
    assert "text" not in query["message"]


async def test_who_left_telegram_is_gone(bot: Client, ani: Person) -> None:
    """A deleted account is refused in its own words."""
    ani.goes()

    assert await bot.refused("sendMessage", chat_id=ani.id, text="hi") == (403, "Forbidden: user is deactivated")


async def test_she_edits_and_answers(bot: Client, ani: Person) -> None:
    """An edited message comes as such, an answer with what it answers."""
    said = ani.says("tomorow")
    ani.edits(said, "tomorrow")
    ani.replies(said, "at five")

    edited, answer = await bot.does("getUpdates", offset=-2)
    assert edited["edited_message"]["text"] == "tomorrow"
    assert answer["message"]["reply_to_message"]["message_id"] == said.message_id


async def test_what_she_sends_has_a_file_behind_it(bot: Client, ani: Person) -> None:
    """Voice, films and papers come with an id, a type and a size; an album's pictures share a number."""
    ani.sends_voice(b"ogg")
    ani.sends_video(b"mp4")
    ani.sends_document(b"%PDF-1", "x-ray.pdf", "application/pdf")
    ani.sends_photo(b"a", album="77")

    voice, video, paper, photo = [update["message"] for update in await bot.does("getUpdates", offset=-4)]
    assert (voice["voice"]["mime_type"], voice["voice"]["file_size"]) == ("audio/ogg", 3)
    assert (video["video"]["width"], paper["document"]["file_name"]) == (640, "x-ray.pdf")
    assert photo["media_group_id"] == "77"
