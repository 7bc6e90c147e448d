"""The kinds of value that a business folder is made of: texts by language, ids, references, spans of time.

Each reads what an editor wrote and refuses with the sentence the editor will see.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationInfo

from bot.business.faults import Fault, several
from bot.business.names import names_of
from bot.business.problems import did_you_mean, no_such
from bot.texts import LANGUAGES, Localized
from bot.texts.formats import MINOR_DIGITS

TEXT_CHARS = 4000
SHORT_CHARS = 20  # WhatsApp reply buttons, the narrowest label of any channel
ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
SPAN = re.compile(r"(\d+)\s*(minutes?|min|hours?|h|days?|d)\b", re.IGNORECASE)
SECRET_NAME = re.compile(r"(token|secret|password)$", re.IGNORECASE)
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Entry(BaseModel):
    """One part of the folder: frozen, and a key that it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def language_faults(data: Mapping[str, object]) -> list[Fault]:
    """Faults of the keys of a map by language."""
    faults: list[Fault] = []
    for code, value in data.items():
        if code not in LANGUAGES and value is None:
            faults.append(((code,), f"there is no language '{code}'; a text with a comma inside {{…}} needs quotes"))
        elif code not in LANGUAGES:
            faults.append(((code,), no_such("language", code, LANGUAGES)))
    return faults


def read_wordings(data: object, info: ValidationInfo) -> Localized:
    """Read a text with one wording for each of the firm's languages; a firm of one language may write it plain."""
    languages = names_of(info).languages
    if isinstance(data, str) and len(languages) == 1:
        data = {languages[0]: data}
    some = read_some_wordings(data, info)
    if missing := [code for code in languages if code not in some.wordings]:
        raise ValueError(f"the wording in {', '.join(f'{LANGUAGES[code]} ({code})' for code in missing)} is missing")
    return some


def read_some_wordings(data: object, info: ValidationInfo) -> Localized:
    """Read a text that may lack some of the firm's languages."""
    if not isinstance(data, dict):
        raise several([((), f"expected one wording a language, like {_example(names_of(info).languages)}")])
    faults = language_faults(data)
    for code in data.keys() & LANGUAGES.keys():
        wording = data[code]
        if not isinstance(wording, str) or not wording.strip():
            faults.append(((code,), "expected a text" if wording and not isinstance(wording, str) else "is empty"))
        elif len(wording) > TEXT_CHARS:
            faults.append(((code,), f"has {len(wording)} characters; at most {TEXT_CHARS} can be sent"))
    if faults:
        raise several(faults)
    return Localized({code: wording.strip() for code, wording in data.items()})


def _example(languages: tuple[str, ...]) -> str:
    return "{" + ", ".join(f"{code}: …" for code in languages) + "}"


def _short(text: Localized) -> Localized:
    long = {code: wording for code, wording in text.wordings.items() if len(wording) > SHORT_CHARS}
    if long:
        message = f"has {{}} characters; a short form has at most {SHORT_CHARS}"
        raise several([((code,), message.format(len(wording))) for code, wording in long.items()])
    return text


InEachLanguage = Annotated[Localized, PlainValidator(read_wordings)]
InSomeLanguages = Annotated[Localized, PlainValidator(read_some_wordings)]
ShortForm = Annotated[Localized, PlainValidator(read_wordings), AfterValidator(_short)]


def read_some_phrases(data: object) -> Mapping[str, tuple[str, ...]]:
    """Read example phrases by language."""
    if not isinstance(data, dict):
        raise several([((), "expected a list of phrases a language, like {en: [price, how much]}")])
    faults = language_faults(data)
    for code, phrases in data.items():
        if code in LANGUAGES and not (isinstance(phrases, list) and phrases):
            faults.append(((code,), "expected a list of phrases, like [price, how much]"))
        elif code in LANGUAGES:
            bad = (place for place, phrase in enumerate(phrases) if not isinstance(phrase, str) or not phrase.strip())
            faults.extend(((code, place), "expected a phrase") for place in bad)
    if faults:
        raise several(faults)
    return {code: tuple(phrases) for code, phrases in data.items()}


def read_phrases(data: object, info: ValidationInfo) -> Mapping[str, tuple[str, ...]]:
    """Read example phrases in each of the firm's languages."""
    phrases = read_some_phrases(data)
    if missing := [code for code in names_of(info).languages if code not in phrases]:
        raise ValueError(f"phrases in {', '.join(f'{LANGUAGES[code]} ({code})' for code in missing)} are missing")
    return phrases


Phrases = Annotated[Mapping[str, tuple[str, ...]], PlainValidator(read_phrases)]
SomePhrases = Annotated[Mapping[str, tuple[str, ...]], PlainValidator(read_some_phrases)]


def read_id(value: str) -> str:
    """Read the name of an entry; it is stored with customers' data, so it is plain and never translated."""
    if not ID.fullmatch(value):
        raise ValueError(f"'{value}' cannot be an id; use small Latin letters, digits and _, a letter first")
    return value


def refers(kind: str, said: str = "") -> AfterValidator:
    """Make a reference to something of `kind` that must stand in the folder."""

    def look_up(value: str, info: ValidationInfo) -> str:
        known = names_of(info).of(kind)
        if known is not None and value not in known:
            raise ValueError(no_such(said or kind, value, known))
        return value

    return AfterValidator(look_up)


Id = Annotated[str, AfterValidator(read_id)]
BranchId = Annotated[str, refers("branch")]
ServiceId = Annotated[str, refers("service")]
GroupId = Annotated[str, refers("group")]
PlaceKey = Annotated[str, refers("place")]
Startable = Annotated[str, refers("dialog or form")]
AnswerId = Annotated[str, refers("answer")]
FormId = Annotated[str, refers("form")]
ShippedDialog = Annotated[str, refers("shipped dialog", "dialog")]
ChannelName = Annotated[str, refers("channel")]
Picture = Annotated[str, refers("picture", "file in media/ called")]


def _read_languages(codes: tuple[str, ...]) -> tuple[str, ...]:
    faults: list[Fault] = []
    for place, code in enumerate(codes):
        if code not in LANGUAGES:
            faults.append(((place,), no_such("language", code, LANGUAGES)))
        elif code in codes[:place]:
            faults.append(((place,), f"'{code}' stands here twice"))
    if faults:
        raise several(faults)
    return codes


def _read_currency(code: str) -> str:
    if code not in MINOR_DIGITS:
        raise ValueError(no_such("currency", code, MINOR_DIGITS))
    return code


Languages = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_read_languages)]


def _read_language(code: str) -> str:
    return _read_languages((code,))[0]


LanguageCode = Annotated[str, AfterValidator(_read_language)]
Currency = Annotated[str, AfterValidator(_read_currency)]


def named(data: Any) -> Any:
    """Give each entry of a mapping its key as its id."""
    if not isinstance(data, dict):
        return data
    return {key: {**value, "<id>": key} if isinstance(value, dict) else value for key, value in data.items()}


Named = BeforeValidator(named)


def read_duration(value: object) -> timedelta:
    """Read «45 min», «1 h 30 min», «60 days»."""
    text = str(value).strip()
    parts = SPAN.findall(text)
    if not parts or SPAN.sub("", text).strip():
        raise ValueError(f"'{text}' is not a span of time; write it like '45 min', '1 h 30 min' or '60 days'")
    return sum((int(count) * UNITS[unit[0].lower()] for count, unit in parts), timedelta())


def _read_some_time(value: object) -> timedelta:
    span = read_duration(value)
    if not span:
        raise ValueError("must be longer than nothing")
    return span


Duration = Annotated[timedelta, PlainValidator(read_duration)]
SomeTime = Annotated[timedelta, PlainValidator(_read_some_time)]


def read_date(text: str) -> date:
    """Read a dated day, «2026-12-31»."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a day; write it like 2026-12-31") from None


def read_zone(value: object) -> ZoneInfo:
    """Read a time zone by its IANA name."""
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone '{value}'{did_you_mean(str(value), available_timezones())}") from None


Zone = Annotated[ZoneInfo, PlainValidator(read_zone)]


def matching(pattern: str, expected: str) -> AfterValidator:
    """Make a text of one shape. A refusal never repeats what was written: it may be a secret in the wrong place."""
    shape = re.compile(pattern)

    def read(value: str) -> str:
        if not shape.fullmatch(value):
            raise ValueError(f"expected {expected}")
        return value

    return AfterValidator(read)


def _read_phone(value: str) -> str:
    if not (re.fullmatch(r"\+[0-9 ()\-]+", value) and 8 <= sum(map(str.isdigit, value)) <= 15):
        raise ValueError(f"'{value}' is not a phone number with its country code, like +374 10 12 34 56")
    return value


def _read_settings(value: Mapping[str, str]) -> Mapping[str, str]:
    if secrets := [key for key in value if SECRET_NAME.search(key)]:
        message = "a secret never stands here; name the environment variable that holds it under 'secret_env'"
        raise several([((key,), message) for key in secrets])
    return value


Phone = Annotated[str, AfterValidator(_read_phone)]
Email = Annotated[str, matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address, like info@example.com")]
Url = Annotated[str, matching(r"(https?://|tel:|mailto:)\S+", "an address with https://, http://, tel: or mailto:")]
MapUrl = Annotated[str, matching(r"https?://\S+", "an address that starts with https://")]
Colour = Annotated[str, matching(r"#[0-9a-fA-F]{6}", "a colour like '#0f766e', in quotes")]
Region = Annotated[str, matching(r"[A-Z]{2}", "a country in two capital letters, like AM")]
SecretEnv = Annotated[
    str,
    matching(
        r"[A-Z][A-Z0-9_]{2,60}",
        "the name of an environment variable, like CLINIC_TELEGRAM_TOKEN; a secret itself never stands here",
    ),
]
Settings = Annotated[Mapping[str, str], AfterValidator(_read_settings)]
