"""The speed of one bot over all processes that speak for it.

Each process keeps to its own windows (`rates`); where buckets are shared, what passes them also takes from these, so
that three processes together say no more than one may. A bucket lets its burst and then its rate through, so both
together stay within Telegram's figures in any span of time.
"""

from bot.ports.rates import Rates

CHAT_BURST, CHAT_A_SECOND = 2, 0.75  # 5 in any five seconds
GROUP_BURST, GROUP_A_SECOND = 5, 0.25  # 20 in any minute
PART_AT_ONCE = 5  # a fifth of a second's messages may leave at once


class Shared:
    """The buckets of one bot. With `all_in_a_second` 0 nothing is limited."""

    def __init__(self, rates: Rates, bot: int, all_in_a_second: int) -> None:
        self._rates, self._bot, self._all = rates, bot, all_in_a_second

    async def take(self, chat: int) -> float:
        """Count one message to this chat over all processes, or say how many seconds it must wait."""
        if not self._all:
            return 0.0
        each, burst = (GROUP_A_SECOND, GROUP_BURST) if chat < 0 else (CHAT_A_SECOND, CHAT_BURST)
        key = f"telegram/{self._bot}"
        return await self._rates.take(f"{key}/{chat}", per_second=each, burst=burst) or await self._rates.take(
            key, per_second=self._all, burst=max(1, self._all // PART_AT_ONCE)
        )
