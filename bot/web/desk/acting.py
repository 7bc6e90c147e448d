"""The calls by which operators act. Each becomes an event of the customer's conversation and is answered once on disk."""

from functools import partial

import msgspec
from aiohttp import web

from bot.desk.picker import choices
from bot.events import CaseAct, Contact, Envelope, OperatorSaid
from bot.records import Case, load_customer, open_case
from bot.texts import Wording, quoted, t
from bot.understanding import clean
from bot.web.body import BODY, decoded
from bot.web.calls import Refused, keep_picture
from bot.web.desk import late
from bot.web.desk.present import HERE, Present
from bot.web.desk.reading import case_of

TEXT_CHARS = 4000  # as the customer's own page takes
ID_CHARS = 64


class Words(msgspec.Struct):
    """What the page sends: its own id of the call, and what the call needs.

    With `template: relay` words may leave as the firm's template for people's words.
    """

    id: str
    text: str = ""
    to: str = ""
    template: str = ""


async def say(request: web.Request) -> web.Response:
    """`POST …/cases/{case}/say`: words for the customer."""
    here, words = request[HERE], _words(request)
    found, text = await case_of(here, request), clean(words.text).text.strip()
    if not text or len(text) > TEXT_CHARS:
        return here.refusal(400, t("At most 4000 characters.") if text else t("This message cannot be read."))
    if words.template != late.RELAY and (refused := await _too_late(here, found, late.stands_in(here, found))):
        return refused
    said = OperatorSaid(found.id, here.member.operator, text, template=words.template and late.RELAY)
    return await _unless_closed(here, found, words.id, said)


async def template(request: web.Request) -> web.Response:
    """`POST …/cases/{case}/template`: the firm's template `to`, with the lines of `text` as its values."""
    here, words = request[HERE], _words(request)
    found, text = await case_of(here, request), clean(words.text).text.strip()
    own = choices(here.page.business, Contact.of(found.actor).channel).get(words.to)
    if own is None:
        return here.refusal(400, t("There is no template {name} any more.", name=quoted(words.to)))
    values = [line.strip() for line in text.splitlines()]
    if len(values) != len(own.asked) or not all(values):
        return here.refusal(400, t("Each value of the template needs a word."))
    customer = await here.site.store.read(partial(load_customer, here.business, found.actor))
    name = f"{words.to}/{own.language_for(await late.language_of(here, found, customer))}"
    said = OperatorSaid(found.id, here.member.operator, "\n".join(values), template=name)
    return await _unless_closed(here, found, words.id, said)


async def picture(request: web.Request) -> web.Response:
    """`POST …/cases/{case}/picture`: the bytes of a picture for the customer, under the page's id in `X-Client-Id`."""
    here = request[HERE]
    found, client_id = await case_of(here, request), _proper(request.headers.get("X-Client-Id", ""))
    if refused_late := await _too_late(here, found, ""):
        return refused_late
    try:
        media = await keep_picture(request)
    except Refused as refused:
        return here.refusal(refused.status, refused.wording)
    return await _unless_closed(here, found, client_id, OperatorSaid(found.id, here.member.operator, "", (media,)))


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


async def _too_late(here: Present, case: Case, stand_in: str) -> web.Response | None:
    """The answer to what comes after the window; `template` names what may leave instead."""
    if case.status == "closed" or not await late.too_late(here, case):
        return None
    answer = {"text": here.words(late.refusal(stand_in)), "template": stand_in}
    return web.json_response(answer, status=409)


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


ACTS = {"say": say, "picture": picture, "take": take, "transfer": transfer, "close": close, "note": note,
        "template": template}  # fmt: skip
"""By the last part of the path."""
