"""The pictures of the channels show what the stand-ins took: nothing that was said to the customer is missing."""

import html
import re

import pytest

import main
from bot.runtime import Tenant
from bot.texts import LANGUAGES
from tests.house.pages import ROOT
from tools.channel_film import CallFilm, ChannelFilm
from tools.channel_pictures import SCENES, draw_scene, opened, script_of

TAG = re.compile(r"<style>.*?</style>|<[^>]*>", re.DOTALL)


@pytest.fixture(scope="module")
def clinic() -> Tenant:
    """The demo clinic."""
    return main.tenant_of(ROOT / "businesses" / "demo")


def plain(text: str) -> str:
    """A text without white space, which a page lays out anew."""
    return "".join(text.split())


@pytest.mark.parametrize("name", SCENES)
def test_a_picture_has_all_that_came_to_the_phone(clinic: Tenant, name: str) -> None:
    """Every word that the provider took, or the caller heard, stands on the page; an operator's words are among them."""
    scene, script = SCENES[name], script_of(name)
    with opened(scene, script, clinic) as film:
        page = plain(html.unescape(TAG.sub("", draw_scene(scene, script, film))))
        match film:
            case ChannelFilm():
                came = [each.text.splitlines()[0] for each in film.screen if each.text]
            case CallFilm():
                came = film.call.heard
        staff = [
            str(line.value) for line in script.lines if line.act == "staff" and not str(line.value).startswith("/")
        ]

    assert came != []
    assert [text for text in (*came, *staff) if plain(text) not in page] == []


def test_the_pictures_speak_every_language() -> None:
    """A reader sees the product in each of its languages, and every picture that is drawn has its file."""
    spoken = {script_of(name).language for name in SCENES}

    assert spoken == set(LANGUAGES)
    assert [name for name in SCENES if not (ROOT / "docs" / "pictures" / f"{name}.png").exists()] == []


def test_a_choice_that_the_customer_cannot_see_is_not_pressed(clinic: Tenant) -> None:
    """A list's row has the short words; a scene that presses the long ones is refused, so no picture shows what cannot be."""
    with opened(SCENES["whatsapp"], script_of("whatsapp"), clinic) as film:
        film.says("Գրանցվել այցի").presses("Մանկական ատամնաբույժ")
        with pytest.raises(LookupError, match="does not stand on the screen"):
            film.presses("25 նոյեմբերի, չորեքշաբթի, 10:45")
