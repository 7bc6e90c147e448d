"""Takes the picture of a page, for the docs. Pillow is here with the charts, which need it."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tools.browser import FLAGS, find_browser

LOWEST = 320
SCALE = 2
COLOURS = 256  # of the picture's palette; a conversation has few, and its file is a third as large


def take(html: str, picture: Path, width: int) -> None:
    """Take the picture of a page, as high as it is; raises `RuntimeError` when there is no browser."""
    found = find_browser()
    if found is None:
        raise RuntimeError("there is no Chromium here to take pictures with")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        shown = browser.new_page(viewport={"width": width, "height": LOWEST}, device_scale_factor=SCALE)
        shown.set_content(html)
        taken = shown.screenshot(full_page=True)
        browser.close()
    with Image.open(io.BytesIO(taken)) as image:
        few = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)
    print(f"Took {picture} ({picture.stat().st_size // 1024} KB)")
