"""Phone numbers and e-mail addresses as people type them.

The libraries that know the plans of the world's countries are imported at the
first use, because most messages hold neither.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .fold import prepare

HOME_REGIONS = ("AM", "RU", "UZ", "GE")  # tried in this order when a number does not fit the firm's own country
FEWEST_DIGITS, MOST_DIGITS = 6, 15  # the shortest subscriber number at home; ITU-T E.164
LONGEST_ADDRESS = 254  # RFC 5321

_INTERNATIONAL = re.compile(r"^\W*00(?=[1-9])")
_EXTENSION = re.compile(r"[^\W\d_]")
_NUMBER_IN_TEXT = re.compile(r"(?<![\w@.])\+?[(\d][\d\s().\-\u2010-\u2014]{4,24}\d(?![\w@])")
_LABEL = re.compile(r"^[^\d+(]*[:\s](?=[+(\d])")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]+\s?@\s?[^\s<>()\[\],;:\"@]+")
_DOMAIN_SLIPS = {
    "gmail": ("gmial", "gmai", "gmal", "gamil", "gnail", "gmaill", "gmil", "gimail", "gmeil"),
    "mail": ("mial", "maill"),
    "yandex": ("yandx", "yndex", "jandex", "yandeks"),
    "yahoo": ("yaho", "yahooo", "yhoo"),
    "hotmail": ("hotmial", "hotmal", "hotmai"),
    "outlook": ("outlok", "outloook", "outllok"),
    "icloud": ("iclod", "icloude", "icluod"),
}
_SLIPS = {wrong: right for right, slips in _DOMAIN_SLIPS.items() for wrong in slips}
_ENDING_SLIPS = {
    "con": "com",
    "cmo": "com",
    "comm": "com",
    "vom": "com",
    "xom": "com",
    "ocm": "com",
    "ri": "ru",
    "ry": "ru",
}
_ONLY_COM = {"gmail", "yahoo", "hotmail", "outlook", "icloud"}


@dataclass(frozen=True, slots=True)
class Phone:
    """A valid number: `e164` for storing, `shown` with the country's own spacing."""

    e164: str
    shown: str


@dataclass(frozen=True, slots=True)
class BadPhone:
    """A text that is no phone number, and what to tell the customer about it."""

    reason: Literal["too_short", "too_long", "not_a_number"]


@dataclass(frozen=True, slots=True)
class Email:
    """A well-formed address; `suggestion` is what was probably meant, for the customer to confirm."""

    address: str
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class BadEmail:
    """A text without an address, or with one that cannot exist."""

    reason: Literal["missing", "malformed"]


def read_phone(text: str, *, region: str) -> Phone | BadPhone:
    """Read a message that is a phone number, in the spelling of `region` (ISO code) or of a neighbour.

    Accepts `+374 91 …`, `00374…`, `374…`, `091 …`, `91 …` and «8 916 …» in any spacing and
    digits; words before it are ignored.
    """
    line = _LABEL.sub("", prepare(text[:200]).strip())
    digits = sum(c.isdigit() for c in line)
    if digits == 0 or _EXTENSION.search(line):
        return find_phone(text, region=region) or BadPhone("not_a_number")
    found = _parse(line, region)
    if found is not None:
        return found
    if digits < FEWEST_DIGITS:
        return BadPhone("too_short")
    return BadPhone("too_long" if digits > MOST_DIGITS else _reason(line, region))


def find_phone(text: str, *, region: str) -> Phone | None:
    """Give the first valid phone number inside a sentence; dates, sums and order numbers are passed over."""
    found = next(_numbers(text, region), None)
    return found[1] if found else None


def without_phone(text: str, *, region: str) -> str:
    """Give a text without the phone number that `find_phone` finds in it."""
    found = next(_numbers(text, region), None)
    return f"{found[0].string[: found[0].start()]} {found[0].string[found[0].end() :]}" if found else text


def _numbers(text: str, region: str) -> Iterator[tuple[re.Match[str], Phone]]:
    for found in _NUMBER_IN_TEXT.finditer(prepare(text[:2000])):
        if (phone := _parse(found[0], region)) is not None:
            yield found, phone


def _parse(line: str, region: str) -> Phone | None:
    line = _INTERNATIONAL.sub("+", line)
    digits = "".join(c for c in line if c.isdigit())
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        return None
    if line.lstrip(" (").startswith("+"):
        return _valid(f"+{digits}", region)
    others = [home for home in HOME_REGIONS if home != region]
    for candidate, where in [(digits, region), (f"+{digits}", region), *((digits, home) for home in others)]:
        abroad = candidate.startswith("+") or where != region
        found = _valid(candidate, where, guessed=abroad) if not abroad or len(digits) >= 9 else None
        if found is not None:
            return found
    return None


@lru_cache(maxsize=256)  # a number is read when it is typed and again each time that it is shown
def _valid(digits: str, region: str, *, guessed: bool = False) -> Phone | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(digits, region.upper())
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    if guessed and number.country_code not in {phonenumbers.country_code_for_region(home) for home in HOME_REGIONS}:
        return None  # an order number is a valid number somewhere
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), shown)


def _reason(line: str, region: str) -> Literal["too_short", "too_long", "not_a_number"]:
    import phonenumbers

    line = _INTERNATIONAL.sub("+", line)
    code = phonenumbers.country_code_for_region(region.upper())
    if code and line.startswith("0"):  # else the trunk zero counts as a digit of the number
        line = f"+{code}{line.lstrip('0')}"
    try:
        number = phonenumbers.parse(line, region.upper())
    except phonenumbers.NumberParseException:
        return "not_a_number"
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible in (phonenumbers.ValidationResult.TOO_SHORT, phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        return "too_short"
    return "too_long" if possible == phonenumbers.ValidationResult.TOO_LONG else "not_a_number"


def read_email(text: str) -> Email | BadEmail:
    """Read the first e-mail address in a text; nothing is looked up.

    Suggests a mend for well-known slips (`gmail.con`).
    """
    line = prepare(text[:2000]).strip()
    found = _ADDRESS.search(line.removeprefix("mailto:"))
    if found is None:
        return BadEmail("malformed" if "@" in line else "missing")
    from email_validator import EmailNotValidError, validate_email

    written = found[0].replace(" ", "").strip(".'`*!?«»“”\u201e")
    try:
        address = validate_email(written[: LONGEST_ADDRESS + 1], check_deliverability=False).normalized
    except EmailNotValidError:
        return BadEmail("malformed")
    return Email(address, _suggestion(address))


def _suggestion(address: str) -> str | None:
    local, _, domain = address.rpartition("@")
    host, dot, ending = domain.lower().rpartition(".")
    if not dot:
        return None
    right = _SLIPS.get(host, host)
    known = right in _DOMAIN_SLIPS
    mended = _ENDING_SLIPS.get(ending, ending) if known or ending in ("con", "cmo") else ending
    if right in _ONLY_COM and mended in ("co", "cm", "om", "c"):
        mended = "com"
    better = f"{local}@{right}.{mended}"
    return better if f"{right}.{mended}" != f"{host}.{ending}" else None
