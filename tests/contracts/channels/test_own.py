"""The channel that docs/channels/own.md builds is what that page says of it; the list itself is held against it as well."""

import re

from tests.contracts.channels.lines import LINES
from tests.contracts.channels.lines.pigeon import PAGE
from tests.house.pages import blocks


def test_a_channel_takes_less_than_a_hundred_lines() -> None:
    """Who wants a channel of their own reads a whole one in some minutes."""
    (code,) = [each.text for each in blocks(PAGE) if each.language == "python"]

    assert len([line for line in code.splitlines() if line.strip()]) < 100


def test_the_page_names_what_there_is() -> None:
    """The commands with which a channel is tried name one that is on the list."""
    named = re.findall(r"(?:--channel|-k) (\w+)", PAGE.read_text("utf-8"))

    assert named == ["pigeon", "pigeon"]
    assert "pigeon" in LINES
