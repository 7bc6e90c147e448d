"""Two releases side by side: what one cannot read is left to the other, and only when nobody can is it given up."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.conversation import Conversation, Frame, freeze, thaw, unknown_fields
from bot.events import Contact
from bot.ports.store import Query, Script, Store
from bot.runtime import engine as engines
from bot.runtime.peers import MISSED, Peers
from bot.store import open_store, processes
from bot.store.processes import Living
from bot.web import Site
from tests.conftest import Now
from tests.contracts.schema import ask, change
from tests.scale.fleet import SLUG, Fleet, answered, contact_of, lines, until


@pytest.fixture
def census(tmp_path: Path) -> Path:
    """The demo firm's folder of the next release: it has one form more."""
    folder = shutil.copytree("businesses/demo", tmp_path / "next" / "demo")
    forms = (folder / "forms.yaml").read_text("utf-8")
    (folder / "forms.yaml").write_text(f"{forms}\n{forms.replace('intake:', 'census:', 1)}", "utf-8")
    return folder


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process beside another release begins its steps without waiting; the tests let both know of each other."""
    monkeypatch.setattr(engines, "SETTLED", 0.0)


async def acquainted(*sites: Site) -> None:
    """Every process has seen all the others."""
    for site in (*sites, *sites):
        assert site.engine.peers is not None
        await site.engine.peers.beat()


async def in_the_middle_of(site: Site, dialog: str, **more: Any) -> Contact:
    """A visitor who is being asked for a name in a dialog."""
    contact = contact_of(site, "ann")
    frame = Frame(dialog, "ABCDEFGH", at="name", trail=["name"])
    state = msgspec.json.decode(freeze(Conversation(language="en", greeted=True, stack=[frame])))
    await change(
        site.store,
        "INSERT INTO actors (business, actor, state) VALUES (?, ?, ?)",
        SLUG, contact.actor, msgspec.json.encode(state | more).decode(),
    )  # fmt: skip
    return contact


@pytest.mark.req("F22")
@pytest.mark.usefixtures("at_once")
async def test_a_dialog_of_the_next_release_goes_on_where_it_is_known(fleet: Fleet, census: Path) -> None:
    """A visitor in a form that only the new process knows writes to the old one: the new one asks the next question."""
    old = await fleet.join()
    new = await fleet.join(business=census)
    await acquainted(old, new)
    contact = await in_the_middle_of(new, "census")
    await fleet.says(old, "ann", "Ann Smith")

    assert (await answered(old, contact))[-1].startswith("– ")
    assert "phone number" in (await lines(old, contact))[-1]
    assert await ask(old.store, "SELECT attempts FROM inbox") == [(0,)]


@pytest.mark.usefixtures("at_once")
async def test_a_dialog_that_nobody_knows_any_more_is_handed_to_people(fleet: Fleet, census: Path) -> None:
    """When the only process that knew the form has ended, the visitor is told, and people have the answers."""
    old, new = await fleet.join(), await fleet.join(business=census)
    await acquainted(old, new)
    contact = await in_the_middle_of(new, "census")
    await new.engine.stop()
    await acquainted(old)
    await fleet.says(old, "ann", "Ann Smith")

    assert "we have changed this form" in "\n".join(await answered(old, contact))


class Newer:
    """A process of a release that knows more than this code, as the others see it: a row and what it reads."""

    def __init__(self, store: Store, *reads: str) -> None:
        self._store, self._reads = store, msgspec.json.encode(reads).decode()
        self._row = Living("newer:1", "worker", "feedface", 0, 0)

    async def lives(self) -> None:
        self._row = self._row._replace(seen_at=self._row.seen_at + 1)
        await self._store.run(partial(processes.beat, self._row, self._reads))

    async def ends(self) -> None:
        await self._store.run(partial(processes.leave, self._row.id))


@pytest.fixture
async def newer(served: str) -> AsyncIterator[Newer]:
    """It reads events of a kind, a field and a dialog that this code has never heard of."""
    store = await open_store(served, Now())
    yield Newer(store, "event/hologram", "field/hologram")
    await store.close()


async def hologram(site: Site, contact: Contact) -> None:
    """The new release has put an event of a new kind into a visitor's inbox."""

    def script() -> Script[None]:
        yield Query("INSERT INTO actors (business, actor, seq, ready_at) VALUES (?, ?, 1, 0)", (SLUG, contact.actor))
        yield Query(
            "INSERT INTO inbox (business, actor, seq, dedupe_key, body, lane, accepted_at) VALUES (?, ?, 1, 'h', ?, 0, 0)",
            (SLUG, contact.actor, '{"type": "hologram", "light": "blue"}'),
        )

    await site.store.run(script)


@pytest.mark.req("F22")
@pytest.mark.usefixtures("at_once")
async def test_an_event_of_an_unknown_kind_waits_for_the_release_that_knows_it(fleet: Fleet, newer: Newer) -> None:
    """It is neither parked nor counted as failed, however often the old process meets it, and others are served."""
    await newer.lives()
    old = await fleet.join()
    contact = contact_of(old, "ann")
    await hologram(old, contact)
    await until(lambda: old.engine.stepper.figures.outcomes["demo", "left"] >= 3)
    bob = await fleet.says(old, "bob", "menu")

    assert len(await answered(old, bob)) == 2
    rows = await ask(old.store, "SELECT state, attempts, starts FROM inbox WHERE actor = ?", contact.actor)
    assert rows[0][:2] == ("waiting", 0)
    assert rows[0][2] <= 1


@pytest.mark.usefixtures("at_once")
async def test_an_event_that_nobody_can_read_fails_like_any_other(fleet: Fleet, newer: Newer) -> None:
    """After the new release was taken back, its events are tried, then parked: people see them, the visitor goes on."""
    await newer.lives()
    old = await fleet.join()
    contact = contact_of(old, "ann")
    await newer.ends()
    await acquainted(old)
    await hologram(old, contact)
    await until(lambda: old.engine.stepper.figures.outcomes["demo", "failed"] >= 1)
    rows = await ask(old.store, "SELECT state, attempts, error FROM inbox WHERE actor = ?", contact.actor)

    assert rows[0][1] >= 1
    assert "this release cannot read it" in rows[0][2]


@pytest.mark.usefixtures("at_once")
async def test_what_a_release_does_not_know_of_a_state_is_not_lost_on_it(fleet: Fleet, newer: Newer) -> None:
    """The old process takes no step that would drop a field of the new release; alone, it goes on without it."""
    await newer.lives()
    old = await fleet.join()
    contact = await in_the_middle_of(old, "intake", hologram="blue")
    await fleet.says(old, "ann", "Ann Smith")
    await until(lambda: old.engine.stepper.figures.outcomes["demo", "left"] >= 2)
    kept = await ask(old.store, "SELECT state FROM actors WHERE actor = ?", contact.actor)
    await newer.ends()
    await acquainted(old)

    assert unknown_fields(kept[0][0]) == ["hologram"]
    assert "phone number" in (await answered(old, contact))[-1]


async def test_a_new_release_begins_when_the_old_one_knows_of_it(
    fleet: Fleet, census: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first steps of a new release are taken only after every old process has had time to see that it is there."""
    monkeypatch.setattr(engines, "SETTLED", 3600.0)
    old, new = await fleet.join(), await fleet.join(business=census)
    contact = await fleet.says(new, "ann", "menu")

    assert new.engine.stepper.offer(1) is None
    assert len(await answered(new, contact)) == 2
    await until(lambda: old.engine.stepper.figures.outcomes["demo", "done"] == 1)


@pytest.mark.req("F22")
async def test_a_process_that_dies_is_missed_before_its_leases_run_out(fleet: Fleet) -> None:
    """Its conversations are free as soon as it has given no sign for a while, by the clock of who misses it."""
    site = await fleet.join(started=False)
    dead = Living("dead:1", "all", "x", 0, 7)
    await site.store.run(partial(processes.beat, dead, "[]"))
    await change(
        site.store, "INSERT INTO actors (business, actor, ready_at, lease_owner, lease_until) VALUES (?, ?, 1, ?, ?)",
        SLUG, "webchat/site/ann", dead.id, 2**62,
    )  # fmt: skip
    now = 0.0
    peers = Peers(site.store, site.clock, worker="alive:1", role="all", tenants=site.engine.tenants,
                  kinds={SLUG: frozenset()}, actors=(), now=lambda: now)  # fmt: skip
    await peers.beat()
    for now in (4.0, 8.0, MISSED - 0.1):  # noqa: B007  the clock that the peers read
        await peers.beat()
    before = [each.id for each in peers.living]
    now = MISSED + 0.1
    await peers.beat()

    assert before == ["alive:1", "dead:1"]
    assert [each.id for each in peers.living] == ["alive:1"]
    assert await ask(site.store, "SELECT lease_until FROM actors") == [(0,)]


async def test_nobody_is_missed_because_the_database_was_away(fleet: Fleet) -> None:
    """While the database is away nobody can give signs; who looks first after it does not take the others for dead."""
    site = await fleet.join(started=False)
    await site.store.run(partial(processes.beat, Living("other:1", "all", "x", 0, 7), "[]"))
    now = 0.0
    peers = Peers(site.store, site.clock, worker="alive:1", role="all", tenants=site.engine.tenants,
                  kinds={SLUG: frozenset()}, actors=(), now=lambda: now)  # fmt: skip
    await peers.beat()
    now = 10 * MISSED
    await peers.beat()

    assert [each.id for each in peers.living] == ["alive:1", "other:1"]


async def test_a_slow_process_that_was_missed_is_alive_again(fleet: Fleet) -> None:
    """Who only stood still for a while gives its next sign, and nobody is the worse for it."""
    site = await fleet.join(started=False)
    now = 0.0
    ends = [
        Peers(site.store, site.clock, worker=name, role="all", tenants=site.engine.tenants, kinds={SLUG: frozenset()},
              actors=(), now=lambda: now)
        for name in ("one:1", "two:1")
    ]  # fmt: skip
    await ends[0].beat()
    for now in (0.0, 4.0, 8.0, 12.0):  # noqa: B007  the clock that the peers read
        await ends[1].beat()
    missed = [each.id for each in ends[1].living]
    await ends[0].beat()
    await ends[1].beat()

    assert missed == ["two:1"]
    assert [each.id for each in ends[1].living] == ["one:1", "two:1"]


@pytest.mark.usefixtures("at_once")
async def test_a_folder_that_was_read_anew_in_one_process_is_read_in_all(fleet: Fleet, census: Path) -> None:
    """An editor's change goes live everywhere, whichever process has carried the order out."""
    one, two = await fleet.join(business=census), await fleet.join(business=census)
    await acquainted(one, two)
    forms = (census / "forms.yaml").read_text("utf-8")
    (census / "forms.yaml").write_text(forms.replace("census:", "survey:", 1), "utf-8")
    house: Any = one.engine.providers[SLUG, "house"]
    await house.push("house", b'{"type": "reload"}')
    await house.idle()
    await acquainted(two)
    await until(lambda: "survey" in two.engine.tenants[SLUG].machine.dialogs)

    assert "survey" in one.engine.tenants[SLUG].machine.dialogs


def test_a_state_with_unknown_fields_is_read_without_them() -> None:
    """What stands besides in a conversation or a dialog of it does no harm; the rest is as it was stored."""
    known = Conversation(language="en", stack=[Frame("booking", "A", answers={"name": msgspec.Raw(b'"Ann"')})])
    stored = msgspec.json.decode(freeze(known))
    stored["colour"], stored["stack"][0]["mood"] = "red", 1
    state = msgspec.json.encode(stored).decode()

    assert unknown_fields(state) == ["colour", "mood"]
    assert freeze(thaw(state)) == freeze(known)
    assert unknown_fields(freeze(known)) == []


def test_a_state_that_is_no_state_is_refused() -> None:
    """A value of another type is not read as something else."""
    with pytest.raises(msgspec.ValidationError):
        thaw('{"language": 7}')


async def test_two_processes_agree_on_the_house_s_name(served: str) -> None:
    """Processes that start at once on an empty database share one channel."""
    store = await open_store(served, Now())
    names = await asyncio.gather(*(store.run(partial(processes.house_name, fresh)) for fresh in "abc"))
    await store.close()

    assert len(set(names)) == 1
