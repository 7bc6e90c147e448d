"""Pictures and headings that the docs point to."""

import re
from pathlib import Path

import pytest

from tests.house.pages import PAGES, ROOT

PICTURE = re.compile(r'<img [^>]*src="([^"]+)"|!\[[^\]]*\]\(([^)\s]+)\)')
DESCRIBED = re.compile(r'<img (?=[^>]*alt="[^"]+")|!\[[^\]]+\]\(')
INSIDE = re.compile(r"\]\(([^)\s:]*)#([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
HEAVY = 320 * 1024


def pictures(page: Path) -> list[Path]:
    """The files of a page's pictures."""
    found = [one or other for one, other in PICTURE.findall(page.read_text("utf-8"))]
    return [(page.parent / each).resolve() for each in found if "://" not in each]


def anchors(page: Path) -> set[str]:
    """The names under which GitHub finds a page's headings."""
    words = [re.sub(r"[^\w\- ]", "", each.lower()) for each in HEADING.findall(FENCED.sub("", page.read_text("utf-8")))]
    return {each.strip().replace(" ", "-") for each in words}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_picture_is_there_and_described(page: Path) -> None:
    """A reader sees each picture of a page, and who cannot see it reads what it shows."""
    text = page.read_text("utf-8")

    assert [each for each in pictures(page) if not each.exists()] == []
    assert len(PICTURE.findall(text)) == len(DESCRIBED.findall(text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_to_a_heading_finds_it(page: Path) -> None:
    """A link into the middle of a page leads to a heading that stands there."""
    found = INSIDE.findall(FENCED.sub("", page.read_text("utf-8")))
    targets = [((page.parent / where).resolve() if where else page, name) for where, name in found]

    assert [f"{where.name}#{name}" for where, name in targets if name not in anchors(where)] == []


def test_no_picture_lies_about_unused_or_heavy() -> None:
    """Each picture of the docs is shown by a page, and none makes a reader wait."""
    shown = {each for page in PAGES for each in pictures(page)}
    there = set((ROOT / "docs" / "pictures").iterdir())

    assert there - shown == set()
    assert [each.name for each in there if each.stat().st_size > HEAVY] == []
