"""What must hold over Telegram: the database against the record of the stand-in, which was never killed."""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import msgspec

from bot.desk import shown
from tests.crash.audit import Audit, Findings, numbers_in
from tests.crash.fleet import Fleet
from tests.crash.person import CANCELLED
from tests.crash.telegram.customer import Customer
from tests.crash.telegram.messenger import Messenger, Note
from tests.crash.telegram.operators import Operators

Json = dict[str, Any]
PRESS = "callback_query"


@dataclass
class TelegramAudit:
    """One look at everything, after the end."""

    audit: Audit
    messenger: Messenger
    fleet: Fleet
    people: Sequence[Customer]
    operators: Operators

    def __post_init__(self) -> None:
        self._ends = sorted(each.timestamp() for each in self.fleet.ends)

    @property
    def findings(self) -> Findings:
        """Where it is noted."""
        return self.audit.findings

    async def everything(self) -> None:
        """All promises at once."""
        await self.audit.steps()
        await self._updates()
        await self._answers()
        await self._visits()
        await self._cases()
        await self._relays()
        self._topics()

    # What came in.

    async def _updates(self) -> None:
        """Each update of a person is one event, in the order in which things happened in its chat."""
        rows = await self.audit.rows("SELECT dedupe_key, actor, seq FROM inbox WHERE dedupe_key LIKE 'telegram:%'")
        events = {str(key): (actor, seq) for key, actor, seq in rows}
        queues: dict[tuple[int, str], list[int]] = defaultdict(list)
        for entry in self.messenger.entries:
            if entry["type"] != "update" or (found := by_a_person(entry)) is None:
                continue
            self.findings.messages += 1
            chat, words = found
            event = events.get(f"telegram:main:{entry['update_id']}")
            if event is None:
                self.findings.add("lost", f"update {entry['update_id']} in {chat}: {words}")
            elif str(event[0]).rpartition("/")[2] != str(chat):
                self.findings.add("lost", f"update {entry['update_id']} of {chat} happened to {event[0]}")
            else:
                queues[chat, self._queue(entry)].append(event[1])
        for (chat, kind), numbers in queues.items():
            if numbers != sorted(numbers):
                self.findings.add("reordered", f"{kind} of {chat}: {numbers}")

    def _queue(self, entry: Json) -> str:
        """By webhook a chat's messages are in order, and a person's presses are, but not the two with each other."""
        if self.fleet.first.settings["DRAGOMAN_TELEGRAM_MODE"] != "webhook":
            return "everything"
        return f"presses of {entry['raw'][PRESS]['from']['id']}" if entry["kind"] == PRESS else str(entry["kind"])

    # What went out.

    async def _answers(self) -> None:
        """Every message stands in its chat, in order; what stands there twice was on its way when the program ended."""
        rows = await self.audit.rows(
            "SELECT o.line, o.message, r.provider_id FROM outbox o JOIN requests r"
            " ON r.business = o.business AND r.key = o.key WHERE r.outcome = 'sent' AND o.message IS NOT NULL"
        )
        known: dict[int, dict[int, int]] = defaultdict(dict)
        for line, number, made in rows:
            known[int(str(line).rpartition("/")[2])][int(made)] = number
        self.findings.answers += len(rows)
        for person in self.people:
            self._screen(person, known[person.number])

    def _screen(self, person: Customer, known: dict[int, int]) -> None:
        notes = {note.id: note for note in person.notes}
        for made in known.keys() - notes.keys():
            self.findings.add("not shown", f"message {known[made]} to {person.tag} was noted as {made}")
        numbers = [number for _, number in sorted(known.items())]
        if numbers != sorted(numbers):
            self.findings.add("reordered", f"answers to {person.tag}: {numbers}")
        doubled = [note for note in person.notes if note.id not in known]
        self.findings.doubled += len(doubled)
        per_life = Counter(bisect(self._ends, note.at) for note in doubled)
        for life, times in per_life.items():
            if times > 1 or life == len(self._ends):
                self.findings.add("shown twice", f"{times} messages to {person.tag} in life {life} without need")
        for note in doubled:
            if not any(other.text == note.text and other.id in known for other in person.notes if other.id > note.id):
                self.findings.add("shown twice", f"{note.text[:60]!r} to {person.tag} is nobody's repeat")

    # What came of it.

    async def _visits(self) -> None:
        told = Counter(
            number for person in self.people for number in set(numbers_in([note.text for note in person.notes]))
        )
        cancelled = sum(any(CANCELLED in note.text for note in person.notes) for person in self.people)
        await self.audit.visits(told, cancelled)

    async def _cases(self) -> None:
        """One lead for who wanted a call, one request for who asked for a human, closed and rated; nothing for others."""
        found: Counter[tuple[str, str]] = Counter()
        for actor, kind in await self.audit.rows("SELECT actor, kind FROM cases"):
            found[str(actor).rpartition("/")[2], str(kind)] += 1
        for person in self.people:
            for kind, wish in (("lead", "qualify"), ("handoff", "human")):
                times, wanted = found.pop((str(person.number), kind), 0), int(person.wish == wish)
                if times != wanted:
                    self.findings.add("doubled cases", f"{person.tag} ({person.wish}) has {times} of {kind}")
        for (actor, kind), times in found.items():
            self.findings.add("doubled cases", f"{actor} has {times} of {kind}")
        for (case,) in await self.audit.rows("SELECT id FROM cases WHERE kind = 'handoff' AND closed_at IS NULL"):
            self.findings.add("stuck", f"the request {case} is open")
        rated = {row[0] for row in await self.audit.rows("SELECT case_id FROM ratings")}
        for (case,) in await self.audit.rows("SELECT id FROM cases WHERE kind = 'handoff'"):
            if case not in rated:
                self.findings.add("stuck", f"the request {case} has no rating")

    async def _relays(self) -> None:
        """What was said to people stands in the room, what they said with the customer; again only over an end."""
        room = self.messenger.screen(self.operators.group).notes
        for person in self.people:
            for words in person.asked:
                self._relay(words, [note for note in room if shown(words) in note.text])
            for words in self.operators.answered.values():
                if words.startswith(f"answer {person.tag}-"):
                    self._relay(words, [note for note in person.notes if words in note.text])
        said = Counter(
            msgspec.json.decode(row[0])["text"]
            for row in await self.audit.rows("SELECT body FROM messages WHERE author = 'human'")
        )
        for words in self.operators.answered.values():
            if said[words] != 1:
                self.findings.add("lost relays", f"{words!r} stands {said[words]} times in the transcript")

    def _relay(self, words: str, notes: Sequence[Note]) -> None:
        if not notes:
            self.findings.add("lost relays", repr(words))
        self.findings.relays += 1
        self.findings.doubled_relays += max(len(notes) - 1, 0)
        for one, other in pairwise(notes):
            if bisect(self._ends, one.at) == bisect(self._ends, other.at):
                self.findings.add("doubled relays", f"{words!r} twice in one life of the program")

    def _topics(self) -> None:
        """One topic a request; a second one only when the program ended while it was made."""
        made: dict[str, list[float]] = defaultdict(list)
        for entry in self.messenger.entries:
            if entry["type"] == "call" and entry["method"] == "createforumtopic" and entry["done"]:
                made[entry["answer"]["name"]].append(entry["at"])
        for name, times in made.items():
            self.findings.doubled_topics += len(times) - 1
            for one, other in pairwise(times):
                if bisect(self._ends, one) == bisect(self._ends, other):
                    self.findings.add("doubled relays", f"the topic {name!r} was made twice in one life of the program")


def by_a_person(entry: Json) -> tuple[int, str] | None:
    """The chat and the words of an update that a person has caused by writing or pressing; None for any other."""
    body = entry["raw"]
    if (press := body.get(PRESS)) is not None:
        return press["message"]["chat"]["id"], press["data"]
    message = body.get("message") or {}
    return (message["chat"]["id"], message["text"]) if "text" in message and not message["from"]["is_bot"] else None
