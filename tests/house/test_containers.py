"""The image and the composition are what operations promises: not root, told to stop politely, healthy or not."""

import json
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from bot.settings import Settings
from bot.web.routes import ROUTES

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


@pytest.fixture
def bots(composition: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The services that run the program, by name."""
    return {name: each for name, each in composition["services"].items() if each["image"] == "dragoman"}


@pytest.fixture
def proxy() -> str:
    """The configuration of the proxy before them, without its comments."""
    lines = (ROOT / "deploy" / "Caddyfile").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if not line.strip().startswith("#"))


def test_the_bots_wait_for_a_healthy_database(composition: dict[str, Any], bots: dict[str, dict[str, Any]]) -> None:
    """Each bot begins when PostgreSQL answers, and talks to that one."""
    database = composition["services"]["postgres"]

    assert "pg_isready" in database["healthcheck"]["test"]
    for bot in bots.values():
        scheme, _, rest = bot["environment"]["DRAGOMAN_DATABASE_URL"].partition("://")
        assert bot["depends_on"]["postgres"]["condition"] == "service_healthy"
        assert rest.endswith("@postgres:5432/" + database["environment"]["POSTGRES_DB"])
        assert scheme == "postgresql"
        assert rest.startswith(database["environment"]["POSTGRES_USER"] + ":")


def test_one_bot_may_go_while_the_other_serves(composition: dict[str, Any], bots: dict[str, dict[str, Any]]) -> None:
    """There are two of them, alike, and they wake each other over a server that may be gone."""
    assert len(bots) >= 2
    assert len({str(bot) for bot in bots.values()}) == 1
    for bot in bots.values():
        assert urlsplit(bot["environment"]["DRAGOMAN_REDIS_URL"]).hostname in composition["services"]
        assert "valkey" not in bot["depends_on"]


def test_every_setting_of_the_composition_is_one_of_ours(bots: dict[str, dict[str, Any]]) -> None:
    """A misspelt variable would be passed over in silence, so it is found here."""
    ours = {f"DRAGOMAN_{name.upper()}" for name in Settings.model_fields}

    assert all(set(bot["environment"]) <= ours for bot in bots.values())


def test_no_secret_stands_in_the_composition(composition: dict[str, Any]) -> None:
    """Passwords come from the environment, and the start stops when they are missing."""
    for service in composition["services"].values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or ("URL" in name and "@" in value):
                assert "${POSTGRES_PASSWORD:?" in value


def test_what_must_survive_lies_on_volumes(composition: dict[str, Any], bots: dict[str, dict[str, Any]]) -> None:
    """Data and pictures outlive the containers; the business folder is only read."""
    for bot in bots.values():
        assert "media:/app/var" in bot["volumes"]
        assert "./businesses:/app/businesses:ro" in bot["volumes"]
    assert any(each.startswith("database:") for each in composition["services"]["postgres"]["volumes"])


def test_only_the_proxy_is_reached_from_outside(composition: dict[str, Any]) -> None:
    """Databases and bots have no port on the machine; what comes in comes through the proxy."""
    assert [name for name, each in composition["services"].items() if each.get("ports")] == ["proxy"]


def test_the_proxy_s_word_is_taken_and_nobody_else_s(
    composition: dict[str, Any], bots: dict[str, dict[str, Any]]
) -> None:
    """A client's address is what the proxy of this network says, which throws away what the client says itself."""
    (network,) = [each["subnet"] for each in composition["networks"]["inside"]["ipam"]["config"]]

    assert all(bot["environment"]["DRAGOMAN_TRUSTED_PROXIES"] == network for bot in bots.values())
    assert all("inside" in each["networks"] for each in composition["services"].values())


def test_the_proxy_knows_every_bot_and_how_it_is(
    proxy: str, bots: dict[str, dict[str, Any]], image: dict[str, str]
) -> None:
    """Nobody is sent to a bot that stops, and each is known under its name and port."""
    (upstreams,) = re.findall(r"reverse_proxy (.+) \{", proxy)

    assert upstreams.split() == [f"{name}:{image['EXPOSE']}" for name in bots]
    assert "health_uri /ready" in proxy
    assert "/ready" in {route.path for route in ROUTES}


def test_the_proxy_has_limits(proxy: str) -> None:
    """Slow senders are let go, a webhook may bring four mebibytes, and the client's address is the peer's."""
    for line in ("read_header 10s", "read_body 15s", "max_size 4MiB", "header_up X-Forwarded-For {remote_host}",
                 "@webhooks path /webhooks/*"):  # fmt: skip
        assert line in proxy
    assert proxy.count("{") == proxy.count("}")
