"""Every route that reads JSON, with what somebody shows who may use it, and a body that is taken."""

from dataclasses import dataclass
from typing import Any

from aiohttp.test_utils import TestClient

from bot.web import Site
from tests.web.operator import Operator
from tests.web.test_webhooks import ADDRESS, SIGNED
from tests.web.visitor import CHAT, Visitor


@dataclass(frozen=True)
class Target:
    """One route."""

    path: str
    headers: dict[str, str]
    plain: bytes
    taken: frozenset[int] = frozenset({200, 201, 202})


DESK = {"X-Desk": "1", "Accept-Language": "en"}
PRESS = (
    b'{"update_id":1,"callback_query":{"id":"77","from":{"id":5,"first_name":"Ani"},"data":"1.0","message":'
    b'{"message_id":9,"date":0,"chat":{"id":5,"type":"private"}}}}'
)
SAID = (
    b'{"update_id":2,"message":{"message_id":9,"date":0,"text":"hello","chat":{"id":5,"type":"private"},"from":'
    b'{"id":5,"first_name":"Ani"}}}'
)


async def targets(client: "TestClient[Any, Any]", site: Site) -> list[Target]:
    """All of them, of a house whose account `telegram/main` is delivered to."""
    visitor, ani = await Visitor(client).arrives(), await Operator(client, site).arrives()
    await visitor.writes("HUMAN")
    while not (cases := await ani.cases()):
        continue
    case = f"/desk/demo/api/cases/{cases[0]['id']}"
    acts = [
        Target(f"{case}/{act}", ani.headers, b'{"id":"a1","text":"hello","to":"doctors"}', frozenset({202, 400, 409}))
        for act in ("say", "note", "take", "transfer", "close")
    ]
    return [
        Target(f"{CHAT}/session", {}, b'{"language":"en","page":"https://x.example"}'),
        Target(f"{CHAT}/messages", visitor.proof, b'{"type":"say","id":"a1","text":"hello"}'),
        Target(f"{CHAT}/messages", visitor.proof, b'{"type":"press","id":"a2","message":2,"choice":"0"}'),
        Target("/desk/demo/login", DESK, b'{"login":"ani","password":"x"}', frozenset({403, 429})),
        Target("/desk/welcome/x", DESK, b'{"login":"ani","password":"x","name":"Ani"}', frozenset({404})),
        Target("/desk/demo/api/language", ani.headers, b'{"language":"en"}'),
        *acts,
        Target(ADDRESS, SIGNED, PRESS),
        Target(ADDRESS, SIGNED, SAID),
    ]
