"""Delivering: signed, with escaped letters, once or twice, to an address that has shown that it knows the token."""

import aiohttp

from tests.standins.meta.wire import Json, escaped, signature

CHALLENGE = "1158201444"


async def verify(url: str, verify_token: str) -> bool:
    """Ask an address whether it wants deliveries, as Meta does before it takes one."""
    query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": CHALLENGE}
    async with aiohttp.ClientSession() as session, session.get(url, params=query) as response:
        return response.status == 200 and await response.text() == CHALLENGE


async def deliver(url: str, body: Json, secret: str, *, times: int = 1) -> list[int]:
    """Post a delivery so many times; the statuses of the answers."""
    raw = escaped(body)
    headers = {"X-Hub-Signature-256": signature(raw, secret), "User-Agent": "facebookexternalua"}
    headers["Content-Type"] = "application/json"
    statuses = []
    async with aiohttp.ClientSession() as session:
        for _ in range(times):
            async with session.post(url, data=raw, headers=headers) as response:
                statuses.append(response.status)
    return statuses
