"""Takes out of a text what nobody but its owner may read: secrets of this process, and what people said of themselves.

Two nets, since neither is enough alone. Shapes catch what looks like a phone, an e-mail, a card or a token, wherever it
stands. And who knows what a fault was *about* (the event, the message) names it, so that its words are taken out too,
whatever they look like.
"""

import re
import traceback
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec

MASK = "***"
GAP = "…"
LONGEST = 2000
LONGEST_FAULT = 300
SHORTEST_SECRET = 6
PHONE_DIGITS = 9
FRAMES = 30

ROOT = Path(__file__).resolve().parent.parent

_NAMES = r"token|secret|passw(?:or)?d|pwd|api[_-]?key|sign(?:ature|ed)?|sig|authorization|cookie|credential\w*"
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b\d{6,}:[\w-]{20,}"), MASK),  # a bot's token, also inside an address
    (re.compile(r"(?<=://)[^/\s@]+@"), f"{MASK}@"),  # user and password of an address
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\1 {MASK}"),
    (re.compile(rf"(?i)\b({_NAMES})\b([\"']?\s*[=:]\s*[\"']?)(?!\*\*\*)[^\s\"'&,;)]+"), rf"\1\2{MASK}"),
    (re.compile(r"\b(?:sk|pk|rk|whsec|gh[pousr]|xox[abp]|AKIA|EAA)[_-]?[A-Za-z0-9_-]{14,}"), MASK),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?"), MASK),
    (re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])\b[A-Za-z0-9_-]{32,}"), MASK),
    (re.compile(r"[^\s@<>\"'«»(),;:]+@[^\s@<>\"'«»(),;:]+\.\w{2,}"), f"{MASK}@{MASK}"),
)
_DIGITS = re.compile(r"(?<![\w.-])(?!\d{4}-\d\d-\d\d)\+?\(?\d(?:[ \u00a0().–-]{0,3}\d){6,}(?!\w)")
_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|«[^»\n]*»|“[^”\n]*”|‘[^’\n]*’")
_NAME = re.compile(r"['\"][a-z_][a-z0-9_.]{0,40}['\"]")  # what programs call things, which helps whoever mends it

_SECRET_VARIABLE = re.compile(r"(?i)(?:token|secret|password|passwd|credentials?|(?:^|_)key)$")
_PASSWORD = re.compile(r"://[^/\s:@]*:([^/\s@]+)@")
_WORD = re.compile(r"\w{3,}")  # shorter words are in every sentence, and tell nothing alone

_secrets: set[str] = set()
_known: re.Pattern[str] | None = None


def keep_secret(*values: str) -> None:
    """Never let these values of this process into a text that went through here; very short ones are left alone."""
    global _known  # noqa: PLW0603  one process has one set of secrets
    _secrets.update(value for value in values if len(value) >= SHORTEST_SECRET)
    if _secrets:
        _known = re.compile("|".join(re.escape(each) for each in sorted(_secrets, key=len, reverse=True)))
    hush.cache_clear()


def secrets_in(environ: Mapping[str, str]) -> set[str]:
    """What an environment holds of secrets: by the names of its variables, and the passwords of its addresses."""
    named = {value for name, value in environ.items() if _SECRET_VARIABLE.search(name)}
    written = {found[1] for value in environ.values() if (found := _PASSWORD.search(value))}
    return named | written | set(map(unquote, written))


def redact(text: str) -> str:
    """The text without secrets, phones, e-mails and card numbers; what is overlong is cut."""
    text = text[:LONGEST]
    if _known is not None:
        text = _known.sub(MASK, text)
    for shape, mask in _SHAPES:
        text = shape.sub(mask, text)
    return _DIGITS.sub(_unless_short, text)


def _unless_short(found: re.Match[str]) -> str:
    digits = sum(each.isdecimal() for each in found[0])
    return MASK if digits >= PHONE_DIGITS or "+" in found[0] else found[0]


@lru_cache(maxsize=256)  # reasons repeat themselves
def hush(text: str) -> str:
    """The first line of a text that others wrote, without what it quotes, which may be anything."""
    line, _, more = text.strip()[:LONGEST].partition("\n")
    return redact(_QUOTED.sub(_kept_name, line)) + (f" {GAP}" if more else "")


def _kept_name(found: re.Match[str]) -> str:
    quoted = found[0]
    return quoted if _NAME.fullmatch(quoted) else f"{quoted[0]}{GAP}{quoted[-1]}"


def fault(error: BaseException, *about: Any) -> str:
    """An error in one line that may be kept and shown to whoever mends it; `about` is what was being dealt with."""
    return fault_text(f"{type(error).__name__}: {error}", *about)


def fault_text(text: str, *about: Any) -> str:
    """The same for a reason that is a text already."""
    said = _words(about)
    if said:
        text = _WORD.sub(lambda found: GAP if found[0].casefold() in said else found[0], text)
    return hush(text)[:LONGEST_FAULT]


def _words(about: Any) -> set[str]:
    """Every word of every text in `about`, folded."""
    texts = _texts(msgspec.to_builtins(about, enc_hook=str))
    return {word.casefold() for text in texts for word in _WORD.findall(text[: 4 * LONGEST])}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if name != "type":  # the tag of the union: said and pressed are ours
                yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)


def trace_of(error: BaseException, *, words: bool = True) -> str:
    """Where an error came from: kinds, files and lines, never a local value. `words=False` leaves its messages out."""
    lines: list[str] = []
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        lines.append(hush(f"{type(each).__name__}: {each}") if words else type(each).__name__)
        lines += frames_of(traceback.extract_tb(each.__traceback__, limit=-FRAMES))
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "\n".join(lines)


def frames_of(stack: traceback.StackSummary) -> list[str]:
    """The lines of a stack, outermost first, as `  bot/router.py:41 in handle`."""
    return [f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}" for frame in stack]


def _place(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return str(path.relative_to(ROOT))
    return "/".join(path.parts[-2:])
