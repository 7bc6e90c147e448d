"""Files that lie with a messenger, as the desk and the customer's page open them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import SystemClock
from bot.events import Media
from bot.ports.files import NotFetched
from bot.records.keeping import MOST_BYTES
from bot.testing import VirtualClock
from bot.web import Site, build_app
from bot.web.file_links import LASTS, FileLinks
from bot.web.shape import shown_media
from tests.web.test_calls import PNG


class Messenger:
    """A channel that keeps files; says what was fetched."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.fetched: list[str] = []

    async def fetch(self, name: str) -> bytes | None:
        self.fetched.append(name)
        if name == "away":
            raise NotFetched("the answer is 503", again=True)
        return self.files.get(name)


async def opened(site: Site, messenger: Messenger, *names: str) -> list[tuple[int, str, bool]]:
    """Open files by name; type and whether they are saved instead of shown."""
    with_files = replace(site, fetchers={("demo", "telegram/main"): messenger})
    async with TestClient[Any, Any](TestServer(build_app(with_files))) as client:
        answers = [await client.get(site.pages["demo"].files.url(Media("file", name, "", source="telegram/main")))
                   for name in names]  # fmt: skip
        for answer in answers:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        return [(each.status, each.content_type, "Content-Disposition" in each.headers) for each in answers]


async def test_a_picture_of_a_messenger_is_fetched_once(site: Site) -> None:
    """What a customer sent in a messenger is shown at the desk, and the messenger is asked for it once."""
    messenger = Messenger({"photo": PNG})

    assert await opened(site, messenger, "photo", "photo") == [(200, "image/png", False)] * 2
    assert await opened(site, messenger, "photo") == [(200, "image/png", False)]
    assert messenger.fetched == ["photo"]


async def test_a_file_that_lies_about_itself_is_saved_not_shown(site: Site) -> None:
    """Pages, scripts and drawings are never run: whatever is no picture by its first bytes is a file to save."""
    files = {"page": b"<html><script>alert(1)</script>", "drawing": b"<svg onload='alert(1)'/>", "pdf": b"%PDF-1.7",
             "empty": b""}  # fmt: skip

    assert await opened(site, Messenger(files), *files) == [(200, "application/octet-stream", True)] * 4


async def test_what_cannot_be_had_is_not_there(site: Site) -> None:
    """A file that is gone, or too large, or of an account that the firm has not got, is a 404."""
    messenger = Messenger({"huge": bytes(MOST_BYTES + 1)})

    assert [status for status, _, _ in await opened(site, messenger, "gone", "huge")] == [404, 404]
    assert [status for status, _, _ in await opened(replace(site, fetchers={}), messenger, "other")] == [404]


@pytest.mark.req("E4")
async def test_a_recording_stays_the_staffs_own_when_its_account_is_gone(site: Site) -> None:
    """What is kept of a messenger is shown still; what was spoken on the phone has no address that can be passed on."""
    files, statuses = site.pages["demo"].files, []
    async with TestClient[Any, Any](TestServer(build_app(replace(site, fetchers={})))) as client:
        for source in ("telegram/main", "voice_twilio/main"):
            await site.media.put(PNG, "image/png", stem=files.stem(source, "RE1"))
            statuses.append((await client.get(files.url(Media("file", "RE1", "", source=source)))).status)

    assert statuses == [200, 404]


async def test_what_cannot_be_had_now_is_asked_for_later(site: Site) -> None:
    """A messenger that is away is no reason to say that a file is gone."""
    with_files = replace(site, fetchers={("demo", "telegram/main"): Messenger({})})
    async with TestClient[Any, Any](TestServer(build_app(with_files))) as client:
        answer = await client.get(site.pages["demo"].files.url(Media("file", "away", "", source="telegram/main")))

        assert (answer.status, answer.headers["Retry-After"]) == (503, "60")


def test_an_address_ends() -> None:
    """Who finds an old text message or log opens nothing any more; until then the address is one and the same all day."""
    clock = VirtualClock(datetime(2026, 11, 23, 0, 0, tzinfo=UTC))
    files = FileLinks("secret", "demo", clock)
    media = Media("file", "photo", "", source="telegram/main")
    first = files.url(media)
    clock.move_to(clock.now() + timedelta(hours=23))
    same = files.url(media)
    signed = first.rpartition("/")[2]
    clock.move_to(datetime(2026, 11, 23, tzinfo=UTC) + LASTS + timedelta(hours=23))
    last = files.read(signed)
    clock.move_to(clock.now() + timedelta(hours=1))

    assert same == first
    assert last == ("telegram/main", "photo")
    assert files.read(signed) is None
    assert files.read(files.url(media).rpartition("/")[2]) == ("telegram/main", "photo")


async def test_nobody_else_can_have_files_fetched(client: "TestClient[Any, Any]", site: Site) -> None:
    """An address that the firm has not signed, cut, forged, or of another firm, fetches nothing."""
    media = Media("file", "photo", "", source="telegram/main")
    signed = site.pages["demo"].files.url(media)
    foreign = FileLinks("another secret", "demo", SystemClock()).url(media)
    for path in (
        signed[:-2],
        foreign,
        signed.replace("/demo/", "/other/"),
        "/media/from/demo/x",
        "/media/from/demo/..",
    ):
        assert (await client.get(path)).status == 404, path


@pytest.mark.parametrize(("place", "shown"), [("40.18, 44.51", True), ("javascript:alert(1)", False), ("", False)])
async def test_a_place_is_opened_on_a_map(site: Site, place: str, shown: bool) -> None:
    """What a customer sends as a place is two numbers on a map, and nothing else is an address."""
    url = shown_media(Media("place", "", "", alt=place), site.pages["demo"].files)["url"]

    assert url.startswith("https://www.openstreetmap.org/") is shown
    assert bool(url) is shown
