"""The image and the composition are what operations promises: not root, told to stop politely, healthy or not."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def instructions(stage: int) -> list[tuple[str, str]]:
    """The Dockerfile's instructions of one stage: name and argument, lines joined, comments gone."""
    lines = [line for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    stages: list[list[tuple[str, str]]] = []
    for line in filter(str.strip, joined.splitlines()):
        name, rest = line.split(None, 1)
        if name == "FROM":
            stages.append([])
        stages[-1].append((name, rest))
    return stages[stage]


@pytest.fixture
def image() -> dict[str, str]:
    """What the last stage ends with, by instruction."""
    return dict(instructions(-1))


@pytest.fixture
def composition() -> dict[str, Any]:
    """compose.yaml."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return found


def test_the_program_is_not_root(image: dict[str, str]) -> None:
    """A fault in the bot is no fault of the machine: it runs as a numbered user of its own."""
    assert int(image["USER"]) > 0


def test_the_program_hears_the_signal_to_stop(image: dict[str, str]) -> None:
    """The command is process 1 itself, with no shell before it that would swallow SIGTERM."""
    assert json.loads(image["CMD"]) == ["python", "main.py", "run"]
    assert "ENTRYPOINT" not in image


def test_the_image_knows_whether_it_is_healthy(image: dict[str, str]) -> None:
    """A container that does not answer on /health is marked, on the port that it really listens on."""
    command = json.loads(image["HEALTHCHECK"].split("CMD", 1)[1])

    assert command[0] == "python"
    assert "/health" in command[2]
    compile(command[2], "HEALTHCHECK", "exec")


def test_the_image_listens_where_it_says(image: dict[str, str]) -> None:
    """The exposed port is the one that the program is told to listen on, by settings that it has."""
    told = dict(pair.split("=", 1) for pair in shlex.split(image["ENV"]))

    assert told["DRAGOMAN_HTTP_PORT"] == image["EXPOSE"]
    assert told["DRAGOMAN_HTTP_HOST"] == "0.0.0.0"  # noqa: S104  a container is reached through its own address
    assert image["VOLUME"] == "/app/var"


def test_everything_that_is_copied_is_there() -> None:
    """No path that the build copies is missing or kept out by .dockerignore."""
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = [rest.split() for stage in (0, 1) for name, rest in instructions(stage) if name == "COPY"]
    sources = [path for words in copied if not words[0].startswith("--from") for path in words[:-1]]

    assert [path for path in sources if not (ROOT / path).exists()] == []
    assert [path for path in sources if path.split("/")[0] not in kept] == []


def test_the_image_installs_only_what_is_pinned() -> None:
    """Every package in the image comes with its hash."""
    installs = [
        part for name, rest in instructions(0) if name == "RUN" for part in rest.split("&&") if "install" in part
    ]

    assert installs
    assert all("--require-hashes" in part for part in installs)


def test_the_bot_waits_for_a_healthy_database(composition: dict[str, Any]) -> None:
    """The bot begins when PostgreSQL answers, and talks to that one."""
    bot, database = composition["services"]["dragoman"], composition["services"]["postgres"]
    scheme, _, rest = bot["environment"]["DRAGOMAN_DATABASE_URL"].partition("://")

    assert bot["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert "pg_isready" in database["healthcheck"]["test"]
    assert rest.endswith("@postgres:5432/" + database["environment"]["POSTGRES_DB"])
    assert scheme == "postgresql"
    assert rest.startswith(database["environment"]["POSTGRES_USER"] + ":")


def test_every_setting_of_the_composition_is_one_of_ours(composition: dict[str, Any]) -> None:
    """A misspelt variable would be passed over in silence, so it is found here."""
    ours = {f"DRAGOMAN_{name.upper()}" for name in Settings.model_fields}

    assert set(composition["services"]["dragoman"]["environment"]) <= ours


def test_no_secret_stands_in_the_composition(composition: dict[str, Any]) -> None:
    """Passwords come from the environment, and the start stops when they are missing."""
    for service in composition["services"].values():
        for name, value in service["environment"].items():
            if "PASSWORD" in name or ("URL" in name and "@" in value):
                assert "${POSTGRES_PASSWORD:?" in value


def test_what_must_survive_lies_on_volumes(composition: dict[str, Any]) -> None:
    """Data and pictures outlive the containers; the business folder is only read."""
    bot, database = composition["services"]["dragoman"], composition["services"]["postgres"]

    assert "media:/app/var" in bot["volumes"]
    assert "./businesses:/app/businesses:ro" in bot["volumes"]
    assert any(each.startswith("database:") for each in database["volumes"])
    assert all(port.startswith("127.0.0.1:") for port in bot["ports"])
