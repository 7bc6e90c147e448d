"""A call through the whole house: the folder's account, the address that Twilio delivers to, the files that it plays."""

import shutil
import struct
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

import main
from bot.business import BusinessErrors
from bot.clock import SystemClock
from bot.desk import staffing
from bot.events import Envelope, Media, Said
from bot.ports.clock import micros
from bot.ports.store import Query, Script
from bot.records import Role, open_cases, sessions
from bot.settings import Settings, SettingsProblem
from bot.store import open_store
from bot.web import Site, build_app
from tests.integrations.twilio.voice import firm
from tests.integrations.twilio.voice.talk import HOOK
from tests.integrations.twilio.voice.test_voices import PROGRAM
from tests.standins.twilio.voice import Refused
from tests.standins.twilio.voice_api import Number, VoiceApi

ACCOUNTS = """
recordings: {{hy: {{Բարև Ձեզ։: hello.mp3}}}}
accounts:
  - {{id: site, channel: webchat}}
  - id: main
    channel: voice_twilio
    secret_env: CLINIC_TWILIO_TOKEN
    settings: {{account_sid: {sid}, number: '{number}', language: hy, reach: call, api_url: '{url}'}}
  - id: mobile
    channel: voice_twilio
    secret_env: CLINIC_TWILIO_TOKEN
    settings: {{account_sid: {sid}, number: '{other}', language: ru, api_url: '{mobile}'}}
"""
ANI = {"Cookie": "desk_clinic=a-token"}
MOBILE, NOWHERE = "+37491000000", "http://127.0.0.1:9"


@dataclass
class House:
    """A running firm with two numbers at Twilio, a landline and a mobile one."""

    api: VoiceApi
    mobile: VoiceApi
    site: Site
    client: TestClient[Any, Any]


def folder(tmp_path: Path, url: str, mobile: str) -> Path:
    """The demo clinic with two numbers."""
    found = tmp_path / "clinic"
    shutil.copytree("businesses/demo", found)
    written = (found / "business.yaml").read_text("utf-8")
    accounts = ACCOUNTS.format(sid=firm.ACCOUNT_SID, number=firm.NUMBER, url=url, other=MOBILE, mobile=mobile)
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
    mobile = await VoiceApi(public=firm.PUBLIC, number=Number(MOBILE)).start()
    monkeypatch.setenv("CLINIC_TWILIO_TOKEN", firm.TOKEN)
    settings = Settings(
        business=folder(tmp_path, api.url, mobile.url), media=tmp_path / "media", database_url=f"sqlite:///{tmp_path}/house.db",
        public_url=firm.PUBLIC,
    )  # fmt: skip
    store = await open_store(settings.database_url, SystemClock())
    site = await main.build_site(settings, store)
    await site.engine.start()
    client: TestClient[Any, Any] = TestClient(TestServer(build_app(site)))
    await client.start_server()
    api.real = mobile.real = str(client.make_url("/")).rstrip("/")
    for channel in site.engine.channels.values():
        if channel.name == "voice_twilio":
            await channel.connect()  # type: ignore[attr-defined]  # it is Doctored
    yield House(api, mobile, site, client)
    await site.engine.stop()
    await client.close()
    await store.close()
    await api.stop()
    await mobile.stop()


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


@pytest.mark.req("E1")
async def test_each_number_of_the_firm_answers_for_itself(house: House) -> None:
    """One house has a landline and a mobile number: each greets in its language, and knows its own callers."""
    landline = await house.api.rings(firm.PERSON, understands=len)
    mobile = await house.mobile.rings(firm.PERSON, understands=len)
    asked = [call.asks.given["language"] for call in (landline, mobile) if call.asks]
    await mobile.presses("1")
    heard = len(landline.heard)
    await landline.presses("9")
    found = await house.site.store.read(callers)

    assert asked == ["hy-AM", "ru-RU"]
    assert (landline.error, mobile.error, len(landline.heard) > heard) == (0, 0, True)
    assert found == [f"voice_twilio/main/{firm.PERSON}", f"voice_twilio/mobile/{firm.PERSON}"]


def callers() -> Script[list[str]]:
    rows = yield Query("SELECT actor FROM actors WHERE actor LIKE 'voice_twilio/%' ORDER BY actor", ())
    return [actor for (actor,) in rows]


async def test_what_was_made_to_sound_is_kept(house: House, tmp_path: Path) -> None:
    """The second caller hears the files that the first one's call has made."""
    await house.api.rings(firm.PERSON, understands=len)
    made = sorted(path.name for path in (tmp_path / "media").glob("*.wav"))
    await house.api.rings("+37477123456", understands=len)

    assert made
    assert sorted(path.name for path in (tmp_path / "media").glob("*.wav")) == made


@pytest.fixture
async def left(house: House) -> str:
    """A caller has asked for a person and left a message, which is kept; gives the case."""
    slug = house.site.pages["clinic"].business.slug
    stem = house.site.pages[slug].files.stem("voice_twilio/main", "RE01")
    await house.site.media.put(b"ID3 a voice", "audio/mpeg", stem=stem)
    call = await house.api.rings(firm.PERSON, understands=len)
    await call.presses("0")
    form = [("CallSid", call.sid), ("From", firm.PERSON), ("To", firm.NUMBER), ("Direction", "inbound"),
            ("CallStatus", "in-progress"), ("RecordingSid", "RE01")]  # fmt: skip
    await house.api.deliver(f"{HOOK}?k=record&n=90&s=0&b=0&l=hy", form, "x")
    now = micros(house.site.clock.now())
    ani = await house.site.store.run(partial(staffing.add, slug, "Ani", "ani", Role.OPERATOR, now))
    assert ani is not None
    await house.site.store.run(partial(sessions.begin, slug, "a-token", ani.id, now))
    (case,) = await house.site.store.read(partial(open_cases, slug))
    return case.id


@pytest.mark.req("E4")
async def test_who_hears_a_recording_is_written_down(house: House, left: str) -> None:
    """A member of the staff who is logged in opens it, and the case says who it was and when; nobody else gets it."""
    case = f"/desk/clinic/api/cases/{left}"
    messages = (await (await house.client.get(case, headers=ANI)).json())["messages"]
    (url,) = [each["media"]["url"] for each in messages if each.get("media")]
    outside = await house.client.get(url)
    played = await house.client.get(url, headers=ANI)
    notes = (await (await house.client.get(case, headers=ANI)).json())["case"]["notes"]

    assert (played.status, await played.read()) == (200, b"ID3 a voice")
    assert "no-store" in played.headers["Cache-Control"]
    assert [each["by"] for each in notes] == ["Ani"]
    assert str(house.site.clock.now().astimezone(house.site.pages["clinic"].business.zone).day) in notes[0]["text"]
    assert outside.status == 401


@pytest.mark.req("E4")
@pytest.mark.parametrize(
    "place", ["recordings/999/0", "recordings/1/0", "recordings/0/5", "recordings/x/0", "recordings/1/-1"]
)
async def test_only_recordings_of_the_case_are_played(house: House, left: str, place: str) -> None:
    """Another number, a message without a recording, a place that is none: there is nothing, and nothing is noted."""
    case = f"/desk/clinic/api/cases/{left}"
    answer = await house.client.get(f"{case}/{place}", headers=ANI)

    assert answer.status == 404
    assert (await (await house.client.get(case, headers=ANI)).json())["case"]["notes"] == []


async def test_other_files_are_not_recordings(house: House, left: str) -> None:
    """A picture of the same conversation has its own address, and is not had by this one."""
    said = Said("", (Media("image", "hy:x", "image/png", source="voice_twilio/main"),))
    actor = f"voice_twilio/main/{firm.PERSON}"
    envelope = Envelope("clinic", actor, "a picture", house.site.clock.now(), said)
    (accepted,) = await house.site.intake.accept([envelope])
    answer = await house.client.get(f"/desk/clinic/api/cases/{left}/recordings/{accepted.seq}/0", headers=ANI)

    assert answer.status == 404


@pytest.mark.req("E4")
async def test_no_link_leads_to_a_recording(house: House, left: str) -> None:
    """A signed link, which whoever has it may open, is for what Twilio plays and never for what a caller has said."""
    links = house.site.pages["clinic"].files
    recording, phrase = [
        await house.client.get(links.url(Media("voice", name, source="voice_twilio/main", mime="audio/mpeg")))
        for name in ("RE01", "hy:Բարև")
    ]

    assert (recording.status, phrase.status) == (404, 200)


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
        business=folder(tmp_path, NOWHERE, NOWHERE), media=tmp_path / "media",
        database_url=f"sqlite:///{tmp_path}/house.db", public_url=firm.PUBLIC,
    )  # fmt: skip
    store = await open_store(settings.database_url, SystemClock())

    with pytest.raises(SettingsProblem, match="nobody speaks hy, uz, ka on the phone"):
        await main.build_site(settings, store)
    await store.close()


def test_a_recording_that_is_not_there_is_found_when_the_folder_is_read(tmp_path: Path) -> None:
    """A misspelt file is an error with its line."""
    found = folder(tmp_path, NOWHERE, NOWHERE)
    (found / "media" / "hello.mp3").unlink()

    with pytest.raises(BusinessErrors, match=r"hello\.mp3"):
        main.tenant_of(found)
