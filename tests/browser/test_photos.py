"""Pictures that customers send."""

import struct
import zlib

import pytest
from playwright.async_api import FilePayload, Locator, expect

from bot.texts import t
from tests.browser.clinic import LANGUAGES, said
from tests.browser.visitors import Visitors
from tests.browser.window import Window

WIDTH, HEIGHT = 160, 120


def png() -> FilePayload:
    """A real picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x9f\x12\x39" * WIDTH for _ in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    body = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return {"name": "tooth.png", "mimeType": "image/png", "buffer": body}


async def sends(window: Window, file: FilePayload) -> None:
    """Pick a file and send it."""
    await window.inside.locator("#photo-file").set_input_files(files=[file])
    await expect(window.inside.locator("#preview")).to_be_visible()
    await window.inside.locator("#send").click()


async def is_shown(photo: Locator) -> None:
    """Wait until the browser has really drawn the picture."""
    await expect(photo).to_have_js_property("complete", value=True)
    await expect(photo).to_have_js_property("naturalWidth", WIDTH)


async def test_a_picture_is_sent_and_seen_everywhere(visitors: Visitors) -> None:
    """A picture stands in the log of every tab and after a reload, once; the bot says what becomes of it."""
    context = await visitors.browser()
    window, other = await visitors.tab(context), await visitors.tab(context)
    await sends(window, png())
    await expect(window.answers).to_have_count(2)
    await is_shown(window.own.locator("img"))
    await is_shown(other.own.locator("img"))
    await window.page.reload()
    await is_shown(window.own.locator("img"))

    await expect(window.own).to_have_count(1)
    await expect(window.own).to_have_attribute("data-state", "accepted")


async def test_a_picture_can_be_looked_at_in_full(visitors: Visitors) -> None:
    """A press on a picture shows it large; Escape brings the chat back."""
    window = await visitors.arrive()
    await sends(window, png())
    await expect(window.answers).to_have_count(2)
    await window.own.locator(".photo").click()
    await expect(window.inside.locator("#lightbox")).to_be_visible()
    await window.page.keyboard.press("Escape")

    await expect(window.inside.locator("#lightbox")).to_be_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_only_calls_itself_a_picture_is_refused(visitors: Visitors, language: str) -> None:
    """A file that is no picture is refused in the customer's language and never stands there as sent."""
    window = await visitors.arrive(language)
    await sends(window, {"name": "x.png", "mimeType": "image/png", "buffer": b"<svg onload=alert(1)>"})

    await expect(window.own).to_have_attribute("data-state", "refused")
    await expect(window.own.locator(".status-word")).to_contain_text(
        said(t("Please send a picture: PNG, JPEG, WebP or GIF."), language)
    )


async def test_other_files_are_refused_before_they_are_sent(visitors: Visitors) -> None:
    """A drawing that could run scripts is not even offered to the server."""
    window = await visitors.arrive()
    svg: FilePayload = {"name": "x.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    await window.inside.locator("#photo-file").set_input_files(files=[svg])

    await expect(window.inside.locator("#notice")).to_be_visible()
    await expect(window.inside.locator("#preview")).to_be_hidden()
