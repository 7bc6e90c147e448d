"""A few words are kept between two runs of the program."""

from bot.ports.store import Store
from bot.store.memory import Memory


async def test_what_was_kept_is_there_at_the_next_start(store: Store) -> None:
    """What an outside system was told is not told again; each business remembers its own."""
    await Memory(store, "clinic").set("commands", "one")
    await Memory(store, "clinic").set("commands", "two")

    assert await Memory(store, "clinic").get("commands") == "two"
    assert await Memory(store, "salon").get("commands") is None
