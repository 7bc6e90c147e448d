"""What must hold in the end: the database against what every page sent and saw."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise

import msgspec

from bot.ports.store import Query, Row, Script, Store
from bot.records import check_occupancy
from bot.store import open_store
from tests.crash.page import Page
from tests.crash.person import BOOKED, CANCELLED

BUSINESS = "demo"
NUMBER = re.compile(r"Number of the booking: ([A-Z0-9]+)")


class Now:
    """The present, to open a database with."""

    def now(self) -> datetime:
        """The real time."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Nothing here waits."""
        raise NotImplementedError


@dataclass(slots=True)
class Findings:
    """How often each promise was broken, with a sentence for each case; and what there was to break."""

    broken: Counter[str] = field(default_factory=Counter)
    sentences: list[str] = field(default_factory=list)
    messages: int = 0
    answers: int = 0
    bookings: int = 0
    failed_steps: int = 0
    doubled: int = 0
    """Answers that stand twice because the program ended while they were on their way."""
    relays: int = 0
    doubled_relays: int = 0
    doubled_topics: int = 0

    def add(self, promise: str, sentence: str) -> None:
        """A promise was broken."""
        self.broken[promise] += 1
        self.sentences.append(f"{promise}: {sentence}")


class Audit:
    """The tables of a stopped program, and what they say about the pages."""

    def __init__(self, store: Store, findings: Findings) -> None:
        self._store = store
        self.findings = findings

    async def rows(self, sql: str) -> list[Row]:
        """What a statement finds."""

        def script() -> Script[list[Row]]:
            return (yield Query(sql))

        return await self._store.read(script)

    async def is_busy(self) -> bool:
        """Whether something has yet to be handled or to leave."""
        rows = await self.rows(
            "SELECT 1 FROM inbox WHERE state = 'waiting' UNION ALL"
            " SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending') LIMIT 1"
        )
        return bool(rows)

    async def last_said(self) -> dict[str, int]:
        """The number of the last message of each conversation, by the address of its contact."""
        rows = await self.rows("SELECT actor, MAX(seq) FROM messages GROUP BY actor")
        return {actor.rsplit("/", 1)[-1]: seq for actor, seq in rows}

    async def let_go_by(self, port: int) -> None:
        """After an orderly end of one of several processes it holds no lease; their owners' names hold their ports."""
        await self._leased(f" AND lease_owner LIKE '%:{port}%'")

    async def _leased(self, whose: str = "") -> None:
        for table, name in (("actors", "actor"), ("lines", "line")):
            for (held,) in await self.rows(f"SELECT {name} FROM {table} WHERE lease_until > 0{whose}"):
                self.findings.add("half done", f"{table} {held} is still leased")

    async def at_rest(self) -> None:
        """After an orderly end of all nothing is half done: no lease is held, no row is on its way out."""
        await self._leased()
        for (key,) in await self.rows("SELECT key FROM outbox WHERE state = 'sending'"):
            self.findings.add("half done", f"row {key} was being sent")

    async def everything(self, pages: Sequence[Page]) -> None:
        """All promises at once."""
        await self.steps()
        await self._pages(pages)
        await self._visits(pages)

    async def steps(self) -> None:
        """Every event was handled once, whole, and all that it said has left."""
        for actor, seq, state, attempts in await self.rows("SELECT actor, seq, state, attempts FROM inbox"):
            self.findings.failed_steps += attempts
            if state != "done":
                self.findings.add("stuck" if state == "waiting" else "parked", f"event {seq} of {actor} is {state}")
        handled = await self.rows(
            "SELECT a.actor, a.version, COUNT(i.seq) FROM actors a JOIN inbox i ON i.business = a.business"
            " AND i.actor = a.actor AND i.state = 'done' GROUP BY a.actor, a.version"
        )
        for actor, version, events in handled:
            if version != events:
                self.findings.add("handled twice", f"{actor} took {version} steps for {events} events")
        for key, state in await self.rows("SELECT key, state FROM outbox WHERE state <> 'sent'"):
            self.findings.add("unsent", f"row {key} is {state}")

    async def _pages(self, pages: Sequence[Page]) -> None:
        said: dict[str, list[Row]] = defaultdict(list)
        for actor, *line in await self.rows(
            "SELECT actor, seq, author, client_id, body FROM messages ORDER BY actor, seq"
        ):
            said[actor].append(line)
        by_address = {actor.rsplit("/", 1)[-1]: lines for actor, lines in said.items()}
        for page in pages:
            self._page(page, by_address.get(page.address, []))

    def _page(self, page: Page, lines: Sequence[Row]) -> None:
        """What was sent stands there once and in order; what was said was shown once."""
        findings, who = self.findings, page.token[:8]
        mine = [client_id for _, author, client_id, _ in lines if author == "customer"]
        numbers = {client_id: seq for seq, author, client_id, _ in lines if author == "customer"}
        sent = [frame.id for frame in page.frames]
        findings.messages += len(sent)
        for frame in page.frames:
            if frame.id not in numbers or not frame.seq:
                findings.add("lost", f"{frame.body} of {who} (accepted: {bool(frame.seq)})")
            elif numbers[frame.id] != frame.seq:
                findings.add(
                    "reordered", f"{frame.body} of {who} was accepted as {frame.seq} and is {numbers[frame.id]}"
                )
        for client_id, times in Counter(mine).items():
            if times > 1:
                findings.add("doubled messages", f"{client_id} of {who} stands {times} times")
        if [each for each in sent if each in numbers] != list(dict.fromkeys(mine)):
            findings.add("reordered", f"the lines of {who}")
        self._answers(page, lines)

    def _answers(self, page: Page, lines: Sequence[Row]) -> None:
        findings, who = self.findings, page.token[:8]
        answers = {seq: msgspec.json.decode(body)["text"] for seq, author, _, body in lines if author == "bot"}
        shown = {each["seq"]: each["text"] for each in page.shown if each["from"] == "bot"}
        findings.answers += len(answers)
        for seq in sorted(answers.keys() ^ shown.keys()):
            findings.add(
                "not shown", f"answer {seq} of {who}: {answers.get(seq, 'shown, but not in the transcript')!r}"
            )
        for seq in answers.keys() & shown.keys():
            if answers[seq] != shown[seq]:
                findings.add("not shown", f"answer {seq} of {who} was shown with other words")
        if page.shown_again:
            findings.add("shown twice", f"{page.shown_again} messages to {who}")
        for sentence in page.wrong:
            findings.add("refused", f"{who}: {sentence}")

    async def _visits(self, pages: Sequence[Page]) -> None:
        told = Counter(
            number
            for page in pages
            for number in numbers_in([each["text"] for each in page.shown if each["from"] == "bot"])
        )
        await self.visits(told, sum(any(CANCELLED in line["text"] for line in page.shown) for page in pages))

    async def visits(self, told: Counter[str], cancelled: int) -> None:
        """Whoever read «You are booked» has that visit, nobody else has one, and no two share a time.

        `told` says how often each number was given to people, `cancelled` how many were told that theirs is off.
        """
        booked = await self.rows("SELECT id, status, resource, first_cell, end_cell FROM bookings ORDER BY 3, 4")
        self.findings.bookings = len(booked)
        for number, times in told.items():
            if times > 1:
                self.findings.add("doubled bookings", f"{number} was told {times} times")
        for number in told.keys() ^ {row[0] for row in booked}:
            self.findings.add("booking and word differ", f"{number}: told {told[number]} times")
        standing = [row for row in booked if row[1] == "booked"]
        for one, other in pairwise(standing):
            if one[2] == other[2] and other[3] < one[4]:
                self.findings.add("doubled bookings", f"{one[0]} and {other[0]} share a time of {one[2]}")
        if cancelled != len(booked) - len(standing):
            self.findings.add("booking and word differ", f"{cancelled} cancelled, {len(booked) - len(standing)} rows")
        for sentence in await self._store.read(partial(check_occupancy, BUSINESS)):
            self.findings.add("calendar", sentence)


def numbers_in(texts: Sequence[str]) -> list[str]:
    """The numbers of bookings in confirmations among these."""
    return [number for text in texts if BOOKED in text for number in NUMBER.findall(text)]


async def opened(database_url: str) -> Store:
    """The database of a stopped program."""
    return await open_store(database_url, Now())
