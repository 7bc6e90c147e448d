"""What is known of a customer, and how it changes."""

import asyncio

import pytest

from bot.ports.step import Scope
from bot.ports.store import Conflict, Query, Script
from bot.records import Customer, CustomerPatch, current_customer, load_customer, merge, save_customer
from tests.records.steps import ANN, BEA, Steps


async def learn(steps: Steps, patch: CustomerPatch, actor: str = ANN) -> Customer:
    async def handler(scope: Scope) -> Customer:
        return save_customer(scope, await current_customer(scope), patch)

    return await steps.run(handler, actor)


async def known(steps: Steps, actor: str = ANN) -> Customer:
    return await steps.store.read(lambda: load_customer("shears", actor))


async def test_somebody_new_is_nobody_yet_but_has_their_number(steps: Steps) -> None:
    """Looking a customer up makes no record, and gives the id that they will have."""
    before = await known(steps)
    saved = await learn(steps, CustomerPatch(name="Ann"))

    assert before.version == 0
    assert saved == await known(steps) == Customer(before.id, name="Ann", version=1)
    assert (await known(steps, BEA)).id != before.id


async def test_an_answer_beats_a_guess(steps: Steps) -> None:
    """The name that a customer gives replaces that of their profile, and no profile replaces it again."""
    await learn(steps, CustomerPatch(name="xX_ann_Xx", language="en", guessed=True))
    guessed = await known(steps)
    await learn(steps, CustomerPatch(name="Ann"))
    await learn(steps, CustomerPatch(name="xX_ann_Xx", language="hy", guessed=True))
    final = await known(steps)

    assert (guessed.name, guessed.guessed) == ("xX_ann_Xx", frozenset({"name", "language"}))
    assert (final.name, final.language, final.guessed) == ("Ann", "hy", frozenset({"language"}))


async def test_a_phone_is_never_lost_to_an_empty_one(steps: Steps) -> None:
    """What is not said changes nothing."""
    await learn(steps, CustomerPatch(phone="+37491000000"))
    unchanged = await learn(steps, CustomerPatch(phone="", email=""))

    assert unchanged.phone == "+37491000000"
    assert unchanged.version == 1


def test_an_answer_that_repeats_a_guess_makes_it_certain() -> None:
    """«Is your name Ann?» «Ann.» From then on it is no guess."""
    guessed = merge(Customer("c1"), CustomerPatch(name="Ann", guessed=True))

    assert merge(guessed, CustomerPatch(name="Ann")).guessed == frozenset()
    assert merge(guessed, CustomerPatch(name="Ann", guessed=True)) is guessed


async def test_two_places_that_write_the_person_at_once_lose_nothing(steps: Steps) -> None:
    """Name and phone, learnt by two steps at the same moment, both stay."""
    await learn(steps, CustomerPatch(email="ann@example.am"))
    await asyncio.gather(learn(steps, CustomerPatch(name="Ann")), learn(steps, CustomerPatch(phone="+37491000000")))

    assert await known(steps) == Customer(
        (await known(steps)).id, name="Ann", phone="+37491000000", email="ann@example.am", version=3
    )


async def test_a_change_of_what_has_moved_on_is_refused(steps: Steps) -> None:
    """A step that knew an older customer is run again on the new one."""
    scope = steps.scope()
    save_customer(scope, await current_customer(scope), CustomerPatch(name="Ann"))
    await learn(steps, CustomerPatch(name="Anna"))

    with pytest.raises(Conflict):
        await scope.commit()
    assert (await known(steps)).name == "Anna"


async def test_a_step_may_save_twice(steps: Steps) -> None:
    """Two answers in one message are two changes of one row."""

    async def handler(scope: Scope) -> Customer:
        customer = save_customer(scope, await current_customer(scope), CustomerPatch(name="Ann"))
        return save_customer(scope, customer, CustomerPatch(phone="+37491000000"))

    saved = await steps.run(handler)

    assert saved == await known(steps)
    assert (saved.name, saved.phone, saved.version) == ("Ann", "+37491000000", 2)


async def test_a_conversation_whose_link_was_undone_is_somebody_new(steps: Steps) -> None:
    """A phone that has a new owner does not show them the last one's name or visits."""
    old = await learn(steps, CustomerPatch(name="Ann"))

    def unlink() -> Script[None]:
        yield Query("UPDATE contacts SET unlinked_at = 1 WHERE actor = ?", (ANN,))

    await steps.store.run(unlink)
    new = await known(steps)

    assert new == Customer(new.id)
    assert new.id != old.id
