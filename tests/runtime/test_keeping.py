"""Files that a channel forgets: fetched soon after they were accepted, kept, and told of when that cannot be."""

import asyncio
from datetime import timedelta
from functools import partial

import msgspec
import pytest

from bot.events import Contact, JobFinished, Media, Said
from bot.ports.channel import Fetches, Fleeting
from bot.ports.clock import micros
from bot.ports.files import NotFetched
from bot.ports.media import PORT, Stored
from bot.ports.store import Store, StoreUnavailable
from bot.records.keeping import Keeping
from bot.runtime.keeper import AGAIN, SIDE_BY_SIDE, Keeper
from bot.store import inbox, transcript
from bot.testing import MemoryMedia, Talk
from bot.web.file_links import FileLinks
from handlers import ACTORS, ROUTES
from tests.dialogs.parlour import MONDAY as NOON
from tests.dialogs.parlour import parlour
from tests.runtime.ear import Ear
from tests.runtime.house import House, Takes, echo
from tests.runtime.test_failing import Poison

PNG = b"\x89PNG\r\n\x1a\n a tooth"
SOURCE = "webchat/site"


class Forgetful(Ear):
    """A channel that keeps files for an hour; `away` is how many times more it does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.away = 0
        self.most = self.now = 0

    @property
    def files_last(self) -> timedelta:
        return timedelta(hours=1)

    async def fetch(self, name: str) -> bytes | None:
        self.asked.append(name)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        if self.away:
            self.away -= 1
            raise NotFetched("the answer is 503", again=True)
        return self.files.get(name)


class Shelf(MemoryMedia):
    """A media store that can be away."""

    away = False

    async def put(self, body: bytes, mime: str, *, stem: str = "") -> str:
        if self.away:
            raise ConnectionError("the shelf is away")
        return await super().put(body, mime, stem=stem)


class Kept:
    """A house with a keeper."""

    def __init__(self, store: Store, takes: Takes = echo) -> None:
        self.ear, self.shelf = Forgetful(), Shelf()
        self.house = House(store, takes, ear=self.ear)
        self.links = FileLinks("secret", self.house.slug, self.house.clock)
        self.keeping = Keeping(self.shelf, {SOURCE: self.ear}, self.links.stem)
        self.keeper = Keeper(self.keeping)
        self.house.engine.sender._providers = {(self.house.slug, PORT): self.keeper}

    def picture(self, name: str) -> Media:
        return Media("image", name, "image/png", source=SOURCE)

    async def sends(self, *names: str) -> None:
        """The customer sends pictures in one message, and all that is due within two seconds is done."""
        await self.house.hears(Said("", tuple(map(self.picture, names))))
        await self.passes(timedelta(seconds=2))

    async def passes(self, span: timedelta, step: timedelta = timedelta(seconds=1)) -> None:
        """Time passes, in steps; what the keeper has begun meanwhile ends after each."""
        ends = self.house.clock.now() + span
        while self.house.clock.now() < ends:
            await self.house.settles()
            await self.keeper.idle()
            await self.house.waits(min(step, ends - self.house.clock.now()))

    async def kept(self, name: str) -> Stored | None:
        return await self.shelf.find(self.links.stem(SOURCE, name))

    async def states(self) -> list[tuple[str, str]]:
        """The orders: what became of each, and why."""
        return [(row[0], row[1]) for row in await self.house.rows(
            "SELECT state, error FROM outbox WHERE port = ? ORDER BY created_at, position", PORT)]  # fmt: skip


@pytest.fixture
async def kept(store: Store) -> Kept:
    return Kept(store)


async def test_a_file_is_kept_before_its_channel_forgets_it(kept: Kept) -> None:
    """What a customer sent is shown a month later, though the messenger has long forgotten it."""
    kept.ear.files = {"tooth": PNG}
    assert isinstance(kept.ear, Fetches)
    assert isinstance(kept.ear, Fleeting)

    await kept.sends("tooth")
    kept.ear.files.clear()

    assert await kept.kept("tooth") == Stored(PNG, "image/png")
    assert await kept.keeping.read(SOURCE, "tooth") == Stored(PNG, "image/png")
    assert kept.ear.asked == ["tooth"]
    assert await kept.states() == [("sent", "")]


async def test_the_transcript_leads_to_the_kept_file(kept: Kept) -> None:
    """The line of the conversation stays as it came, and its address is the one of the kept file."""
    kept.ear.files = {"tooth": PNG}

    await kept.sends("tooth")
    actor = Contact("webchat", "site", "ann").actor
    (line, *_) = await kept.house.store.read(lambda: transcript.after(kept.house.slug, actor, 0, 10))

    assert line.message.media == (kept.picture("tooth"),)
    assert kept.links.read(kept.links.url(line.message.media[0]).rpartition("/")[2]) == (SOURCE, "tooth")


async def test_a_channel_that_does_not_answer_is_asked_again(kept: Kept) -> None:
    """A provider's bad minute costs no file, and one that is kept already is not fetched twice."""
    kept.ear.files = {"one": PNG, "two": PNG}
    kept.ear.away = 1

    await kept.sends("one", "two")
    assert await kept.kept("one") is None
    await kept.passes(AGAIN[0] + timedelta(seconds=3))

    assert await kept.kept("one") is not None
    assert kept.ear.asked == ["one", "two", "one"]


async def test_what_cannot_be_had_is_given_up_loudly(kept: Kept) -> None:
    """Of a file that is gone the conversation is told at once, whatever else came with it, and the next comes through."""
    kept.ear.files = {"there": PNG, "next": PNG}
    await kept.sends("gone", "there")
    await kept.passes(timedelta(seconds=3))
    await kept.sends("next")
    told = await kept.house.rows("SELECT body FROM inbox WHERE body LIKE '%\"ok\":false%'")

    assert await kept.states() == [("failed", "a file is gone, or too large"), ("sent", "")]
    assert kept.ear.asked == ["gone", "there", "next"]
    assert await kept.kept("there") is not None
    assert len(told) == 1


async def test_a_file_is_asked_for_as_long_as_its_channel_has_it(kept: Kept) -> None:
    """A provider that is away for most of an hour costs no file; one that is away for longer has forgotten it by then."""
    minute = timedelta(minutes=1)
    kept.ear.files, kept.ear.away = {"tooth": PNG}, len(AGAIN) + 1
    await kept.sends("tooth")
    await kept.passes(sum(AGAIN, AGAIN[-1] + minute), minute)
    assert await kept.kept("tooth") is not None

    kept.ear.away = 100
    await kept.sends("root")
    await kept.passes(60 * minute + AGAIN[-1], minute)

    assert [state for state, _ in await kept.states()] == ["sent", "expired"]
    assert 90 < kept.ear.away < 96, "the waits grow"


async def test_what_came_too_fast_is_kept_as_well(kept: Kept) -> None:
    """The pictures of a flood stand in the transcript and are fetched, though nobody has answered them."""
    kept.ear.files = {"tooth": PNG}
    flood = kept.house.envelope(Said("", (kept.picture("tooth"), Media("image", "x.png", "image/png"))))
    await kept.house.engine.intake.accept([msgspec.structs.replace(flood, heard=False)])
    await kept.passes(timedelta(seconds=2))

    assert await kept.kept("tooth") is not None
    assert kept.house.ear.got == []


async def test_the_files_of_a_parked_message_are_there_when_it_is_tried_again(store: Store) -> None:
    """A fault of ours is mended a week later, when the messenger has long forgotten the picture."""
    poison = Poison()
    kept = Kept(store, poison.takes)
    kept.ear.files = {"tooth": PNG}
    await kept.house.hears(Said("poison", (kept.picture("tooth"),)))
    await kept.passes(timedelta(minutes=2))
    parked = await store.read(partial(inbox.parked, kept.house.slug))
    before = kept.ear.asked.copy()
    kept.ear.files.clear()
    poison.mended = True
    await store.run(lambda: inbox.replay(kept.house.slug, parked[0][1], parked[0][2], micros(kept.house.clock.now())))
    await kept.passes(timedelta(minutes=1))

    assert [len(parked), before] == [1, ["tooth"]]
    assert "You said: poison" in kept.house.ear.got
    assert await kept.kept("tooth") == Stored(PNG, "image/png")
    assert kept.ear.asked == before, "it is not asked for a second time"


async def test_a_store_that_is_away_is_waited_for(kept: Kept) -> None:
    """While nothing can be kept the conversation goes on, and the files are kept once the store is back."""
    kept.ear.files = {"tooth": PNG}
    kept.shelf.away = True

    await kept.sends("tooth")
    await kept.passes(timedelta(minutes=10))
    answers = await kept.house.answers("hello")
    kept.shelf.away = False
    await kept.passes(timedelta(minutes=2))

    assert "You said: hello" in answers
    assert await kept.kept("tooth") == Stored(PNG, "image/png")


async def test_another_process_takes_up_what_one_had_begun(kept: Kept) -> None:
    """A process that dies over a file leaves its order in the outbox, and who comes next fetches it."""
    kept.ear.files = {"tooth": PNG}
    kept.ear.away = 1
    await kept.sends("tooth")

    kept.house.engine.sender._providers = {(kept.house.slug, PORT): Keeper(kept.keeping)}
    kept.keeper = kept.house.engine.sender._providers[kept.house.slug, PORT]  # type: ignore[assignment]
    await kept.passes(AGAIN[0] + timedelta(seconds=3))

    assert await kept.kept("tooth") is not None


async def test_few_files_are_in_hand_at_once(kept: Kept) -> None:
    """Files are held whole while they are looked at, so only a few are fetched at a time."""
    kept.ear.files = {str(n): PNG for n in range(12)}
    for n in range(12):
        await kept.house.hears(Said("", (kept.picture(str(n)),)), who=f"c{n}")
    await kept.passes(timedelta(seconds=3))

    assert len(kept.ear.asked) == 12
    assert kept.ear.most <= SIDE_BY_SIDE


async def test_what_lies_with_us_is_not_ordered(kept: Kept) -> None:
    """Pictures of our own store and of channels that keep them for good need nobody."""
    await kept.house.hears(
        Said("", (Media("image", "x.png", "image/png"), Media("image", "f", "", source="telegram/a")))
    )
    await kept.house.settles()

    assert await kept.states() == []


async def test_a_long_text_is_never_cut_in_silence(kept: Kept) -> None:
    """Its whole is kept as a file; while that cannot be, whoever sent it is asked to send it again, and nothing is taken."""
    kept.house.engine.intake._media = kept.shelf
    kept.shelf.away = True
    with pytest.raises(StoreUnavailable):
        await kept.house.hears("word " * 5000, key="long")
    kept.shelf.away = False
    await kept.house.hears("word " * 5000, key="long")
    rows = await kept.house.rows("SELECT body FROM messages WHERE author = 'customer'")

    assert len(rows) == 1
    assert [stored.body for stored in kept.shelf.files.values()] == [b"word " * 5000]


def test_operators_hear_of_a_file_that_could_not_be_kept() -> None:
    """Whoever works on the case sees that something is missing, in the language of the desk."""
    with Talk(parlour(), ROUTES, now=NOON, language="en", actors=ACTORS) as talk:
        talk.opens().says("human")
        talk.happens(JobFinished("keep", PORT, ok=False, error="refused"))
        seen = " ".join(talk.room.texts())

    assert "A file that the customer sent could not be kept." in seen
