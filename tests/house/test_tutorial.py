"""The tutorial, done as a reader does it: its commands one after another, its files where it says."""

import os
import random
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner

import main
from tests.crash.page import Page
from tests.crash.program import Program
from tests.house.pages import ROOT, blocks, build_folder, commands, put

TUTORIAL = ROOT / "docs" / "tutorial.md"
BY_HAND = {"make", "source"}
"""What sets up the machine; every other test has been started by that."""


def test_a_reader_who_does_all_of_it_gets_a_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command works at the point of the page where it stands, with what has been written until there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRAGOMAN_DATABASE_URL", f"sqlite:///{tmp_path / 'firm.db'}")
    firm = Path("businesses/wheels")
    done: list[str] = []
    for block in blocks(TUTORIAL):
        if block.language != "sh":
            put(block, firm)
            continue
        for program, *words in commands(block):
            if program == "export":
                monkeypatch.setenv(*words[0].split("=", 1))
            elif program == "python" and words[1] != "run":
                assert words[0] == "main.py"
                result = CliRunner().invoke(main.cli, words[1:])
                assert result.exit_code == 0, f"{block.place}: {result.output}"
                done.append(words[1])
            else:
                assert program in BY_HAND | {"python"}, block.place

    assert done == ["new", "check", "check", "draw", "try"]
    assert os.environ["DRAGOMAN_BUSINESS"] == str(firm)
    assert (firm / "tests" / "pickup.yaml").exists()


def test_the_dialog_of_the_tutorial_is_short() -> None:
    """A dialog that asks four things and acts on them takes less than 30 lines."""
    (dialog,) = [block for block in blocks(TUTORIAL) if block.language == "python"]

    assert len(dialog.text.splitlines()) < 30


@pytest.mark.whole
async def test_the_bot_of_the_tutorial_answers_on_its_page(tmp_path: Path) -> None:
    """What `run` starts for the reader's folder greets a visitor as the reader's firm."""
    folder = build_folder(TUTORIAL, tmp_path)
    program = Program(tmp_path / "program", settings={"DRAGOMAN_BUSINESS": str(folder)})
    await program.start()
    try:
        async with aiohttp.ClientSession() as http:
            page = Page(http, program.chat.replace("/demo", f"/{folder.name}"), random.Random(1))
            await page.open()
            await page.until(lambda: bool(page.shown), "the greeting")
            answer = await page.answer_to(page.say("prices"), lambda said: "New wheel" in said)
            await page.close()
    finally:
        await program.kill()

    assert "60 ₾" in answer["text"].replace("\N{NO-BREAK SPACE}", " ")
    assert page.shown[0]["text"].startswith("Hello! This is Two Wheels.")
