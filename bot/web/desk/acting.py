"""The calls by which operators act. Each becomes an event of the customer's conversation and is answered once on disk."""

from functools import partial

import msgspec
from aiohttp import web

from bot.events import CaseAct, Envelope, Media, OperatorSaid
from bot.records import Case, open_case
from bot.texts import Wording, t
from bot.understanding import clean
from bot.web.body import BODY, decoded
from bot.web.calls import Refused, keep_picture
from bot.web.desk.present import HERE, Present
from bot.web.desk.reading import case_of

TEXT_CHARS = 4000  # as the customer's own page takes
ID_CHARS = 64


class Words(msgspec.Struct):
    """What the page sends: its own id of the call, and what the call needs."""

    id: str
    text: str = ""
    to: str = ""


async def say(request: web.Request) -> web.Response:
    """`POST …/cases/{case}/say`: words for the customer."""
    here, words = request[HERE], _words(request)
    found, text = await case_of(here, request), clean(words.text).text.strip()
    if not text or len(text) > TEXT_CHARS:
        return here.refusal(400, t("At most 4000 characters.") if text else t("This message cannot be read."))
    return await _say(here, found, words.id, text)


async def picture(request: web.Request) -> web.Response:
    """`POST …/cases/{case}/picture`: the bytes of a picture for the customer, under the page's id in `X-Client-Id`."""
    here = request[HERE]
    found, client_id = await case_of(here, request), _proper(request.headers.get("X-Client-Id", ""))
    try:
        media = await keep_picture(request)
    except Refused as refused:
        return here.refusal(refused.status, refused.wording)
    return await _say(here, found, client_id, "", (media,))


async def take(request: web.Request) -> web.Response:
    """`POST …/cases/{case}/take`: the member answers from now on; opens a closed case again, if it is the last one."""
    here, words = request[HERE], _words(request)
    found = await case_of(here, request)
    other = await here.site.store.read(partial(open_case, here.business, found.actor, found.kind))
    if other is not None and other.id != found.id:
        return here.refusal(409, t("The customer has asked again since: #{case}. Answer there.", case=other.id))
    return await _accept(here, found, words.id, CaseAct(found.id, "take", here.member.operator))


async def transfer(request: web.Request) -> web.Response:
    """`POST …/cases/{case}/transfer`: the case waits for the group `to`."""
    here, words = request[HERE], _words(request)
    found = await case_of(here, request)
    if words.to not in here.page.business.groups:
        groups = ", ".join(here.page.business.groups)
        return here.refusal(400, t("Which group? There are: {groups}.", groups=groups))
    return await _unless_closed(here, found, words.id, CaseAct(found.id, "transfer", here.member.operator, words.to))


async def close(request: web.Request) -> web.Response:
    """`POST …/cases/{case}/close`: the bot answers again."""
    here, words = request[HERE], _words(request)
    found = await case_of(here, request)
    return await _accept(here, found, words.id, CaseAct(found.id, "close", here.member.operator))


async def note(request: web.Request) -> web.Response:
    """`POST …/cases/{case}/note`: something for colleagues."""
    here, words = request[HERE], _words(request)
    found, text = await case_of(here, request), clean(words.text).text.strip()
    if not text or len(text) > TEXT_CHARS:
        return here.refusal(400, t("At most 4000 characters.") if text else t("This message cannot be read."))
    return await _unless_closed(here, found, words.id, CaseAct(found.id, "note", here.member.operator, text=text))


async def _say(here: Present, case: Case, client_id: str, text: str, media: tuple[Media, ...] = ()) -> web.Response:
    return await _unless_closed(here, case, client_id, OperatorSaid(case.id, here.member.operator, text, media))


async def _unless_closed(here: Present, case: Case, client_id: str, event: OperatorSaid | CaseAct) -> web.Response:
    if case.status == "closed":
        return here.refusal(409, CLOSED)
    return await _accept(here, case, client_id, event)


CLOSED: Wording = t("This case is closed. Open it again to write.")


async def _accept(here: Present, case: Case, client_id: str, event: OperatorSaid | CaseAct) -> web.Response:
    """Put an event into the conversation's inbox; the page's id makes a repeat recognisable."""
    key = f"desk:{here.member.id}:{client_id}"
    envelope = Envelope(here.business, case.actor, key, here.site.clock.now(), event)
    (accepted,) = await here.site.intake.accept([envelope])
    return web.json_response({"id": client_id, "fresh": accepted.fresh}, status=202)


def _words(request: web.Request) -> Words:
    words = decoded(request[BODY], Words)
    _proper(words.id)
    return words


def _proper(client_id: str) -> str:
    if not 0 < len(client_id) <= ID_CHARS or not client_id.isprintable():
        raise web.HTTPBadRequest(text="A call needs an id of 1 to 64 printable characters.")
    return client_id


ACTS = {"say": say, "picture": picture, "take": take, "transfer": transfer, "close": close, "note": note}
"""By the last part of the path."""
