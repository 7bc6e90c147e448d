"""A call through the whole house: the folder's account, the address that Twilio delivers to, the files that it plays."""

import shutil
import struct
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

import main
from bot.business import BusinessErrors
from bot.clock import SystemClock
from bot.settings import Settings, SettingsProblem
from bot.store import open_store
from bot.web import Site, build_app
from tests.integrations.twilio.voice import firm
from tests.integrations.twilio.voice.talk import HOOK
from tests.integrations.twilio.voice.test_voices import PROGRAM
from tests.standins.twilio.voice import Refused
from tests.standins.twilio.voice_api import VoiceApi

ACCOUNTS = """
recordings: {{hy: {{Բարև Ձեզ։: hello.mp3}}}}
accounts:
  - {{id: site, channel: webchat}}
  - id: main
    channel: voice_twilio
    secret_env: CLINIC_TWILIO_TOKEN
    settings: {{account_sid: {sid}, number: '{number}', language: hy, reach: call, api_url: '{url}'}}
"""


@dataclass
class House:
    """A running firm with a number at Twilio."""

    api: VoiceApi
    site: Site


def folder(tmp_path: Path, url: str) -> Path:
    """The demo clinic with a number."""
    found = tmp_path / "clinic"
    shutil.copytree("businesses/demo", found)
    written = (found / "business.yaml").read_text("utf-8")
    accounts = ACCOUNTS.format(sid=firm.ACCOUNT_SID, number=firm.NUMBER, url=url)
    written = written[: written.index("accounts:\n")] + accounts.lstrip()
    written = written.replace("  reception:\n", "  reception:\n    phones: [+374 10 11 11 11]\n")
    (found / "business.yaml").write_text(written, "utf-8")
    (found / "media" / "hello.mp3").write_bytes(b"ID3" + struct.pack(">I", 0) + b"hello")
    return found


@pytest.fixture
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose espeak-ng speaks Armenian, Georgian and Uzbek."""
    rows = '\n    print(" 5  ka             --/M      Georgian           ccs/ka")'
    rows += '\n    print(" 5  uz             --/M      Uzbek              trk/uz")'
    program = tmp_path / "bin" / "espeak-ng"
    program.parent.mkdir()
    program.write_text(PROGRAM.format(python=sys.executable).replace('ine/hy")', f'ine/hy"){rows}'), "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


@pytest.fixture
async def house(tmp_path: Path, spoken: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    api = await VoiceApi(public=firm.PUBLIC).start()
    monkeypatch.setenv("CLINIC_TWILIO_TOKEN", firm.TOKEN)
    settings = Settings(
        business=folder(tmp_path, api.url), media=tmp_path / "media", database_url=f"sqlite:///{tmp_path}/house.db",
        public_url=firm.PUBLIC,
    )  # fmt: skip
    store = await open_store(settings.database_url, SystemClock())
    site = await main.build_site(settings, store)
    await site.engine.start()
    client: TestClient[Any, Any] = TestClient(TestServer(build_app(site)))
    await client.start_server()
    api.real = str(client.make_url("/")).rstrip("/")
    for channel in site.engine.channels.values():
        if channel.name == "voice_twilio":
            await channel.connect()  # type: ignore[attr-defined]  # it is Doctored
    yield House(api, site)
    await site.engine.stop()
    await client.close()
    await store.close()
    await api.stop()


@pytest.mark.req("F1", "F25")
async def test_a_call_is_answered_by_the_house(house: House) -> None:
    """Twilio is told where calls go, a caller hears the recording and the synthesiser, and a key leads on."""
    call = await house.api.rings(
        firm.PERSON, doubled=True, understands=lambda sound: sound[-40:].decode("utf-8", "replace")
    )
    greeted = list(call.heard)
    await call.presses("1")

    assert (call.error, house.api.refusals) == (0, [])
    assert any(each.endswith("hello") for each in greeted)
    assert len(greeted) > 8
    assert len(call.heard) > len(greeted)
    assert call.asks is not None


async def test_what_was_made_to_sound_is_kept(house: House, tmp_path: Path) -> None:
    """The second caller hears the files that the first one's call has made."""
    await house.api.rings(firm.PERSON, understands=len)
    made = sorted(path.name for path in (tmp_path / "media").glob("*.wav"))
    await house.api.rings("+37477123456", understands=len)

    assert made
    assert sorted(path.name for path in (tmp_path / "media").glob("*.wav")) == made


async def test_a_stranger_is_not_heard(house: House) -> None:
    """A delivery with another token's signature is answered 401, and Twilio's own call goes on unharmed."""
    call = await house.api.rings(firm.PERSON, understands=len)
    house.api.token = "another-token-another-token-anot"
    with pytest.raises(Refused, match="answered 401"):
        await house.api.deliver(HOOK, [("CallSid", "CA1")], "x")
    house.api.token = firm.TOKEN
    await call.presses("2")

    assert call.error == 0


async def test_a_firm_that_nobody_can_speak_for_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a voice for Armenian the start says what to install, before any caller meets silence."""
    monkeypatch.setenv("CLINIC_TWILIO_TOKEN", firm.TOKEN)
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = Settings(
        business=folder(tmp_path, "http://127.0.0.1:9"), media=tmp_path / "media",
        database_url=f"sqlite:///{tmp_path}/house.db", public_url=firm.PUBLIC,
    )  # fmt: skip
    store = await open_store(settings.database_url, SystemClock())

    with pytest.raises(SettingsProblem, match="nobody speaks hy, uz, ka on the phone"):
        await main.build_site(settings, store)
    await store.close()


def test_a_recording_that_is_not_there_is_found_when_the_folder_is_read(tmp_path: Path) -> None:
    """A misspelt file is an error with its line."""
    found = folder(tmp_path, "http://127.0.0.1:9")
    (found / "media" / "hello.mp3").unlink()

    with pytest.raises(BusinessErrors, match=r"hello\.mp3"):
        main.tenant_of(found)
