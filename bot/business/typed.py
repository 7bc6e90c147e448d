"""Reads what an owner types about a new firm.

Each reader gives values by the names of `Firm`'s fields, or raises `ValueError` with the sentence that the owner reads.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from unicodedata import category
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies
from pydantic_core import PydanticCustomError

from bot.business.fields import ID, read_zone
from bot.business.hours import DAYS, Hours, read_shifts
from bot.business.problems import did_you_mean
from bot.business.services import FREE, read_price
from bot.business.spans import CLOSED, DAY_MINUTES
from bot.texts import LANGUAGES
from bot.texts.formats import LOCALES, MINOR_DIGITS
from bot.understanding import Phone, fold, read_phone
from bot.understanding.letters import LATIN

MOST_CHARS = 60
NOWHERE = "ZZ"  # CLDR's country of zones such as UTC
HOURS = re.compile(r"(?P<days>[a-z, -]*[a-z])\s*:?\s+(?P<spans>\d.*|closed)", re.IGNORECASE)

Known = dict[str, Any]
"""What has been answered so far, by the names of `Firm`'s fields."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One service of a new firm; `price` is written as in business.yaml, empty for none."""

    id: str
    name: str
    minutes: int
    price: str = ""


def folder_name(name: str) -> str:
    """Make a folder's name of a firm's, in Latin letters; «Две сестры» gives dve_sestry. Empty when none can be made."""
    latin = "".join(LATIN.get(letter, letter) for letter in fold(name).replace("ու", "u"))
    return re.sub(r"^[0-9_]+|_+$", "", re.sub(r"[^a-z0-9]+", "_", latin))[:40].rstrip("_")


def read_folder_name(name: str) -> str:
    """Read the name of a firm's folder, which is its key in the database and in addresses; raises `ValueError`."""
    if not ID.fullmatch(name):
        raise ValueError(
            f"'{name}' cannot be a firm's folder; use small Latin letters, digits and _, a letter first:"
            f" {folder_name(name) or 'my_firm'}"
        )
    return name


def _line(text: str, what: str) -> str:
    line = text.strip()
    if not line:
        raise ValueError(f"Please write {what}.")
    if len(line) > MOST_CHARS or any(category(char)[0] == "C" for char in line):
        raise ValueError(f"That is too long for {what}: one line of at most {MOST_CHARS} characters, please.")
    return line


def read_line(key: str, what: str) -> Callable[[str, Known], Known]:
    """Make a reader of one line of words, kept under `key`; `what` names it where it is missing."""
    return lambda text, _: {key: _line(text, what)}


def read_languages(text: str, _: Known) -> Known:
    """Read languages by code or name, «ru, Armenian»; in their order, each once."""
    names = {name.casefold(): code for code, name in LANGUAGES.items()}
    names |= {str(Locale.parse("en").languages[code]).casefold(): code for code in LANGUAGES}
    names |= {code: code for code in LANGUAGES}
    wanted = [part for part in re.split(r"[,;\s]+", text.casefold()) if part]
    if not wanted or (strange := [part for part in wanted if part not in names]):
        shown = ", ".join(f"{code} {name}" for code, name in LANGUAGES.items())
        raise ValueError(f"{f'I do not speak {strange[0]!r}. ' if wanted else ''}Choose among: {shown}.")
    return {"languages": tuple(dict.fromkeys(names[part] for part in wanted))}


@cache
def _zones_by_city() -> Mapping[str, str]:
    """Time zones by the names of their cities in every language."""
    known = sorted(available_timezones() & get_global("zone_territories").keys())
    found = {fold(zone.rpartition("/")[2].replace("_", " ")): zone for zone in known}
    for code in LOCALES.values():
        named = Locale.parse(code).time_zones
        found |= {fold(str(named[zone]["city"])): zone for zone in known if "city" in named.get(zone, {})}
    return found


def read_city(text: str, _: Known) -> Known:
    """Read a city in any of the languages, or a zone's name; one that names no zone leaves zone and money to be asked."""
    city = _line(text, "a city")
    if "/" in city:
        zone = read_zone(city).key
        return {"city": zone.rpartition("/")[2].replace("_", " "), **_of_zone(zone)}
    zone = _zones_by_city().get(fold(city), "")
    return {"city": city, **(_of_zone(zone) if zone else {})}


def read_own_zone(text: str, _: Known) -> Known:
    """Read a time zone by its name or by a city that is known for it."""
    zone = _zones_by_city().get(fold(text), "") or _line(text, "a time zone")
    if zone not in available_timezones():
        raise ValueError(f"'{zone}' is no time zone that I know; write a big city with the same time, like Tbilisi.")
    return _of_zone(zone)


def _of_zone(zone: str) -> Known:
    """The zone with the country that it lies in, and the money of that country if we can write it."""
    region = get_global("zone_territories").get(zone, NOWHERE)
    if region == NOWHERE or not region.isalpha():
        raise ValueError(f"'{zone}' is not in one country; name a big city, like Asia/Tbilisi.")
    paid = [code for code in get_territory_currencies(region) if code in MINOR_DIGITS]
    return {"zone": zone, "region": region, **({"currency": paid[0]} if paid else {})}


def read_currency(text: str, _: Known) -> Known:
    """Read a currency that prices can be written in."""
    code = text.strip().upper()
    if code not in MINOR_DIGITS:
        raise ValueError(f"There is no currency '{code}'{did_you_mean(code, MINOR_DIGITS)}.")
    return {"currency": code}


def read_own_phone(text: str, known: Known) -> Known:
    """Read a phone number, in the spelling of the firm's country or with a country code."""
    found = read_phone(_line(text, "a phone number"), region=known.get("region", ""))
    if not isinstance(found, Phone):
        raise ValueError(
            f"'{text.strip()}' is not a whole phone number; write it with the country code, like +374 10 …"
        )
    return {"phone": found.shown}


def read_hours(text: str, _: Known) -> Known:
    """Read «mon-fri 09:00-18:00; sat 10:00-15:00»; the days left out are closed."""
    parts = [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
    hours: dict[str, str] = {}
    for part in parts:
        found = HOURS.fullmatch(part)
        if found is None:
            raise ValueError(f"'{part}' are not hours of days; write them like mon-fri 09:00-13:00, 14:00-18:00")
        hours[re.sub(r"[,\s]+", ",", found["days"].lower())] = found["spans"].lower()
    weekly = _shifts(hours).weekly
    if not any(weekly.values()):
        raise ValueError("A firm that is never open cannot be booked; write at least one day.")
    if rest := [name for day, name in enumerate(DAYS) if day not in weekly]:
        hours[",".join(rest)] = CLOSED
    return {"hours": hours}


def _shifts(hours: Mapping[str, str]) -> Hours:
    try:
        return read_shifts(dict(hours))
    except PydanticCustomError as error:
        raise ValueError((error.context or {})["faults"][0][1]) from error


def read_service(text: str, known: Known) -> Known:
    """Read one more service, «Haircut, 45, 40»; without a currency the price is in the firm's."""
    name, minutes, price, *more = [*(part.strip() for part in text.split(",")), "", ""]
    _line(name, "a service, its minutes and its price, like Haircut, 45, 40")
    if any(more) or not re.fullmatch(r"[0-9]{1,4}( ?min)?", minutes):
        raise ValueError(
            f"'{text.strip()}' is not a name, minutes and a price, like Haircut, 45, 40.50 or Advice, 30, {FREE}"
        )
    length = int(minutes.removesuffix("min"))
    before: Sequence[Offer] = known.get("services", ())
    if any(fold(each.name) == fold(name) for each in before):
        raise ValueError(f"'{name}' stands there already.")
    _fits(length, known)
    key = folder_name(name)
    if not key or any(each.id == key for each in before):
        key = f"service_{len(before) + 1}"
    return {"services": (*before, Offer(key, name, length, _price(price, known)))}


def _fits(length: int, known: Known) -> None:
    """Refuse a service that no opening is long enough for."""
    spans = (each for day in _shifts(known.get("hours", {})).weekly.values() for each in day)
    longest = max((each.length // timedelta(minutes=1) for each in spans), default=DAY_MINUTES)
    if not 0 < length <= longest:
        raise ValueError(f"{length} minutes cannot be booked; the longest opening without a break has {longest}.")


def _price(text: str, known: Known) -> str:
    written = text if not text or re.search("[A-Za-z]$", text) else f"{text} {known.get('currency', '')}"
    written = FREE if written in {"0", f"0 {known.get('currency', '')}"} else written
    if written:
        read_price(written)
    return written
