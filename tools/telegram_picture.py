"""Draws a Telegram conversation: `python -m tools.telegram_picture URL people/<id> picture.png`.

The chat is read from a stand-in server that runs at URL (`python -m tests.standins.telegram` prints its own).
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import click

from tools.chat_page import View
from tools.chat_picture import take
from tools.telegram_page import WIDTH, Eyes, Json, page


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be drawn: the messages as somebody sees them, the keys below them, the pictures by the id of the file."""

    posts: Sequence[Json]
    keyboard: Sequence[Sequence[str]]
    photos: Mapping[str, bytes]


async def read(url: str, chat: str, topic: int | None = None) -> Shown:
    """The chat `people/<id>` or `groups/<id>` of the stand-in at this address, or one topic of it."""
    async with aiohttp.ClientSession(url, raise_for_status=True) as http:

        async def get(path: str) -> Any:
            async with http.get(path) as response:
                return await response.json()

        posts = await get(f"/_control/{chat}/screen" + (f"?topic={topic}" if topic is not None else ""))
        keyboard = await get(f"/_control/{chat}/keyboard") if chat.startswith("people/") else []
        token = (await get("/_control/token"))["token"]
        photos = {}
        for file_id in [post["body"]["photo"][-1]["file_id"] for post in posts if "photo" in post["body"]]:
            path = (await get(f"/bot{token}/getFile?file_id={file_id}"))["result"]["file_path"]
            async with http.get(f"/file/bot{token}/{path}") as response:
                photos[file_id] = await response.read()
        return Shown(posts, keyboard, photos)


@click.command()
@click.argument("url")
@click.argument("chat")
@click.argument("picture", type=click.Path(path_type=Path))
@click.option("--title", default="", help="What stands at the top; the bot's name by default.")
@click.option("--subtitle", default="bot")
@click.option("--mine", type=int, default=0, help="Whose messages stand on the right; in a private chat the person's.")
@click.option("--topic", type=int, help="Only this topic of a forum.")
@click.option("--zone", default="UTC", help="The time zone of the clock, such as Asia/Yerevan.")
@click.option("--html", is_flag=True, help="Write the page beside the picture, too.")
def main(
    url: str,
    chat: str,
    picture: Path,
    *,
    title: str,
    subtitle: str,
    mine: int,
    topic: int | None,
    zone: str,
    html: bool,
) -> None:
    """Draw CHAT (`people/<id>` or `groups/<id>`) of the stand-in at URL into PICTURE."""
    shown = asyncio.run(read(url, chat, topic))
    kind, _, number = chat.partition("/")
    view = View(
        title or next((post["name"] for post in shown.posts if post["by_bot"]), "Telegram"),
        subtitle,
        faces=kind == "groups",
        width=WIDTH,
    )
    eyes = Eyes(mine or (int(number) if kind == "people" else 0), ZoneInfo(zone), shown.photos)
    drawn = page([post["body"] for post in shown.posts], view, eyes, shown.keyboard)
    if html:
        picture.with_suffix(".html").write_text(drawn)
    take(drawn, picture, WIDTH)


if __name__ == "__main__":
    sys.exit(main())
