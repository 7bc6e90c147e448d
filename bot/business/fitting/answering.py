"""A channel on which the people of a country cannot answer: it is for notices there, and a dialog would wait in vain."""

from collections.abc import Iterator

from bot.business.business import Business
from bot.business.fitting.remarks import Remark
from bot.rendering import Limits

UNANSWERED = "customers in this country cannot answer on this channel; it is for notices there"


def unanswered(business: Business, channel: str, limits: Limits, language: str) -> Iterator[Remark]:
    """The firm's own country, where it is one of those."""
    if business.region in limits.one_way:
        yield Remark("note", "business.yaml", ("region",), UNANSWERED, language, channel)
