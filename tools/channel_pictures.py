"""Takes the pictures of the channels' pages: `python -m tools.channel_pictures [NAME ...]`.

A scene is a file of `tools/scenes/`, in the form of a transcript without what the bot says. The demo firm has the
conversation over the channel's stand-in, and the picture is drawn from what the stand-in took.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

import main as program
from bot.runtime import Tenant
from bot.testing import Transcript, read_transcript, record_transcript
from handlers import ACTORS, ROUTES
from tests.contracts.channels.line import Line as Channel
from tests.contracts.channels.lines.pages import MessengerLine
from tests.contracts.channels.lines.playmobile import PlayMobileLine
from tests.contracts.channels.lines.twilio import SmsLine
from tests.contracts.channels.lines.viber import ViberLine
from tests.contracts.channels.lines.whatsapp import WhatsAppLine
from tools.channel_film import AnsweringComments, CallFilm, ChannelFilm, CommentFilm, Film
from tools.chat_page import View, draw
from tools.chat_picture import take
from tools.running import ROOT

SCRIPTS = Path(__file__).parent / "scenes"
PICTURES = ROOT / "docs" / "pictures"


@dataclass(frozen=True, slots=True)
class Scene:
    """Where it plays; `more` is what the film needs beside it, `look` its colours."""

    subtitle: str
    look: str
    channel: type[Channel] | None = None
    film: Callable[..., Film] = ChannelFilm
    more: tuple[tuple[str, str], ...] = ()


SCENES = {
    "whatsapp": Scene("WhatsApp", "whatsapp", WhatsAppLine, more=(("opened", "Մանկական ատամնաբույժ"),)),
    "messenger": Scene("Messenger", "messenger", MessengerLine),
    "instagram": Scene("Instagram", "instagram", AnsweringComments, CommentFilm,
                       (("comment", "Can I come for whitening on Friday?"),)),
    "viber": Scene("Viber", "viber", ViberLine),
    "sms": Scene("+1 501 712 2661", "sms", SmsLine),
    "sms-play-mobile": Scene("3700", "sms", PlayMobileLine),
    "voice": Scene("+374 10 00 00 00", "voice", None, CallFilm),
}  # fmt: skip


def script_of(name: str) -> Transcript:
    """What customer and operator do in a scene."""
    return read_transcript(SCRIPTS / f"{name}.yaml")


def opened(scene: Scene, script: Transcript, tenant: Tenant) -> Film:
    """The film of a scene, of which nothing has been played yet."""
    kind = (scene.channel,) if scene.channel is not None else ()
    more: dict[str, Any] = {"now": script.start, "language": script.language, "actors": ACTORS, **dict(scene.more)}
    return scene.film(*kind, tenant, ROUTES, **more)


def draw_scene(scene: Scene, script: Transcript, film: Film) -> str:
    """Have the conversation, and give its page; raises `Departure` when a choice of the script is not offered."""
    record_transcript(script, film)
    return draw(film.lines, View(film.firm, scene.subtitle, language=script.language, look=scene.look))


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(SCENES)))
@click.option("--html", is_flag=True, help="Write the page beside the picture, too.")
def main(names: tuple[str, ...], *, html: bool) -> None:
    """Play these scenes, or all, and take their pictures."""
    tenant = program.tenant_of(ROOT / "businesses" / "demo")
    for name in names or SCENES:
        script = script_of(name)
        with opened(SCENES[name], script, tenant) as film:
            page = draw_scene(SCENES[name], script, film)
        picture = PICTURES / f"{name}.png"
        if html:
            picture.with_suffix(".html").write_text(page, "utf-8")
        take(page, picture, View("").width)


if __name__ == "__main__":
    main()
