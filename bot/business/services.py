"""What the firm sells: services with their length and price."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainValidator

from bot.business.fields import Duration, Entry, Id, InEachLanguage, ShortForm, SomePhrases, SomeTime
from bot.business.problems import did_you_mean
from bot.texts import Money, Wording, t
from bot.texts.formats import MINOR_DIGITS

PRICE = re.compile(r"(from\s+)?([\d\s_.]+?)(?:\s*[-–—]\s*([\d\s_.]+?))?\s*([A-Za-z]*)")
FREE = "free"
EXAMPLES = f"'15000 AMD', '15000-25000 AMD', 'from 15000 AMD' or '{FREE}'"


@dataclass(frozen=True, slots=True)
class Price:
    """What a service costs: `lowest`, up to `highest` if that is more, or any more when `open_ended`; free is None."""

    lowest: Money | None = None
    highest: Money | None = None
    open_ended: bool = False

    @property
    def free(self) -> bool:
        """Whether nothing is paid."""
        return self.lowest is None

    def wording(self) -> Wording:
        """Say the price as a customer reads it."""
        if self.lowest is None or self.highest is None:
            return t("free")
        if self.open_ended:
            return t("from {price}", price=self.lowest)
        if self.lowest == self.highest:
            return t("{price}", price=self.lowest)
        return t("{lowest} – {highest}", lowest=self.lowest, highest=self.highest)


def read_price(written: object) -> Price:
    """Read «15000 AMD», «15 000-25 000 AMD», «from 15000 AMD» or «free»."""
    text = str(written).strip()
    if text.lower() == FREE:
        return Price()
    found = PRICE.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is not a price; write it like {EXAMPLES}")
    since, low, high, currency = found.groups()
    if not currency:
        raise ValueError(f"'{text}' is a price without a currency; write '{text} AMD'")
    if currency not in MINOR_DIGITS:
        raise ValueError(f"there is no currency '{currency}'{did_you_mean(currency, MINOR_DIGITS)}")
    lowest = _read_money(low, currency)
    highest = _read_money(high, currency) if high else lowest
    if highest.minor < lowest.minor:
        raise ValueError(f"'{text}' ends below where it begins")
    return Price(lowest, highest, bool(since))


def _read_money(digits: str, currency: str) -> Money:
    plain = re.sub(r"[\s_]", "", digits)
    if not re.fullmatch(r"\d+(\.\d+)?", plain):
        raise ValueError(f"'{digits}' is not an amount; write digits, like 15000 or 12.50")
    minor = Decimal(plain).scaleb(MINOR_DIGITS[currency])
    if minor != minor.to_integral_value():
        raise ValueError(f"'{digits}' has more decimals than {currency} has ({MINOR_DIGITS[currency]})")
    if not minor:
        raise ValueError(f"a price of nothing is written '{FREE}'")
    return Money(int(minor), currency)


class Service(Entry):
    """Something that can be booked. `specialists` are the ids of who offer it; buffers stay free around a visit.

    `short` is its name on a narrow button.
    """

    id: Id = Field(alias="<id>")
    name: InEachLanguage
    short: ShortForm | None = None
    description: InEachLanguage | None = None
    price: Annotated[Price, PlainValidator(read_price)] | None = None
    duration: SomeTime
    buffer_before: Duration = timedelta()
    buffer_after: Duration = timedelta()
    phrases: SomePhrases = Field(default_factory=dict)
    specialists: tuple[str, ...] = Field((), alias="<specialists>")

    @property
    def occupies(self) -> timedelta:
        """How long a visit keeps a specialist busy, buffers included."""
        return self.buffer_before + self.duration + self.buffer_after
