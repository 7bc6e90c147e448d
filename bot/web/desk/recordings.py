"""What customers have spoken on the phone: for the staff alone, and it is written down who hears it.

Such a file has no address that can be passed on. It is asked for by its place in a case, by somebody who is logged in.
"""

from functools import partial

import structlog
from aiohttp import web

from bot.events import Media
from bot.ports.clock import micros
from bot.ports.files import NotFetched
from bot.records import Case, Entry
from bot.records.cases import lock_of
from bot.records.notes import keep_note
from bot.store import transcript
from bot.store.transcript import Line
from bot.texts import clock, day, t
from bot.web.desk.present import HERE, Present
from bot.web.desk.reading import case_of
from bot.web.files import is_confidential, kept, served

log = structlog.get_logger()

MOST_DIGITS = 15
NOT_STORED = {"Cache-Control": "private, no-store"}
"""Whoever hears it again asks again."""


async def play(request: web.Request) -> web.Response:
    """`GET …/cases/{case}/recordings/{seq}/{n}`: what was spoken, and a note in the case of who has opened it, and when."""
    here = request[HERE]
    found = await case_of(here, request)
    line, media = await _named(here, found, request)
    try:
        stored = await kept(here.site, here.page, media.source, media.name)
    except NotFetched as error:
        raise web.HTTPServiceUnavailable(text="This recording cannot be had just now.") from error
    if stored is None:
        raise web.HTTPNotFound(text="This recording cannot be had any more.")
    await _write_down(here, found, line, media)
    response = served(stored)
    response.headers.update(NOT_STORED)
    return response


async def _named(here: Present, case: Case, request: web.Request) -> tuple[Line, Media]:
    """The recording that the path names; raises 404."""
    seq, n = _number(request.match_info["seq"]), _number(request.match_info["n"])
    lines = await here.site.store.read(partial(transcript.after, here.business, case.actor, seq - 1, 1))
    for line in lines:
        media = line.message.media[n : n + 1]
        if line.seq == seq and media and is_confidential(here.site, here.page, media[0].source, media[0].name):
            return line, media[0]
    raise web.HTTPNotFound(text="There is no such recording.")


def _number(text: str) -> int:
    """A number of the path; one that is none is nobody's."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0


async def _write_down(here: Present, case: Case, line: Line, media: Media) -> None:
    """Keep with the case who has opened the recording; the log holds ids alone."""
    at = line.at.astimezone(here.page.business.zone)
    moment = t("{day}, {time}", day=day(at), time=clock(at))
    words = here.page.words(t("Opened the recording of {moment}.", moment=moment), here.page.business.desk_language)
    now = here.site.clock.now()
    entry = Entry(now, {"note": words, "by": here.member.name, "origin": f"{media.source}/{media.name}"})
    script = partial(keep_note, here.business, case.id, entry, micros(now))
    await here.site.store.run(script, locks=(lock_of(here.business, case.actor, case.kind),))
    log.info("a recording was opened", member=here.member.id, case=case.id, recording=media.name)
