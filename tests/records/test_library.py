"""The bytes of a picture are found wherever they lie, and nowhere else."""

from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.events import Media
from bot.ports.files import NotFetched
from bot.records.keeping import Keeping
from bot.records.library import Library
from bot.records.media import MediaFolder
from bot.web.file_links import FileLinks

PNG = b"\x89PNG\r\n\x1a\n"


class Elsewhere:
    """A channel with one file."""

    async def fetch(self, name: str) -> bytes | None:
        if name == "F3":
            raise NotFetched("the answer is 503", again=True)
        return b"theirs" if name == "F1" else None


@pytest.fixture
async def library(tmp_path: Path) -> Library:
    """A library over a folder of the business and a channel."""
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "logo.svg").write_bytes(b"<svg/>")
    (tmp_path / "secret.yaml").write_text("x", "utf-8")
    kept = MediaFolder(tmp_path / "kept")
    keeping = Keeping(kept, {"telegram/main": Elsewhere()}, FileLinks("secret", "clinic", SystemClock()).stem)
    return Library(kept, {"clinic": tmp_path / "media"}, keeping)


async def test_a_file_is_found_where_it_lies(library: Library, tmp_path: Path) -> None:
    """A customer's picture, the firm's logo and a file that lies with a channel can all be sent on."""
    name = await MediaFolder(tmp_path / "kept").put(PNG, "image/png")

    assert await library.read(Media("image", name, "image/png")) == PNG
    assert await library.read(Media("image", "logo.svg", "image/svg+xml", shelf="clinic")) == b"<svg/>"
    assert await library.read(Media("file", "F1", "", source="telegram/main")) == b"theirs"


@pytest.mark.parametrize(
    "media",
    [
        Media("image", "gone.png", "image/png"),
        Media("image", "../secret.yaml", "", shelf="clinic"),
        Media("image", "logo.svg", "", shelf="salon"),
        Media("image", "..", "", shelf="clinic"),
        Media("file", "F2", "", source="telegram/main"),
        Media("file", "F1", "", source="telegram/other"),
    ],
)
async def test_nothing_else_is_read(library: Library, media: Media) -> None:
    """A name is no path, and what is gone is None."""
    assert await library.read(media) is None


async def test_what_cannot_be_had_now_is_not_gone(library: Library) -> None:
    """Whoever sends a file on is told that it is to be tried again, not that there is none."""
    with pytest.raises(OSError, match="503"):
        await library.read(Media("file", "F3", "", source="telegram/main"))
