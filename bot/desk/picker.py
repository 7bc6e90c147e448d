"""The templates that operators may choose from, and what the customer reads of one."""

from collections.abc import Mapping, Sequence

import msgspec

from bot.business import Business
from bot.business.templates import OwnTemplate
from bot.ports.store import Query, Script
from bot.replies import Template


class Speaking(msgspec.Struct):
    """What is read of a conversation's state here; the rest of it is left alone."""

    language: str = ""


_speaking = msgspec.json.Decoder(Speaking).decode


def spoken_in(business: str, actor: str) -> Script[str]:
    """The language of a conversation; empty while none is known."""
    rows = yield Query("SELECT state FROM actors WHERE business = ? AND actor = ?", (business, actor))
    return _speaking(rows[0][0]).language if rows else ""


def choices(business: Business, channel: str) -> Mapping[str, OwnTemplate]:
    """The firm's own templates that a channel has, by name."""
    return {name: own for name, own in business.templates.own.items() if channel in own.names}


def filled(own: OwnTemplate, language: str, given: Sequence[str], *, name: str, firm: str) -> tuple[str, Template]:
    """What the customer reads, and the same as a template; `given` are the values that were asked for, in order."""
    known = {"name": name, "firm": firm} | dict(zip(own.asked, given, strict=True))
    values = [known[value] for value in own.values]
    return own.filled(language, values), Template(own.names_in(language), language, tuple(values))
