"""Every example in the docs is real: it is run, loaded, or said to the bot."""

import json
import re
from pathlib import Path

import msgspec
import pytest

import main
from bot.business import check_business
from bot.dialog.graph import findings
from bot.settings import PREFIX, Settings
from bot.testing import Talk, read_transcript, run_transcript
from handlers import ACTORS, ROUTES
from integrations.channels.webchat.channel import Frame
from tests.house.pages import PAGES, ROOT, Block, blocks, build_folder, marked

MUST_BE_REAL = {"python", "yaml", "json"}
WITH_FOLDER = sorted({ROOT / block.page for block in marked("file=", "add=", "transcript")})
LINK = re.compile(r"\]\(([^)\s]+)\)")
SETTING = re.compile(r"DRAGOMAN_[A-Z_]+")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
TEST_SETTINGS = {"DRAGOMAN_TEST_POSTGRES_URL", "DRAGOMAN_TEST_CHROMIUM", "DRAGOMAN_WITHOUT_BROWSER"}


def named(value: object) -> str:
    return value.place if isinstance(value, Block) else Path(str(value)).name


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_example_says_what_it_is(page: Path) -> None:
    """No block of code in the docs escapes being tried."""
    loose = [block.place for block in blocks(page) if block.language in MUST_BE_REAL and not block.mark]

    assert loose == []


@pytest.mark.parametrize("page", WITH_FOLDER, ids=named)
def test_the_folder_of_a_page_goes_live(page: Path, tmp_path: Path) -> None:
    """Who copies the files of a page gets a bot that passes its check."""
    tenant = main.tenant_of(build_folder(page, tmp_path))

    assert [str(problem) for problem in check_business(tenant.business)] == []
    assert findings(tenant.machine.dialogs) == []


@pytest.mark.parametrize("block", marked("transcript"), ids=named)
def test_a_conversation_of_the_docs_goes_as_it_is_written(block: Block, tmp_path: Path) -> None:
    """What the docs say that the bot answers, it answers."""
    tenant = main.tenant_of(build_folder(ROOT / block.page, tmp_path))
    path = tmp_path / "talk.yaml"
    path.write_text(block.text, "utf-8")
    transcript = read_transcript(path)

    with Talk(tenant, ROUTES, now=transcript.start, language=transcript.language, actors=ACTORS) as talk:
        run_transcript(transcript, talk)

        assert talk.heard


@pytest.mark.parametrize("block", marked("run"), ids=named)
def test_a_program_of_the_docs_runs(block: Block) -> None:
    """Python in the docs can be pasted and run; what it asserts holds."""
    assert "assert" in block.text, "an example shows what comes out"
    exec(compile(block.text, block.place, "exec"), {"__name__": "example"})  # noqa: S102  our own docs


@pytest.mark.parametrize("block", marked("frame"), ids=named)
def test_a_frame_of_the_docs_is_taken(block: Block) -> None:
    """What the docs tell a page to send, the channel reads; a line is one frame."""
    lines = block.text.splitlines()

    assert [msgspec.json.decode(line, type=Frame) for line in lines]


@pytest.mark.parametrize("block", marked("answer"), ids=named)
def test_an_answer_of_the_docs_is_json(block: Block) -> None:
    """What the docs show of the server can be read by a program; a line is one answer."""
    assert all(json.loads(line) for line in block.text.splitlines())


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A reader who follows a link inside the docs arrives."""
    inside = [link.split("#")[0] for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]

    assert [link for link in inside if link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_and_setting_exists(page: Path) -> None:
    """The docs name no `make` target, no command and no variable that the program lacks."""
    text = page.read_text("utf-8")
    targets = TARGET.findall((ROOT / "Makefile").read_text("utf-8"))
    settings = {PREFIX + name.upper() for name in Settings.model_fields} | TEST_SETTINGS

    assert set(re.findall(r"`make ([a-z]+)|^make ([a-z]+)", text, re.MULTILINE)) <= {
        pair for target in targets for pair in ((target, ""), ("", target))
    }
    assert set(re.findall(r"main\.py ([a-z]+)", text)) <= set(main.cli.commands)
    assert set(SETTING.findall(text)) <= settings


def test_the_reference_of_settings_is_complete() -> None:
    """Every variable that the program reads is described on the page of operations."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")

    assert [name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in page] == []
