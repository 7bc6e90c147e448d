"""What leaves unasked: each must be inside the window of a channel, or have a template that stands in for it.

After a day of silence some providers take only what they have approved. What has no template then is not sent; people
are told, but the customer hears nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from bot.business.business import Business
from bot.business.fitting.remarks import Level, Remark
from bot.business.fitting.unasked import sends, wordings
from bot.business.problems import Loc
from bot.business.templates import Approved
from bot.dialog import Dialog
from bot.rendering import Limits
from bot.texts import Phrasebook

HOUR = timedelta(hours=1)
FILE = "templates.yaml"
MISSING = "a language of the firm is missing; say which of these stands in for it: 'others'"
OF_ONE = "an id at Twilio is of one language; write one for each, like {ru: HX…, en: HX…}"


def timed(
    business: Business,
    dialogs: Mapping[str, type[Dialog]],
    phrasebook: Phrasebook,
    channel: str,
    limits: Limits,
    language: str,
) -> Iterator[Remark]:
    """What of it comes too late for a channel and has no template there, or none in this language, or too long a one."""
    if limits.window is None:
        return
    hours = f"{limits.window // HOUR} h"
    if limits.templates:
        yield from _unnamed(business, dialogs, channel, limits.window, language)
        yield from _foreign(business, channel, hours, language)
        yield from _long(business, phrasebook, channel, limits, language)
        return
    for each in sends(business, dialogs):
        if each.kind != "relay" and (each.silence is None or each.silence > limits.window):
            text = f"{each.what} does not arrive after {hours} of silence; this channel has no templates"
            yield Remark("note", each.file, each.loc, text, language, channel, line=each.line)


def _unnamed(
    business: Business, dialogs: Mapping[str, type[Dialog]], channel: str, window: timedelta, language: str
) -> Iterator[Remark]:
    own = any(channel in each.names for each in business.templates.own.values())
    for each in sends(business, dialogs):
        twin = business.twin(each.kind)
        late = each.silence is None or each.silence > window
        named = (twin is not None and channel in twin.names) or (own and each.kind == "relay")
        if late and not named:
            text = f"{each.what} may leave after {window // HOUR} h of silence; name a template for '{each.kind}' in {FILE}"
            level: Level = "fault" if each.due else "note"
            yield Remark(level, each.file, each.loc, text, language, channel, line=each.line)


def _approved(business: Business) -> Iterator[tuple[Loc, Approved]]:
    for kind, twin in business.templates.twins.items():
        yield (kind,), twin
    for name, own in business.templates.own.items():
        yield ("own", name), own


def _foreign(business: Business, channel: str, hours: str, language: str) -> Iterator[Remark]:
    """Templates without this language, and an id of one language that stands for all."""
    for loc, each in _approved(business):
        name = each.names.get(channel)
        if name is not None and language not in each.languages and each.others is not None:
            text = f"what stands in after {hours} of silence is in '{each.others}' for others"
            yield Remark("note", FILE, (*loc, "languages"), text, language, channel)
        elif name is not None and language not in each.languages:
            yield Remark("fault", FILE, (*loc, "languages"), MISSING, language, channel)
        if isinstance(name, str) and name.startswith("HX") and len(each.languages) > 1:
            yield Remark("fault", FILE, (*loc, "names", channel), OF_ONE, language, channel)


def _long(business: Business, phrasebook: Phrasebook, channel: str, limits: Limits, language: str) -> Iterator[Remark]:
    """Words that no template takes as its value; the provider would refuse the whole message."""
    longest: dict[tuple[str, Loc], int] = {}
    for kind, file, loc, wording in wordings(business):
        twin = business.twin(kind)
        if twin is not None and channel in twin.names and "text" in twin.values:
            said = " ".join(phrasebook.say(wording, twin.language_for(language)).split())
            longest[file, loc] = max(longest.get((file, loc), 0), limits.measure(said))
    for (file, loc), length in longest.items():
        if length > limits.templates:
            text = f"over {limits.templates} characters in a template, which the provider refuses"
            yield Remark("fault", file, loc, text, language, channel, str(length))
