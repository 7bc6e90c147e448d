"""Fetches updates by long polling, or has them delivered. What was accepted is confirmed only after that."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import msgspec
import structlog

from bot.events import Envelope
from bot.net.lines import Broken, Unreached
from bot.net.standing import Standing
from bot.ports.accounts import Memory
from bot.ports.channel import Accept, Malformed
from bot.ports.clock import Clock
from bot.ports.store import StoreUnavailable
from integrations.channels.telegram.account import Bot
from integrations.channels.telegram.client import CALL_SECONDS, Answer, Client
from integrations.channels.telegram.limits import POLL_SECONDS
from integrations.channels.telegram.outcomes import REFUSED, is_broken
from integrations.channels.telegram.setup import choose_way, introduce, name_commands
from integrations.channels.telegram.updates import KINDS, Numbered, Update, read_update

log = structlog.get_logger()

LONGEST_WAIT = 30.0
ELSEWHERE_SECONDS = 15.0  # another program polls with our token
SLOWLY_SECONDS = 60.0  # Telegram refuses something that a person must mend

ELSEWHERE = "another program fetches the updates of this account; stop it, or give this one its own token"

_updates = msgspec.json.Decoder(list[Update]).decode
_raw = msgspec.json.Decoder(list[msgspec.Raw]).decode
_number = msgspec.json.Decoder(Numbered).decode

Envelopes = Callable[[Update], Sequence[Envelope]]


class Listening:
    """The way in of one account. `envelopes` reads an update, `named` hears what the bot is called there."""

    def __init__(self, bot: Bot, client: Client, clock: Clock, standing: Standing, memory: Memory) -> None:
        self._bot, self._client, self._clock = bot, client, clock
        self._standing, self._memory = standing, memory
        self._failures = 0
        self._elsewhere = False
        self._waiting: set[asyncio.Task[None]] = set()

    @property
    def trouble(self) -> str:
        """What a person must mend so that updates come again, or nothing."""
        return ELSEWHERE if self._elsewhere else ""

    async def run(self, envelopes: Envelopes, accept: Accept, named: Callable[[str], None]) -> None:
        """Fetch and accept until cancelled. What is delivered is not fetched; then only what Telegram must know is said."""
        await self._insist(lambda: self._begin(named))
        if self._bot.delivered:
            await asyncio.Event().wait()
        offset = 0
        while True:
            answer = await self._asked(offset)
            try:
                if answer is not None:
                    offset = await self._accepted(answer.result, offset, envelopes, accept)
            except msgspec.DecodeError:
                await self._after_a_failure("an answer that cannot be read")

    async def _begin(self, named: Callable[[str], None]) -> Answer:
        answer, username = await introduce(self._client)
        if answer.ok:
            named(username)
            answer = await choose_way(self._client, self._bot)
        if answer.ok:
            await name_commands(self._client, self._bot, self._memory)
        return answer

    async def _insist(self, work: Callable[[], Awaitable[Answer]]) -> None:
        """Until it went well: slower and slower, and with a line in the log where a person must help."""
        while True:
            try:
                answer = await work()
            except (Unreached, Broken, StoreUnavailable) as error:
                await self._after_a_failure(str(error))
                continue
            if answer.ok:
                self._standing.accepted()
                self._failures = 0
                return
            await self._after_a_refusal(answer)

    async def _asked(self, offset: int) -> Answer | None:
        """What came since; None when it has to be asked for again."""
        fields = {"offset": offset, "timeout": POLL_SECONDS, "limit": 100, "allowed_updates": KINDS}
        try:
            answer = await self._client.call("getUpdates", fields, seconds=POLL_SECONDS + CALL_SECONDS)
        except (Unreached, Broken) as error:
            await self._after_a_failure(str(error))
            return None
        if answer.ok:
            self._standing.accepted()
            self._failures, self._elsewhere = 0, False
            return answer
        await self._after_a_refusal(answer)
        return None

    async def _accepted(self, result: msgspec.Raw, offset: int, envelopes: Envelopes, accept: Accept) -> int:
        """Have everything accepted, in order; the offset that confirms it, or the same when it could not be written."""
        found: list[Envelope] = []
        callbacks: list[str] = []
        last = offset - 1
        for number, update in read_all(result):
            last = max(last, number)
            try:
                found += envelopes(sure(update))
            except Malformed:
                log.warning("an update cannot be read and is left out", account=self._bot.id, update=number)
                continue
            if update is not None and update.callback_query is not None:
                callbacks.append(update.callback_query.id)
        try:
            await accept(found)
        except StoreUnavailable as error:
            log.warning("updates wait with Telegram, the database cannot be used", reason=str(error))
            await self._clock.sleep(1)
            return offset
        for each in callbacks:
            self._acknowledge(each)
        return last + 1

    def _acknowledge(self, callback: str) -> None:
        """Take the hourglass off a pressed button; nobody waits for it."""
        task = asyncio.create_task(self._answer(callback))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _answer(self, callback: str) -> None:
        try:
            answer = await self._client.call("answerCallbackQuery", {"callback_query_id": callback})
        except (Unreached, Broken) as error:
            log.debug("a press was not acknowledged", reason=str(error))
            return
        if not answer.ok:
            log.debug("a press was not acknowledged", reason=answer.description)

    async def _after_a_failure(self, reason: str) -> None:
        self._failures += 1
        if self._failures == 3:
            log.warning("Telegram cannot be reached", account=self._bot.id, reason=reason)
        await self._clock.sleep(min(2.0 ** (self._failures - 1), LONGEST_WAIT))

    async def _after_a_refusal(self, answer: Answer) -> None:
        if is_broken(answer):
            await self._clock.sleep(self._standing.refused(REFUSED).after.total_seconds())
        elif answer.error_code == 409:
            if not self._elsewhere:
                log.error(ELSEWHERE, account=self._bot.id, bot=self._bot.number, reason=answer.description)
            self._elsewhere = True
            await self._clock.sleep(ELSEWHERE_SECONDS)
        elif answer.error_code == 429:
            await self._clock.sleep(max(answer.parameters.retry_after, 1))
        elif answer.error_code >= 500:
            await self._after_a_failure(answer.description)
        else:
            log.error("Telegram refuses", account=self._bot.id, reason=answer.description)
            await self._clock.sleep(SLOWLY_SECONDS)


def read_all(result: msgspec.Raw) -> list[tuple[int, Update | None]]:
    """The updates of an answer with their numbers; one that cannot be read does not spoil the others."""
    try:
        return [(update.update_id, update) for update in _updates(result)]
    except (msgspec.DecodeError, ValueError, RecursionError):
        return [_read_one(each) for each in _raw(result)]


def sure(update: Update | None) -> Update:
    """An update that could be read; raises `Malformed` for one that could not."""
    if update is None:
        raise Malformed("an update that cannot be read")
    return update


def _read_one(raw: msgspec.Raw) -> tuple[int, Update | None]:
    number = _number(raw).update_id
    try:
        return number, read_update(raw)
    except Malformed:
        return number, None
