"""Pictures of the business folder."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

import main
from bot.ports.store import Store
from bot.settings import Settings
from bot.web import build_app
from tests.web.visitor import Visitor


async def test_a_place_of_the_menu_shows_its_picture(store: Store, database_url: str, tmp_path: Path) -> None:
    """An editor gives a place a picture, and the customer who goes there sees it."""
    folder = Path(shutil.copytree("businesses/demo", tmp_path / "demo"))
    menu = folder / "menu.yaml"
    menu.write_text(menu.read_text("utf-8").replace("\nprices:\n", "\nprices:\n  image: logo.svg\n", 1), "utf-8")
    site = await main.build_site(Settings(business=folder, media=tmp_path, database_url=database_url), store)
    await site.engine.start()

    async with TestClient(TestServer(build_app(site))) as client:
        visitor = await Visitor(client).arrives()
        call = {"type": "say", "id": "1", "text": "Services and prices"}
        said = await client.post("/chat/demo/messages?wait=10", json=call, headers=visitor.proof)
        (answer,) = (await said.json())["messages"]
        picture = await client.get(answer["media"]["url"])

        assert answer["media"]["alt"] == "Services and prices"
        assert (picture.status, picture.content_type) == (200, "image/svg+xml")
        assert "sandbox" in picture.headers["Content-Security-Policy"]
    await site.engine.stop()


@pytest.mark.parametrize(
    "file", ["..%2Fbusiness.yaml", "%2e%2e", "nothing.png", "logo.svg%2F..%2Flogo.svg", "x%00.png"]
)
async def test_nothing_else_of_the_folder_can_be_had(client: "TestClient[Any, Any]", file: str) -> None:
    """The folder's own files stay with the firm."""
    answer = await client.get(f"/chat/demo/media/{file}")

    assert answer.status == 404
