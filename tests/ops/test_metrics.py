"""The figures: what happened is counted, they are shown to who may see them, and every name is told in three places."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics.catalogue import CATALOGUE, PROCESS
from bot.metrics.depth import depth
from bot.metrics.figures import Histogram
from bot.metrics.gather import Sample
from bot.metrics.page import families
from bot.ports.clock import micros
from bot.ports.store import Query, Store
from bot.settings import Settings
from bot.web import Site
from bot.web.watch import watched
from tests.contracts.schema import ask, change
from tests.ops.conftest import Counted
from tests.runtime.house import House
from tests.web.visitor import Visitor

Browser = TestClient[Any, Any]

TOKEN = "0123456789abcdef-metrics"
PROOF = {"Authorization": f"Bearer {TOKEN}"}
DASHBOARD = Path("deploy/grafana/dragoman.json")
ALERTS = Path("deploy/prometheus/alerts.yaml")
PAGE = Path("docs/operations/watching.md")
NAME = re.compile(r"\b(?:dragoman|process)_[a-z_]+\b")
PARTS = re.compile(r"_(?:bucket|count|sum)$")


async def scrape(client: Browser) -> dict[tuple[str, frozenset[str]], float]:
    """Every sample by its name and the values of its labels."""
    answer = await client.get("/metrics", headers=PROOF)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = text_string_to_metric_families(await answer.text())
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in found for sample in family.samples
    }  # fmt: skip


def value(found: dict[tuple[str, frozenset[str]], float], name: str, *labels: str) -> float:
    return found[name, frozenset(labels)]


@pytest.mark.req("F28")
async def test_what_happens_is_counted(client: Browser, site: Site) -> None:
    """A conversation in the web chat shows as events, steps, commits and messages of its channel and business."""
    site.watch.token = TOKEN
    await site.engine.start()
    visitor = await Visitor(client).arrives()
    await visitor.writes("hello", "f1")
    await visitor.writes("hello", "f1")
    line = await visitor.connects()
    await line.messages(2)
    found = await scrape(client)

    assert value(found, "dragoman_accepted_total") == 2
    assert value(found, "dragoman_repeats_total") == 1
    assert value(found, "dragoman_steps_total", "demo", "done") >= 1
    assert value(found, "dragoman_sends_total", "webchat", "shown") >= 1
    assert value(found, "dragoman_step_seconds_count") >= 1
    assert value(found, "dragoman_commit_scripts_count") >= 3
    assert value(found, "dragoman_connections") == 1
    assert value(found, "dragoman_database_up") == 1
    assert value(found, "process_resident_memory_bytes") > 10_000_000


async def test_the_figures_are_not_for_everybody(client: Browser, site: Site) -> None:
    """Without a token in the settings the page does not exist; with one it is for who shows it."""
    hidden = await client.get("/metrics", headers=PROOF)
    site.watch.token = TOKEN
    stranger = await client.get("/metrics")
    wrong = await client.get("/metrics", headers={"Authorization": "Bearer \u00e9"})

    assert (hidden.status, stranger.status, wrong.status) == (404, 401, 401)
    assert "dragoman_" not in await stranger.text()


async def test_a_port_of_its_own_needs_no_token(app: web.Application, unused_tcp_port: int, tmp_path: Path) -> None:
    """Whom the firewall lets at that port reads the figures, and nothing else of the house."""
    settings = Settings(metrics_port=unused_tcp_port)
    async with TestClient(TestServer(app)) as client, watched(settings, app):
        place = f"http://127.0.0.1:{unused_tcp_port}"
        async with client.session.get(f"{place}/metrics") as shown, client.session.get(f"{place}/chat/demo") as other:
            assert ("dragoman_info" in await shown.text(), other.status) == (True, 404)


async def test_what_waits_and_what_was_given_up_is_seen(store: Store) -> None:
    """Depth and age of both queues by lane, rows by business, and parked events, as the database has them."""
    house = House(store)
    await house.hears("one", "ann")
    await house.hears("two", "ann")
    await house.hears("three", "bea")
    await change(store, "UPDATE inbox SET state = 'parked' WHERE actor LIKE '%bea'")
    now = micros(house.clock.now()) + 5_000_000
    seen = await store.read(lambda: depth([house.slug, "other"], now))

    assert seen.due["inbox", "live"] == (2, 5.0)
    assert seen.due["outbox", "live"] == (0, 0.0)
    assert seen.rows == {
        ("inbox", house.slug): 2,
        ("inbox", "other"): 0,
        ("outbox", house.slug): 0,
        ("outbox", "other"): 0,
    }
    assert seen.parked == {house.slug: 1, "other": 0}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_scrape_reads_indexes_only(store: Store) -> None:
    """However many conversations and messages are kept, a scrape passes through none of their rows that do not wait."""
    script = depth(["a", "b"], 1)
    queries: list[Query] = [next(script), *(script.send([]) for _ in range(4))]
    plans = {row[3] for query in queries for row in await ask(store, f"EXPLAIN QUERY PLAN {query.sql}", *query.params)}

    looks = {plan for plan in plans if re.search(r"\b(actors|lines|inbox|outbox|r)\b", plan.replace("subquery", ""))}
    assert len(looks) >= 4
    assert {plan for plan in looks if "USING" not in plan and "USE TEMP" not in plan} == set()


async def test_without_the_database_the_others_are_still_shown(client: Browser, site: Site, outage: Counted) -> None:
    """The scrape says that the database is away, and goes on to say what the process knows."""
    site.watch.token = TOKEN
    outage.reads = -1
    found = await scrape(client)
    outage.reads = 0

    assert value(found, "dragoman_database_up") == 0
    assert value(found, "dragoman_accepted_total") == 0
    assert not any(name == "dragoman_parked" for name, _ in found)


async def test_the_database_is_asked_at_most_every_few_seconds(client: Browser, site: Site, outage: Counted) -> None:
    """However many scrape, one look serves them all."""
    site.watch.token = TOKEN
    await scrape(client)
    before = outage.reads_made
    await scrape(client)

    assert outage.reads_made == before


def test_a_value_counts_in_the_first_bucket_that_holds_it() -> None:
    """A bound belongs to its bucket; what is above all bounds is in the last."""
    histogram = Histogram((1.0, 2.0))
    for each in (0.5, 1.0, 1.5, 99.0):
        histogram.observe(each)

    assert histogram.buckets == [("1.0", 2.0), ("2.0", 3.0), ("+Inf", 4.0)]
    assert histogram.total == 102.0


def test_a_metric_that_nobody_has_told_of_is_refused() -> None:
    """A new name is put into the catalogue, or it is not shown."""
    with pytest.raises(KeyError, match="dragoman_secretly"):
        list(families([Sample("dragoman_secretly", 1)]))


async def shown_names(client: Browser) -> set[str]:
    text = await (await client.get("/metrics", headers=PROOF)).text()
    return set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))


def told_names() -> tuple[set[str], dict[str, tuple[str, ...]]]:
    rows = re.findall(r"^\| `([a-z_]+)` \| ?([^|]*)\|", PAGE.read_text("utf-8"), re.MULTILINE)
    return {name for name, _ in rows}, {name: tuple(re.findall(r"`([a-z]+)`", labels)) for name, labels in rows}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_metric_is_told_in_the_docs_and_none_is_invented(client: Browser, site: Site) -> None:
    """What is scraped, what the page of the docs lists, and what dashboard and alerts ask for are one set of names."""
    site.watch.token = TOKEN
    shown = await shown_names(client)
    told, labels = told_names()

    assert shown == {metric.name for metric in CATALOGUE} | set(PROCESS)
    assert told == shown
    for metric in CATALOGUE:
        assert labels[metric.name] == metric.labels


@pytest.mark.parametrize("file", [DASHBOARD, ALERTS], ids=lambda each: each.name)
def test_dashboard_and_alerts_ask_for_what_there_is(file: Path) -> None:
    """A panel or an alert over a name that nobody counts would be quiet for ever."""
    known = {metric.name for metric in CATALOGUE} | set(PROCESS)
    asked = {PARTS.sub("", name) for name in NAME.findall(" ".join(expressions(file)))}

    assert len(asked) >= 7
    assert asked - known == set()


def expressions(file: Path) -> list[str]:
    if file.suffix == ".json":
        board = json.loads(file.read_text("utf-8"))
        return [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    rules = yaml.safe_load(file.read_text("utf-8"))
    return [rule["expr"] for group in rules["groups"] for rule in group["rules"]]


def test_the_dashboard_can_be_imported() -> None:
    """Its panels have ids of their own, stand in the grid without lying over each other, and name their data source."""
    board = json.loads(DASHBOARD.read_text("utf-8"))
    panels = board["panels"]
    cells = [
        (x, y)
        for each in panels
        for x in range(each["gridPos"]["x"], each["gridPos"]["x"] + each["gridPos"]["w"])
        for y in range(each["gridPos"]["y"], each["gridPos"]["y"] + each["gridPos"]["h"])
    ]

    assert len({each["id"] for each in panels}) == len(panels)
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24
    assert {each["datasource"]["uid"] for each in panels if "targets" in each} == {"${source}"}
    assert board["templating"]["list"][0]["name"] == "source"


def test_every_alert_says_what_to_do() -> None:
    """Who is woken by it reads what it means, and where to look."""
    rules = [rule for group in yaml.safe_load(ALERTS.read_text("utf-8"))["groups"] for rule in group["rules"]]

    assert {"QueueLag", "Parked", "BreakerOpen", "DatabaseRefuses", "NoPoller"} <= {rule["alert"] for rule in rules}
    for rule in rules:
        assert rule["annotations"]["summary"], rule["alert"]
        assert rule["annotations"]["mend"], rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
