"""A newcomer whose welcome is longer than the one message that Viber takes: everything is said once they have written."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import main
from handlers import ACTORS, ROUTES
from tests.contracts.channels.lines.viber import ViberLine
from tests.integrations.kit import NOW
from tests.transcripts.over_line import LineTalk

LONG = "Welcome 😀😀 " * 350  # 3,850 characters, of which a menu may have 4,000; 4,550 units


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[LineTalk]:
    """The demo clinic, whose greeting is as long as one may be."""
    folder = tmp_path / "demo"
    shutil.copytree("businesses/demo", folder)
    menu = (folder / "menu.yaml").read_text("utf-8")
    greeting = next(line for line in menu.splitlines() if line.strip().startswith("en: Hello! This is Nur Dental"))
    (folder / "menu.yaml").write_text(menu.replace(greeting, f"{greeting} {LONG.strip()}"), "utf-8")
    with LineTalk("viber", main.tenant_of(folder), ROUTES, now=NOW, language="en", actors=ACTORS) as talk:
        yield talk


def writes(talk: LineTalk, text: str) -> None:
    """What the phone sends: the words, and what the last message bade it send along."""
    line = talk.line
    assert isinstance(line, ViberLine)
    event = line.api.message(line.person, type="text", text=text)
    talk.delivers(line.proved(json.dumps(event).encode()))


@pytest.mark.req("F1", "F3")
@pytest.mark.parametrize("act", ["press", "write"])
def test_all_of_a_long_welcome_is_said(talk: LineTalk, act: str) -> None:
    """The first message ends with a button; pressed or not, the whole greeting and its menu come before the answer."""
    talk.opens()
    [welcome] = talk.screen
    [more] = welcome.options
    writes(talk, more.gives if act == "press" else "prices")
    said = "\n".join(each.text for each in talk.screen[1:])
    menu = next(each for each in talk.screen[1:] if each.options)

    assert 300 < welcome.text.count("😀😀") < 350
    assert said.count("😀😀") == 350
    assert len(menu.options) > 1
    assert (len(talk.screen) > talk.screen.index(menu) + 1) is (act == "write")


@pytest.mark.req("F1")
def test_who_asks_again_later_gets_the_same_welcome(talk: LineTalk) -> None:
    """Viber repeats what it thinks was not answered; what was said since is no part of it."""
    opening = talk.line.opens(700, "en")
    assert opening is not None
    talk.delivers(opening)
    writes(talk, "prices")
    said = len(talk.messages)
    talk.delivers(opening)
    first, *_, again = [each for each in talk.screen if each.options and each.options[0].gives.startswith("rest:")]

    assert again == first
    assert len(talk.messages) == said
