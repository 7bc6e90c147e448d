"""A start that cannot be: one clear message that says what to do, exit code 1, no traceback."""

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.page import Page
from tests.crash.program import ROOT, Program, words_of_a_start

pytestmark = pytest.mark.whole


@pytest.mark.req("F27")
async def test_a_second_program_on_one_database_file_is_refused(program: Program, page: Callable[[str], Page]) -> None:
    """Whoever starts the bot twice by mistake is told so, and the first goes on working."""
    code, words = await words_of_a_start(Program(program.folder, program.database_url))

    assert code == 1
    assert words == (
        f"Error: another process runs on {program.folder / 'dragoman.db'}; stop it first,"
        " or set DRAGOMAN_DATABASE_URL\n"
    )
    visitor = page("by socket")
    await visitor.open()
    await visitor.answer_to(visitor.say("menu"), lambda text: "Nur Dental" in text)


async def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """When another program listens on the port, the line names the address and the setting."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, words = await words_of_a_start(Program(tmp_path, port=port))

    assert code == 1
    assert words.startswith(f"Error: 127.0.0.1:{port} cannot be listened on")
    assert words.endswith("set DRAGOMAN_HTTP_PORT to another port\n")


async def test_all_wrong_settings_are_listed_at_once(tmp_path: Path) -> None:
    """Nobody has to start the bot four times to hear of four wrong settings."""
    wrong = {
        "DRAGOMAN_BUSINESS": str(tmp_path / "nowhere"),
        "DRAGOMAN_DATABASE_URL": "mysql://x",
        "DRAGOMAN_HTTP_PORT": "99999",
        "DRAGOMAN_LOG_LEVEL": "loud",
    }
    code, words = await words_of_a_start(Program(tmp_path, settings=wrong))

    assert code == 1
    assert [name for name in wrong if name not in words] == []
    assert "Traceback" not in words


async def test_a_broken_business_folder_is_explained_line_by_line(tmp_path: Path) -> None:
    """The firm's editor reads every mistake with its file and line."""
    folder = tmp_path / "business"
    shutil.copytree(ROOT / "businesses" / "demo", folder)
    text = (folder / "business.yaml").read_text("utf-8")
    broken = text.replace("duration: 30 min", "duration: soon", 1).replace(
        "zone: Asia/Yerevan", "zone: Asia/Nowhere", 1
    )
    (folder / "business.yaml").write_text(broken, "utf-8")
    code, words = await words_of_a_start(Program(tmp_path / "program", settings={"DRAGOMAN_BUSINESS": str(folder)}))

    assert code == 1
    for wrong in ("duration: soon", "zone: Asia/Nowhere"):
        line = next(n for n, each in enumerate(broken.splitlines(), start=1) if wrong in each)
        assert f"business.yaml:{line}" in words
    assert "Traceback" not in words


async def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """When the file cannot be made, the line says which file and why."""
    (tmp_path / "file").write_text("")
    code, words = await words_of_a_start(Program(tmp_path / "program", f"sqlite:///{tmp_path}/file/dragoman.db"))

    assert code == 1
    assert f"{tmp_path}/file" in words
    assert "Traceback" not in words


async def test_a_postgres_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    """When no server answers at the address, the line says so."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    code, words = await words_of_a_start(Program(tmp_path, f"postgresql://nobody@127.0.0.1:{port}/nothing"))

    assert code == 1
    assert words.startswith("Error: PostgreSQL cannot be reached: ")
    assert "Traceback" not in words
