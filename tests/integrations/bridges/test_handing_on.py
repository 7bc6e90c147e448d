"""The bridge hands every update on before the application has it, and lets nothing be confirmed that was not taken."""

import json
from typing import Any

import pytest
import yaml
from aiogram.types import Update
from aiohttp import web
from pydantic import ValidationError

from integrations.bridges import aiogram3, ptb22
from integrations.channels.telegram.updates import KINDS
from tests.integrations.bridges.conftest import SECRET, Run, until
from tests.integrations.telegram.test_cases import CASES
from tests.standins.botside import YES, Hook
from tests.standins.telegram import TelegramServer
from tests.standins.telegram.world import Press


def numbers(hook: Hook) -> list[int]:
    """The updates that came, one for each delivery."""
    return [each["update_id"] for each in hook.came]


def fresh(api: TelegramServer) -> list[int]:
    """The updates that there were, oldest first."""
    return [each.update_id for each in api.record.updates()]


@pytest.mark.req("F2")
async def test_every_update_is_handed_on_as_it_came(api: TelegramServer, hook: Hook, application: Run) -> None:
    """Whatever a customer does reaches us as Telegram said it, with the secret, in order; and the application too."""
    async with application(api, hook.url) as heard:
        ani = api.person("Ani", language="hy")
        ani.starts("promo_7")
        ani.edits(ani.says("one"), "two")
        ani.shares_contact()
        ani.sends_location(40.17, 44.5)
        ani.sends_album(b"a", b"b", caption="look")
        api.owner("Nur").connects()
        await until(heard, 6)

        assert hook.came == [each.body for each in api.record.updates()]
    assert set(hook.secrets) == {SECRET}
    assert heard == ["/start promo_7", "one", "", "", "", ""]


@pytest.mark.req("F2")
async def test_what_is_not_taken_is_not_confirmed(api: TelegramServer, hook: Hook, application: Run) -> None:
    """While we cannot write, the application waits with us; then both have everything, the application once."""
    hook.answers = [web.Response(), web.Response(status=503), web.Response(status=503), web.Response()]
    ani = api.person("Ani")
    for text in ("one", "two", "three"):
        ani.says(text)
    async with application(api, hook.url) as heard:
        await until(heard, 3)
        ani.says("four")
        await until(heard, 4)

    one, two, three, four = fresh(api)
    assert numbers(hook) == [one, two, one, one, two, three, four]
    assert heard == ["one", "two", "three", "four"]


@pytest.mark.parametrize("status", [201, 302, 401, 404, 413, 500])
async def test_only_a_yes_is_a_yes(api: TelegramServer, hook: Hook, application: Run, status: int) -> None:
    """A wrong address, a wrong secret and a redirection are no answer: the update is tried again."""
    hook.answers = [web.Response(status=status, headers={"Location": hook.url})]
    api.person("Ani").says("one")
    async with application(api, hook.url) as heard:
        await until(heard, 1)

    assert numbers(hook) == fresh(api) * (1 if status == 201 else 2)


async def test_nobody_there_is_no_answer_either(api: TelegramServer, hook: Hook, application: Run) -> None:
    """An address where nobody listens holds everything back, and Telegram keeps it."""
    api.person("Ani").says("one")
    async with application(api, "http://127.0.0.1:9/hook") as heard:
        (update,) = api.record.updates()
        await until(update.attempts, 2)

        assert heard == []
    assert len(api.bot.updates) == 1
    async with application(api, hook.url) as heard:
        await until(heard, 1)
    assert numbers(hook) == fresh(api)


async def test_only_what_is_wanted_is_handed_on(api: TelegramServer, hook: Hook, application: Run) -> None:
    """The firm keeps its own command to itself; its application hears all as before."""

    def wanted(update: Any) -> bool:
        return bool(update["message"]["text"] != "/price")

    ani = api.person("Ani")
    for text in ("one", "/price", "two"):
        ani.says(text)
    async with application(api, hook.url, wanted) as heard:
        await until(heard, 3)

    assert await hook.texts(2) == ["one", "two"]
    assert heard == ["one", "/price", "two"]


async def test_a_press_of_our_button_is_acknowledged(api: TelegramServer, hook: Hook, application: Run) -> None:
    """The hourglass goes off our button; its press came although the application has no buttons of its own."""
    ani = api.person("Ani")
    ani.starts()
    posted = ani.chat.post({"text": "?", "reply_markup": YES}, sender=api.bot.user, bot=api.bot.id)
    async with application(api, hook.url) as heard:
        await until(heard, 1)
        press = ani.presses("Yes")
        assert isinstance(press, Press)
        told = {"method": "answerCallbackQuery", "callback_query_id": press.id}
        hook.answers = [web.json_response(told)]

        assert await press.answered() == {"text": "", "show_alert": False, "url": ""}
    assert hook.came[-1]["callback_query"]["message"]["message_id"] == posted.id


def test_no_update_changes_on_its_way_through_aiogram() -> None:
    """What aiogram has read and writes again is what Telegram wrote, also of kinds and fields that it does not know."""
    later = {"case": "a kind that comes later", "update": {"thought": {"id": 1, "from": {"id": 5}, "text": "\ud83d"}}}
    read = 0
    for case in [*yaml.safe_load((CASES / "updates.yaml").read_text("utf-8")), later]:
        raw = json.loads(json.dumps({"update_id": 100, **case["update"]}))
        try:
            update = Update.model_validate(raw)
        except ValidationError:
            continue  # our case has less in it than the Bot API says: aiogram gets no such update
        read += 1
        assert json.loads(json.dumps(update.model_dump(by_alias=True, exclude_unset=True))) == raw, case["case"]

    assert read > 40


def test_the_bridges_ask_for_what_we_read() -> None:
    """Each may be copied alone, so each says for itself which kinds those are."""
    assert aiogram3.KINDS == ptb22.KINDS == KINDS


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"method":"sendMessage"}', b'"answerCallbackQuery"', b"\xff"]
)
def test_no_other_call_is_made_of_an_answer(body: bytes) -> None:
    """Whatever stands in an answer, nothing is done but acknowledging a press."""
    assert aiogram3.acknowledged(body) == ptb22.acknowledged(body) == ""
