"""Two forms of a text: the one that is stored, and the ones that are compared.

People write one word in many ways: with another apostrophe, in capitals, in
Latin letters. Comparison therefore never looks at the text itself but at its
fold (same script, spelling noise removed) or, more loosely, at its skeleton
(Latin letters in which native spelling and transliteration meet).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from .letters import LATIN

_REMEMBERED_CHARS = 64  # labels and words repeat, long messages only while they are being handled
COMPARED_CHARS = 16_000  # a comparison of more than one message's worth of text has no use

_APOSTROPHES = "'\u2018\u2019\u201b\u02bb\u02bc\u02bd\u02b9\u2032\uff07`\u00b4\u02c8"
_TO_APOSTROPHE = str.maketrans(dict.fromkeys(_APOSTROPHES, "'"))
_MARKS_INSIDE_WORDS = "\u055b\u055c\u055e"  # Armenian stress, exclamation and question marks stand within the word
_DROPPED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    f"\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff{_MARKS_INSIDE_WORDS}]"
)
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_LOOSE_APOSTROPHE = re.compile(r"(?<![^\W\d_])'|'(?![^\W\d_])")
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text fit for storing; `original_length` counts the characters as they came."""

    text: str
    original_length: int
    truncated: bool


def clean(text: str, limit: int = 16_000) -> Cleaned:
    """Give the storing form: NFC, Unix line ends, nothing that a database or a client refuses.

    NUL and lone surrogates become U+FFFD, other C0 controls except newline and
    tab are dropped. At most `limit` characters are kept. Cleaning twice
    changes nothing.
    """
    head = text[: 4 * limit]  # NFC never shrinks a text more than that in practice; bounds the work on hostile input
    head = head.replace("\r\n", "\n").replace("\r", "\n")
    head = _CONTROL.sub("", _UNSTORABLE.sub("\ufffd", head))
    head = unicodedata.normalize("NFC", head)
    kept = unicodedata.normalize("NFC", head[:limit])[:limit]
    return Cleaned(kept, len(text), len(head) > limit or len(text) > 4 * limit)


def prepare(text: str) -> str:
    """Give the readable form that the grammars scan: case and punctuation kept, noise removed.

    NFKC, one apostrophe, ASCII digits, no invisible marks, no stacked accents.
    """
    text = text[:COMPARED_CHARS]
    if text.isascii():
        return text.replace("`", "'").replace("\x00", " ")
    text = _UNSTORABLE.sub(" ", text.translate(_TO_APOSTROPHE))
    text = _DROPPED.sub("", unicodedata.normalize("NFKC", text))
    text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Me"))
    return _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text[:COMPARED_CHARS])


def fold_word(word: str) -> str:
    """Fold one word of a prepared text: case, `ё`, `և`, apostrophes at its edges."""
    word = word.casefold().replace("ё", "е").replace("եվ", "եւ")
    return word if word.isascii() else unicodedata.normalize("NFKC", word)


def fold(text: str) -> str:
    """Give the form in which labels and keywords are compared; any string is safe, folding twice changes nothing.

    Letters, digits and symbols stay, punctuation and whitespace become single
    spaces, invisible marks go. An apostrophe stays inside a word, and after a
    final `o` or `g`, where it makes another Uzbek letter.
    """
    return _fold_short(text) if len(text) <= _REMEMBERED_CHARS else _fold_long(text)


def _fold(text: str) -> str:
    folded = fold_word(prepare(text))
    folded = "".join(c if c == "'" or unicodedata.category(c)[0] in "LNS" else " " for c in folded if c not in _STACKED)
    return " ".join(_trim(word) for word in folded.split() if _trim(word))


_fold_short = lru_cache(maxsize=4096)(_fold)
_fold_long = lru_cache(maxsize=4)(_fold)  # one message is compared with every label there is

_STACKED = "\u0307"  # casefold of the Turkish dotted I leaves its dot behind


def _trim(word: str) -> str:
    opened = word.startswith("'")
    bare = _LOOSE_APOSTROPHE.sub("", word)
    if word.endswith("'") and not opened and bare.endswith(("o", "g", "о", "г")):
        return bare + "'"
    return bare


def skeleton(text: str) -> str:
    """Give the Latin skeleton in which native spelling and transliteration meet; words split by one space.

    «завтра» and `zavtra`, «վաղը» and `vaghy`, «ხვალ», `khval` and `xval`, «тўрт»
    and `to'rt` meet. It is loose on purpose: compare words of three letters or more.
    """
    return _skeleton_short(text) if len(text) <= _REMEMBERED_CHARS else _skeleton_long(text)


def _skeleton(text: str) -> str:
    words = (_reduce("".join(map(_latin, _armenian(word)))) for word in fold(text).split())
    return " ".join(word for word in words if word)


_skeleton_short = lru_cache(maxsize=4096)(_skeleton)
_skeleton_long = lru_cache(maxsize=4)(_skeleton)


def same(a: str, b: str) -> bool:
    """Say if two texts are one label: equal folds, or equal skeletons of three letters or more."""
    left, right = fold(a), fold(b)
    if not left or not right:
        return bool(a.strip()) and a.strip() == b.strip()
    if left == right:
        return True
    bones = skeleton(a)
    return len(bones) >= 3 and bones == skeleton(b)


def _armenian(word: str) -> str:
    """Spell the Armenian letters whose sound depends on their neighbours."""
    if "ո" in word:
        word = word.replace("ու", "u")
        if word.startswith("ո"):
            word = "vo" + word[1:]
    return word


def _latin(letter: str) -> str:
    return LATIN.get(letter, letter)


_SOUNDS = {
    "shch": "s", "sch": "s", "sh": "s", "zh": "j", "kh": "h", "gh": "g", "tch": "c", "ch": "c", "ts": "c", "tz": "c",
    "ph": "p", "th": "t", "ck": "k", "x": "h", "q": "k", "w": "v", "f": "p", "y": "i", "'": "",
}  # fmt: skip
_SOUND = re.compile("|".join(_SOUNDS))
_TWICE = re.compile(r"([^\W\d_])\1+")


def _reduce(word: str) -> str:
    word = _SOUND.sub(lambda sound: _SOUNDS[sound[0]], word)
    word = _TWICE.sub(r"\1", word.replace("ie", "e"))
    return word[1:] if word.startswith("vo") else word
