"""What an account of Telegram becomes in the house: a channel, a listener, a room for operators, sometimes an address."""

from pathlib import Path

import pytest
from pydantic import SecretStr

import main
from bot.ports.store import Store
from bot.settings import Settings, SettingsProblem
from bot.web import Site
from integrations.channels.telegram import Telegram
from tests.standins.telegram import TOKEN

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def built(store: Store, database_url: str, folder: Path, **settings: object) -> Site:
    known: dict[str, object] = {"telegram_token": SecretStr(TOKEN), "staff_group_id": -1001, **settings}
    return await main.build_site(Settings(media=folder, database_url=database_url, **known), store)  # type: ignore[arg-type]


@pytest.mark.req("F1")
async def test_a_bot_that_fetches_has_no_address(store: Store, database_url: str, tmp_path: Path) -> None:
    """It listens, takes what is meant for the operators' group, and nobody can deliver to it."""
    site = await built(store, database_url, tmp_path)
    engine = site.engine
    telegram = engine.channels["demo", "telegram/main"]

    assert isinstance(telegram, Telegram)
    assert list(engine.listeners) == [telegram]
    assert engine.providers["demo", "telegram/main"] is telegram
    assert engine.tenants["demo"].rooms == ("staff/telegram/main/-1001",)
    assert site.hooks == {}


@pytest.mark.parametrize("mode", ["webhook", "bridge"])
async def test_a_bot_that_is_delivered_to_has_one(store: Store, database_url: str, tmp_path: Path, mode: str) -> None:
    """Whoever delivers does so at the account's own address, and no more at once than Telegram ever sends."""
    secret, url = SecretStr("a-word"), "https://chat.example.com"
    site = await built(
        store, database_url, tmp_path, telegram_mode=mode, telegram_webhook_secret=secret, public_url=url
    )
    hook = site.hooks["telegram", "main"]

    assert hook.channel is site.engine.channels["demo", "telegram/main"]
    assert (hook.business, hook.takes.most) == ("demo", 1024 * 1024)


async def test_what_is_wrong_with_it_is_told_as_with_every_setting(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    """The start ends with one list that names the variables and shows no secret."""
    with pytest.raises(SettingsProblem) as problem:
        await built(store, database_url, tmp_path, telegram_token=SecretStr("5:oops"), telegram_mode="webhook")

    told = str(problem.value)
    assert told.startswith("These settings cannot be used:\n")
    assert all(
        name in told for name in ("DRAGOMAN_TELEGRAM_TOKEN", "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET", "DRAGOMAN_PUBLIC_URL")
    )
    assert "oops" not in told
