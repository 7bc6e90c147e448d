"""Files that a channel forgets: fetched soon after they were accepted, kept, and told of when that cannot be."""

import asyncio
from datetime import timedelta

import pytest

from bot.events import Contact, JobFinished, Media, Said
from bot.ports.channel import Fetches, Fleeting
from bot.ports.media import PORT, Stored
from bot.ports.store import Store, StoreUnavailable
from bot.records.keeping import Keeping
from bot.runtime.keeper import AGAIN, SIDE_BY_SIDE, Keeper
from bot.store import transcript
from bot.testing import MemoryMedia, Talk
from bot.web.file_links import FileLinks
from handlers import ACTORS, ROUTES
from tests.dialogs.parlour import MONDAY as NOON
from tests.dialogs.parlour import parlour
from tests.runtime.ear import Ear
from tests.runtime.house import House

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
            return None
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

    def __init__(self, store: Store) -> None:
        self.ear, self.shelf = Forgetful(), Shelf()
        self.house = House(store, ear=self.ear)
        self.links = FileLinks("secret", self.house.slug)
        self.keeping = Keeping(self.shelf, {SOURCE: self.ear}, self.links.stem)
        self.keeper = Keeper(self.keeping)
        self.house.engine.sender._providers = {(self.house.slug, PORT): self.keeper}

    def picture(self, name: str) -> Media:
        return Media("image", name, "image/png", source=SOURCE)

    async def sends(self, *names: str) -> None:
        """The customer sends pictures in one message, and all that is due within two seconds is done."""
        await self.house.hears(Said("", tuple(map(self.picture, names))))
        await self.passes(timedelta(seconds=2))

    async def passes(self, span: timedelta) -> None:
        """Time passes; what the keeper has begun meanwhile ends."""
        ends = self.house.clock.now() + span
        while self.house.clock.now() < ends:
            await self.house.settles()
            await self.keeper.idle()
            await self.house.waits(min(timedelta(seconds=1), ends - self.house.clock.now()))

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
    """A file that is gone is tried a few times, then the conversation is told, and the next file comes through."""
    await kept.sends("gone")
    await kept.passes(sum(AGAIN, timedelta(minutes=1)))
    kept.ear.files = {"next": PNG}
    await kept.sends("next")

    assert await kept.states() == [("failed", "a file cannot be had, or is too large"), ("sent", "")]
    assert kept.ear.asked == ["gone"] * (len(AGAIN) + 1) + ["next"]
    assert kept.house.ear.got  # the words of others were answered meanwhile


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
