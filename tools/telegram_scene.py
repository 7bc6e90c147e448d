"""Plays a scene over Telegram and takes its pictures for the docs: `python -m tools.telegram_scene`.

The bot is the real program, Telegram is the stand-in of the tests: a customer books, asks for a person, and Ani
answers her in a topic of the staff's group.
"""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.crash.program import Program
from tests.standins.telegram import TOKEN, Group, TelegramServer
from tests.standins.telegram.chats import Topic
from tools.chat_page import View
from tools.chat_picture import take
from tools.telegram_page import WIDTH, Eyes, page
from tools.telegram_picture import Shown, read

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
ZONE = ZoneInfo("Asia/Yerevan")


@dataclass(frozen=True, slots=True)
class Scene:
    """What the customer and the operators see at the end."""

    customer: Shown
    customer_id: int
    topic: Shown
    topic_name: str
    operator_id: int


async def play(folder: Path) -> Scene:
    """Have the conversation."""
    async with TelegramServer() as api:
        ani = api.person("Ani")
        staff = api.group("Nur Dental · staff", forum=True, members={ani: "administrator"})
        program = Program(folder)
        program.settings = {
            "DRAGOMAN_TELEGRAM_TOKEN": TOKEN,
            "DRAGOMAN_TELEGRAM_API_URL": api.url,
            "DRAGOMAN_STAFF_GROUP_ID": str(staff.id),
            "DRAGOMAN_BUSINESS": str(clinic(folder)),
        }
        await program.start()
        try:
            nare = api.person("Nare", language="en")
            nare.starts()
            await nare.hears("Nur Dental")
            nare.says("teeth cleaning tomorrow afternoon")
            await nare.hears("Which branch")
            nare.presses("Kentron")
            await nare.hears("?")
            nare.says("Is it painful? I would like to ask a person")
            await nare.hears(1)
            nare.says("HUMAN")
            await nare.hears("passed this on")
            topic = await _topic(staff)
            await staff.hears("Waits for", 30, topic=topic.id)
            staff.presses(ani, "Take it", topic=topic.id)
            await nare.hears("with you now")
            staff.says(ani, "Good afternoon, Nare! It is not: we numb the gums first.", topic=topic.id)
            await nare.hears("not: we numb")
            nare.says("Thank you, then I will come")
            await staff.hears("then I will come", 30, topic=topic.id)
            staff.says(ani, "/close", topic=topic.id)
            await nare.hears("closed this matter")
            await asyncio.sleep(2)  # until the card and the topic show it too
            customer = await read(api.url, f"people/{nare.id}")
            shown = await read(api.url, f"groups/{staff.id}", topic.id)
            return Scene(customer, nare.id, shown, topic.name, ani.id)
        finally:
            await program.kill()


async def _topic(staff: Group) -> Topic:
    """The first topic, once there is one."""
    await staff.hears(lambda seen: seen.kind == "forum_topic_created", 60)
    return next(iter(staff.topics.values()))


def clinic(folder: Path) -> Path:
    """The demo clinic with a desk that speaks English."""
    made = folder / "demo"
    shutil.copytree(ROOT / "businesses" / "demo", made)
    content = made / "business.yaml"
    content.write_text(content.read_text("utf-8").replace("staff: {", "staff: {language: en, "), "utf-8")
    return made


def main() -> None:
    """Play the scene and take both pictures."""
    with tempfile.TemporaryDirectory(prefix="dragoman-scene-") as folder:
        scene = asyncio.run(play(Path(folder)))
    customer, topic = scene.customer, scene.topic
    drawn = {
        "telegram.png": page([post["body"] for post in customer.posts], View("Nur Dental", "bot", width=WIDTH),
                             Eyes(scene.customer_id, ZONE, customer.photos), customer.keyboard),
        "telegram-desk.png": page([post["body"] for post in topic.posts],
                                  View(scene.topic_name, "Nur Dental · staff", faces=True, width=WIDTH),
                                  Eyes(scene.operator_id, ZONE, topic.photos)),
    }  # fmt: skip
    for name, html in drawn.items():
        take(html, PICTURES / name, WIDTH)


if __name__ == "__main__":
    main()
