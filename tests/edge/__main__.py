"""`python -m tests.edge`: how long crafted bodies keep the house busy; two thousand of them over every route with JSON.

House and sender share one process, so a figure holds both.
"""

import argparse
import asyncio
import logging
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

import click
import structlog
from aiohttp.test_utils import TestClient, TestServer

import main
from bot.settings import Settings
from bot.store import open_store
from bot.web import Site, build_app
from bot.web.webhooks import Hook
from tests.conftest import Now
from tests.edge.bodies import crafted
from tests.edge.targets import Target, targets
from tests.web.test_webhooks import delivered

MOST_MS = 50


async def built(folder: Path) -> Site:
    """The demo clinic, with an account that is delivered to."""
    url = f"sqlite:///{folder / 'x.db'}"
    settings = Settings(business=Path("businesses/demo"), media=folder, database_url=url)
    site = await main.build_site(settings, await open_store(url, Now()))
    hook = Hook("demo", delivered("demo"))
    return replace(site, hooks={("telegram", "main"): hook})


class Took(NamedTuple):
    """What one body took: milliseconds of processor and of time, and what came of it."""

    cpu: float
    wall: float
    status: int
    size: int


async def throw(client: "TestClient[Any, Any]", target: Target, bodies: int, seed: int) -> list[Took]:
    """Send so many, one after another."""
    found = []
    for body in islice(crafted(seed, target.plain), bodies):
        stream = BytesIO(body)
        cpu, wall = time.process_time(), time.perf_counter()
        async with client.post(target.path, data=stream, headers=target.headers) as answer:
            await answer.read()
        spent = (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000
        found.append(Took(*spent, answer.status, len(body)))
    return found


def tell(name: str, found: list[Took]) -> None:
    """One line."""
    cpu, wall = [each.cpu for each in found], [each.wall for each in found]
    worst = max(found)
    click.echo(
        f"{name[:40]:<40} {len(found):4}  processor p50 {median(cpu):5.1f} p99 {quantiles(cpu, n=100)[98]:6.1f}"
        f" most {worst.cpu:6.1f} ms ({worst.status}, {worst.size} bytes); time p50 {median(wall):5.1f} most {max(wall):6.1f} ms"
    )


async def run(bodies: int, seed: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        site = await built(Path(folder))
        await site.engine.start()
        async with TestClient(TestServer(build_app(site))) as client:
            known = await targets(client, site)
            by_path: dict[str, list[Took]] = defaultdict(list)
            for target in known:
                by_path[target.path] += await throw(client, target, -(-bodies // len(known)), seed)
        await site.engine.stop()
        await site.store.close()
    everything = [each for found in by_path.values() for each in found]
    for path, found in by_path.items():
        tell(path, found)
    tell("all", everything)
    over = sum(each.cpu > MOST_MS for each in everything)
    statuses = sorted(Counter(each.status for each in everything).items())
    click.echo(f"over {MOST_MS} ms of processor: {over}; answers {dict(statuses)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(run(wanted.bodies, wanted.seed))
