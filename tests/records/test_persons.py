"""One person in many conversations: proofs, links, and what goes along with them; on both databases."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import pytest

from bot.business import Business
from bot.ports.clock import micros
from bot.ports.step import Scope
from bot.ports.store import Conflict
from bot.records import Cases, CustomerPatch, current_customer, load_customer, save_customer
from bot.records.customers import find_customer, joined
from bot.records.links import Link, Unlink, held_apart, linked
from bot.records.proofs import Prove, whose
from tests.records.steps import ANN, BEA, Steps
from tests.records.visitor import Visitor

PHONE, OTHER = "+37491000001", "+37491000002"
CLO = "webchat/site/clo"
T = TypeVar("T")


class People:
    """Conversations that prove phones, each in steps of its own, as `handlers.elsewhere` has them do it."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def run(self, handler: Callable[[Scope], Awaitable[T]], actor: str) -> T:
        """One step; those of one conversation come one after another."""
        async with self.turns[actor]:
            return await self.steps.run(handler, actor)

    async def knows(self, actor: str, known: CustomerPatch) -> None:
        async def handler(scope: Scope) -> None:
            save_customer(scope, await current_customer(scope), known)

        await self.steps.run(handler, actor)

    async def proves(self, actor: str, phone: str) -> None:
        async def handler(scope: Scope) -> Sequence[str]:
            owner = await scope.read("whose", lambda: whose("shears", phone))
            mine = await current_customer(scope)
            if not owner:
                known = save_customer(scope, mine, CustomerPatch(phone=phone, guessed=True))
                scope.write(Prove("shears", phone, known.id, actor, micros(scope.now)))
            elif owner != mine.id and not await scope.read(
                "apart", lambda: held_apart("shears", actor, mine.id, owner)
            ):
                return await self._joins(scope, owner, phone)
            return ()

        await self._follow(await self.run(handler, actor), actor)

    async def joins(self, actor: str, beside: str) -> None:
        async def handler(scope: Scope) -> Sequence[str]:
            owner = (await scope.read("beside", lambda: load_customer("shears", beside))).id
            mine = await current_customer(scope)
            return await self._joins(scope, owner, "") if owner != mine.id else ()

        await self._follow(await self.run(handler, actor), actor)

    async def _joins(self, scope: Scope, owner: str, phone: str) -> Sequence[str]:
        mine = await current_customer(scope)
        stays = await scope.read("stays", lambda: find_customer("shears", owner))
        theirs = await scope.read("others", lambda: linked("shears", mine.id))
        others = tuple(each for each in theirs if each != scope.actor)
        assert stays is not None
        means = "phone" if phone else "with"
        scope.write(
            Link("shears", scope.actor, mine.id, others, mine.version > 0, owner, means, micros(scope.now), phone)
        )
        for patch in joined(stays, mine):
            stays = save_customer(scope, stays, patch)
        return others

    async def _follow(self, others: Sequence[str], beside: str) -> None:
        for each in others:
            await self.joins(each, beside)

    async def parts(self, actor: str, by: str = "m1") -> None:
        async def handler(scope: Scope) -> None:
            mine = await current_customer(scope)
            scope.write(Unlink("shears", actor, mine.id, by, micros(scope.now)))

        await self.steps.run(handler, actor)

    async def opens(self, actor: str, kind: str = "handoff") -> str:
        return await self.steps.run(lambda scope: Cases(scope).open(kind, title="Ann: help"), actor)

    async def who(self, actor: str) -> str:
        return (await self.steps.store.read(lambda: load_customer("shears", actor))).id


@pytest.fixture
def people(steps: Steps) -> People:
    return People(steps)


async def test_two_conversations_that_prove_one_phone_are_one_person(people: People, steps: Steps) -> None:
    """What is known of both is merged: who stays keeps their answers, the rest is filled."""
    await people.knows(ANN, CustomerPatch(name="Ann"))
    await people.knows(BEA, CustomerPatch(name="Annie", email="ann@example.am"))
    await people.proves(ANN, PHONE)
    await people.proves(BEA, PHONE)
    known = await steps.store.read(lambda: load_customer("shears", BEA))

    assert await people.who(ANN) == known.id
    assert (known.name, known.email, known.phone) == ("Ann", "ann@example.am", PHONE)


@pytest.mark.parametrize("seed", range(6))
async def test_two_who_prove_one_phone_at_the_same_moment_end_as_one_person(
    people: People, steps: Steps, seed: int
) -> None:
    """The commit decides who was first; a case or visit of either is the one person's afterwards."""
    actors = [f"webchat/site/{n}" for n in range(6)]
    draw = random.Random(seed)
    cases = [await people.opens(actor) for actor in actors[: draw.randrange(1, 6)]]
    proofs = [(actor, phone) for actor in actors for phone in (PHONE, OTHER)]
    draw.shuffle(proofs)
    await asyncio.gather(*(people.proves(*proof) for proof in proofs))
    rows = await Visitor(steps, None).rows("SELECT id, customer FROM cases")  # type: ignore[arg-type]

    assert len({await people.who(actor) for actor in actors}) == 1
    assert {str(case): str(owner) for case, owner in rows} == dict.fromkeys(cases, await people.who(actors[0]))


async def test_a_visit_of_somebody_who_was_nobody_yet_goes_along(
    people: People, steps: Steps, shears: Business
) -> None:
    """Who books before anything is known of them has the visit on both channels after the link."""
    bea, ann = Visitor(steps, shears, BEA), Visitor(steps, shears, ANN)
    slot, *_ = await bea.free()
    await bea.books(slot)
    await people.proves(ANN, PHONE)
    await people.proves(BEA, PHONE)

    assert [visit.slot for visit in await ann.upcoming()] == [slot] == [visit.slot for visit in await bea.upcoming()]


async def test_an_undone_link_gives_back_what_each_one_did(people: People, steps: Steps, shears: Business) -> None:
    """Prove, unlink: each conversation has its own visits and cases again, and nothing is deleted."""
    ann, bea = Visitor(steps, shears, ANN), Visitor(steps, shears, BEA)
    first, *_ = await ann.free()
    await ann.books(first)
    second, *_ = await ann.free()
    await people.opens(BEA)
    before = await people.who(BEA)
    await people.proves(ANN, PHONE)
    await people.proves(BEA, PHONE)
    await bea.books(second)
    await people.parts(BEA)

    assert [visit.slot for visit in await ann.upcoming()] == [first]
    assert [visit.slot for visit in await bea.upcoming()] == [second]
    assert await people.who(BEA) == before
    assert await ann.rows("SELECT customer FROM cases") == [(before,)]
    assert await ann.rows("SELECT COUNT(*) FROM contacts WHERE unlinked_at IS NOT NULL") == [(2,)]


async def test_what_the_staff_have_parted_no_phone_joins_again(people: People, steps: Steps) -> None:
    """Prove, unlink, prove again: the phone is the one's who proves it, and neither becomes the other."""
    await people.proves(ANN, PHONE)
    await people.proves(BEA, PHONE)
    await people.parts(BEA)
    await people.proves(BEA, PHONE)
    await people.proves(ANN, PHONE)

    assert await people.who(ANN) != await people.who(BEA)
    assert await steps.store.read(lambda: whose("shears", PHONE)) == await people.who(BEA)


async def test_who_is_joined_brings_the_others_along(people: People) -> None:
    """Somebody with two conversations who proves another's phone in one of them is one person in all three."""
    await people.proves(ANN, PHONE)
    await people.proves(BEA, OTHER)
    await people.proves(CLO, OTHER)
    await people.proves(BEA, PHONE)

    assert await people.who(ANN) == await people.who(BEA) == await people.who(CLO)


async def test_a_case_goes_on_elsewhere_and_home_again(people: People, steps: Steps) -> None:
    """The open case is in one conversation at a time; undone, it is where it was opened."""
    case = await people.opens(ANN)
    await people.proves(ANN, PHONE)
    await people.proves(BEA, PHONE)

    async def follow(scope: Scope) -> None:
        cases = Cases(scope)
        found = await cases.find(case)
        assert found is not None
        cases.follow(found)
        assert await cases.open("handoff", title="again") == case

    await steps.run(follow, BEA)
    rows = Visitor(steps, None).rows  # type: ignore[arg-type]
    there = await rows("SELECT actor, home FROM cases")
    await people.parts(BEA)

    assert there == [(BEA, ANN)]
    assert await rows("SELECT actor, customer FROM cases") == [(ANN, await people.who(ANN))]


async def test_a_case_that_went_on_elsewhere_is_not_closed_by_who_read_it_before(people: People, steps: Steps) -> None:
    """A step that closes the case here loses against the one that let it go on there, and looks again."""
    case = await people.opens(ANN)
    scope = steps.scope(ANN)
    await Cases(scope).close("handoff")

    async def follow(other: Scope) -> None:
        cases = Cases(other)
        found = await cases.find(case)
        assert found is not None
        cases.follow(found)

    await steps.run(follow, BEA)
    with pytest.raises(Conflict):
        await scope.commit()


async def test_of_two_who_prove_a_phone_at_once_the_second_looks_again(people: People, steps: Steps) -> None:
    """Both saw a phone that nobody had; the commit gives it to the first and tells the second."""
    scopes = [steps.scope(ANN), steps.scope(BEA)]
    for scope in scopes:
        known = save_customer(scope, await current_customer(scope), CustomerPatch(phone=PHONE, guessed=True))
        scope.write(Prove("shears", PHONE, known.id, scope.actor, micros(scope.now)))
    await scopes[0].commit()

    with pytest.raises(Conflict):
        await scopes[1].commit()
    assert await steps.store.read(lambda: whose("shears", PHONE)) == await people.who(ANN)


async def test_who_joins_a_person_that_is_being_left_is_not_forgotten(people: People, steps: Steps) -> None:
    """A step that read who the others are, before one more came, looks again; so does one whose person has gone."""
    await people.proves(ANN, PHONE)
    await people.proves(BEA, OTHER)
    ann, bea = await people.who(ANN), await people.who(BEA)
    late, early = steps.scope(BEA), steps.scope(CLO)
    late.write(Link("shears", BEA, bea, (), True, ann, "phone", micros(late.now), PHONE))
    left = (await current_customer(early)).id
    early.write(Link("shears", CLO, left, (), False, bea, "phone", micros(early.now), OTHER))
    await early.commit()

    with pytest.raises(Conflict):
        await late.commit()
    await people.proves(BEA, PHONE)
    gone = steps.scope("webchat/site/dan")
    gone.write(Link("shears", gone.actor, "c1", (), False, bea, "phone", micros(gone.now), OTHER))
    with pytest.raises(Conflict):
        await gone.commit()
    assert await people.who(CLO) == await people.who(ANN)
