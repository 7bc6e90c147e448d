"""Where a call stands between two deliveries. It travels in the addresses that Twilio is told to come to.

Twilio signs the address with the rest, so nobody can have changed what a key means.
"""

from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from bot.ports.channel import Malformed
from integrations.channels.twilio.callbacks import REPEATS

MOST_DIGITS = 15
MOST_FIELDS = 100


class Place(msgspec.Struct, frozen=True):
    """What comes next at this address.

    `kind`: `open` a call comes in; `step` the caller was asked; `again` everything once more; `wait` the step takes longer;
    `dial` a phone of the staff rang; `record` a message was spoken; `talk` a talk with the staff was recorded; `call` the
    customer was called; `rang` what became of that call; `ended` the call is over.
    `step` counts the answers of a call. `since` is the last message that was told, `before` the one to begin after when it
    is told again. `keys` are the ids of the choices of `message` that the keys from 1 on mean, on `page`; with `more`
    there are others. With `typed` digits are the answer, with `offers` what was told can be sent. `tries` counts silences
    or waits in a row. `caller` is whose talk was recorded, which Twilio does not say then.
    """

    kind: str = "open"
    step: int = 0
    since: int = -1
    before: int = -1
    language: str = ""
    message: int = 0
    keys: tuple[str, ...] = ()
    page: int = 0
    more: bool = False
    typed: bool = False
    offers: bool = False
    tries: int = 0
    group: str = ""
    phone: int = 0
    caller: str = ""

    def moved(self, **changes: object) -> "Place":
        """The place after this one."""
        return msgspec.structs.replace(self, **changes)

    def address(self, hook: str) -> str:
        """The address at which this place is come to; what we cannot take just then comes again."""
        pairs = [("k", self.kind)]
        for short, name in NUMBERS.items():
            if (number := getattr(self, name)) != DEFAULTS[name]:
                pairs.append((short, str(int(number))))
        pairs += [(short, value) for short, name in WORDS.items() if (value := getattr(self, name))]
        pairs += [("c", key) for key in self.keys]
        return f"{hook}?{urlencode(pairs)}{REPEATS}"


NUMBERS = {"n": "step", "s": "since", "b": "before", "m": "message", "p": "page", "o": "more", "d": "typed", "f": "offers",
           "t": "tries", "i": "phone"}  # fmt: skip
WORDS = {"l": "language", "g": "group", "a": "caller"}
DEFAULTS = {name: getattr(Place(), name) for name in NUMBERS.values()}


def place_of(url: str) -> Place:
    """The place that an address leads to; without a query a call begins there. Raises `Malformed`."""
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Malformed("an address that is none of ours") from error
    values = dict(pairs)
    read: dict[str, object] = {name: _number(values[short]) for short, name in NUMBERS.items() if short in values}
    read |= {name: bool(read[name]) for name in ("more", "typed", "offers") if name in read}
    read |= {name: values[short] for short, name in WORDS.items() if short in values}
    keys = tuple(value for name, value in pairs if name == "c")
    return msgspec.structs.replace(Place(kind=values.get("k", "open"), keys=keys), **read)


def _number(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS):
        return 0
    return int(text)
