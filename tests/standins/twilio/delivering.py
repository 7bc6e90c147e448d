"""How Twilio delivers a form: signed, within its time, again where the address asks for that, else to the fallback."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

import aiohttp

from tests.standins.twilio.people import Pairs, Posted
from tests.standins.twilio.signing import signed_form

SECONDS = 15.0
MOST_REPEATS = 5


def overrides(url: str) -> dict[str, str]:
    """What the fragment of an address asks for: `rc` repeats of what `rp` names."""
    return dict(each.partition("=")[::2] for each in urlsplit(url).fragment.split("&") if "=" in each)


async def post(session: aiohttp.ClientSession, url: str, pairs: Pairs, token: str, repeat: str) -> Posted:
    """One try."""
    body, headers = signed_form(url, pairs, token, repeat)
    try:
        async with asyncio.timeout(SECONDS), session.post(url.partition("#")[0], data=body, headers=headers) as answer:
            return Posted(url, pairs, answer.status, await answer.read(), answer.content_type)
    except (aiohttp.ClientError, OSError, TimeoutError):
        return Posted(url, pairs, 0)


async def deliver(
    session: aiohttp.ClientSession, url: str, pairs: Pairs, token: str, repeat: str, *, fallback: str = ""
) -> list[Posted]:
    """All tries of one delivery, in order."""
    asked = overrides(url)
    repeats, wanted = min(int(asked.get("rc", "0")), MOST_REPEATS), asked.get("rp", "ct").split(",")
    tries = [await post(session, url, pairs, token, repeat)]
    while repeats and _is_repeated(tries, wanted):
        repeats -= 1
        tries.append(await post(session, url, pairs, token, repeat))
    if fallback and not _is_fine(tries[-1]):
        failed = [("ErrorCode", "11200"), ("ErrorUrl", url.partition("#")[0])]
        tries.append(await post(session, fallback, [*pairs, *failed], token, repeat))
    return tries


def _is_fine(tried: Posted) -> bool:
    return 200 <= tried.status < 300


def _is_repeated(tries: Sequence[Posted], wanted: list[str]) -> bool:
    status = tries[-1].status
    return (status == 0 and bool({"ct", "rt"} & set(wanted))) or (status >= 500 and "5xx" in wanted)
