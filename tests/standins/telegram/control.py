"""Control from another process: the acts of people and groups as `POST /_control/…` with JSON.

    POST /_control/people                      {"name": "Ani", "language": "hy"}      -> {"id": 279058397}
    POST /_control/people/<id>/<act>           {"text": "hello"}                      -> what the act gives
    POST /_control/groups                      {"title": "Staff", "forum": true, "members": {"<id>": "member"}}
    POST /_control/groups/<id>/<act>           {"who": <id>, "text": "…", "topic": 5}
    POST /_control/acts                        [["people", <id>, "says", {"text": "…"}], …]   -> a list of results
    GET  /_control/people/<id>/screen, /_control/groups/<id>/screen?topic=5
    GET  /_control/record?since=0              POST /_control/clear
    POST /_control/faults                      {"method": "sendMessage", "kind": "too_many", "settings": {"seconds": 3}}
    POST /_control/rates                       {"on": true}

An act is the name of a method of `Person` or `Group`; a `bytes` argument is base64, a person is given by number, and
`"bot"` in their place is the bot. An act that a person cannot do is answered with 409.
"""

import base64
import dataclasses
import inspect
from itertools import islice
from typing import Any

import msgspec
from aiohttp import web

from tests.standins.telegram import faults
from tests.standins.telegram.groups import Group
from tests.standins.telegram.people import Person
from tests.standins.telegram.seen import Seen
from tests.standins.telegram.service import Service
from tests.standins.telegram.wire import Json, decode, encode
from tests.standins.telegram.world import Press

PREFIX = "/_control/"


async def answer(api: Service, request: web.BaseRequest) -> web.Response:
    """Do what is asked and give what came of it."""
    parts = request.path.removeprefix(PREFIX).split("/")
    try:
        body = decode(await request.read() or b"{}")
        if request.method == "GET":
            body = dict(request.query)
        result = await _do(api, parts, body)
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        return _json(400, {"error": f"{type(error).__name__}: {error}"})
    except AssertionError as error:
        return _json(409, {"error": str(error)})
    return _json(200, result)


async def _do(api: Service, parts: list[str], body: Any) -> Any:
    match parts:
        case ["people"]:
            return {"id": api.person(**body).id}
        case ["groups"]:
            given = {api.people[int(number)]: status for number, status in body.pop("members", {}).items()}
            return {"id": api.group(**body, members=given).id}
        case ["people" | "groups" as kind, number, act]:
            return await _act(api, kind, int(number), act, body)
        case ["acts"]:
            return [await _act(api, kind, number, act, settings) for kind, number, act, settings in body]
        case _:
            return _administer(api, parts, body)


def _administer(api: Service, parts: list[str], body: Any) -> Any:
    match parts:
        case ["record"]:
            skip = max(0, int(body.get("since", 0)) - (api.record.count - len(api.record)))
            return {"count": api.record.count, "entries": list(islice(iter(api.record), skip, None))}
        case ["faults"]:
            fault = faults.named(body["kind"], body.get("settings", {}))
            if body.get("always"):
                api.faults.always(body["method"], fault, chat=body.get("chat"))
            else:
                api.faults.once(body["method"], fault, chat=body.get("chat"), times=body.get("times", 1))
        case ["flood"]:
            api.faults.flood(body["seconds"], chat=body.get("chat"))
        case ["rates"]:
            api.rates.on = body["on"]
        case ["token"]:
            return {"token": api.bot.token, "url": api.url}
        case ["revoke"]:
            api.bot.revoked = body.get("revoked", True)
        case ["clear"]:
            api.record.clear()
            api.faults.clear()
        case _:
            raise KeyError("/".join(parts))
    return {"ok": True}


async def _act(api: Service, kind: str, number: int, act: str, settings: Json) -> Any:
    actor: Person | Group = api.people[number] if kind == "people" else _group(api, number)
    if act.startswith("_"):
        raise AttributeError(act)
    found = getattr(actor, act)
    if not callable(found):
        return _plain(found)
    result = found(**{name: _given(api, name, value) for name, value in settings.items()})
    return _plain(await result if inspect.isawaitable(result) else result)


def _group(api: Service, number: int) -> Group:
    """The group that has this number, or had it before it was upgraded."""
    return next((one for one in api.gatherings.values() if one.id == number), None) or api.gatherings[number]


def _given(api: Service, name: str, value: Any) -> Any:
    if name in {"who", "forwarded_from"}:
        return api.bot if value == "bot" else api.people[value]
    if name == "content" and isinstance(value, str):
        return base64.b64decode(value)
    if name == "topic" and isinstance(value, str):
        return int(value)
    return value


def _plain(result: Any) -> Any:
    if isinstance(result, Seen):
        return result.as_json()
    if isinstance(result, Press):
        return {"id": result.id, "data": result.data, "answer": result.answer}
    if isinstance(result, tuple | list):
        return [_plain(one) for one in result]
    if isinstance(result, dict):
        return {str(name): _plain(value) for name, value in result.items()}
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        return msgspec.to_builtins(result)
    return result


def _json(status: int, body: Any) -> web.Response:
    return web.Response(status=status, body=encode(body), content_type="application/json")
