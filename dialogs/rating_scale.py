"""The scale on which customers rate: the firm's signs as buttons, and what else people type for them.

Only what is plainly a rating is taken for one: «not good» has «good» in it.
"""

import re
from collections.abc import Sequence

from bot.dialog import Dialog, Field, Offer, Refused
from bot.dialog.kinds import ChoiceKind
from bot.dialog.kinds.choice import says
from bot.texts import Text, spoken, t
from bot.understanding import read_number, yes_no

BAD, MIDDLING, GOOD = t("Bad"), t("So-so"), t("Good")
TERRIBLE, EXCELLENT = t("Terrible"), t("Excellent")
WORDS = {2: (BAD, GOOD), 3: (BAD, MIDDLING, GOOD), 5: (TERRIBLE, BAD, MIDDLING, GOOD, EXCELLENT)}
TONES = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
STARS = re.compile(r"[★⭐*]+")
OUT_OF = re.compile(r"(\d{1,2})(?:\s*/\s*|\s+[^\W\d]+(?:\s[^\W\d]+)?\s+)(\d{1,2})")


class ScaleKind(ChoiceKind):
    """A rating as text, «1» for the first sign of the business's scale."""

    def __init__(self) -> None:
        super().__init__(offers, only_one=False)

    async def read(self, text: str, dialog: Dialog, field: Field[str]) -> str:
        """The rating in a sign, a number, stars, «4 of 5», or a word for one."""
        del field
        scale = dialog.chat.business.feedback.scale
        value = _sign(text, scale) or _number(text, len(scale), dialog.chat.language) or _word(text, dialog)
        if value is None:
            raise Refused(t("Please use one of the buttons."))
        if not 1 <= value <= len(scale):
            raise Refused(t("Please choose from {least} to {most}.", least=1, most=len(scale)))
        return str(value)

    async def overhear(self, text: str, dialog: Dialog, field: Field[str]) -> str | None:
        """Nothing: a rating is only what answers the question."""
        del text, dialog, field
        return None


def offers(dialog: Dialog) -> Sequence[Offer]:
    """The signs from the worst to the best, so that a typed number is both the rating and the button's number."""
    scale = dialog.chat.business.feedback.scale
    named = _named(len(scale))
    return [Offer(str(n), spoken(sign), description=named.get(n)) for n, sign in enumerate(scale, 1)]


def _named(best: int) -> dict[int, Text]:
    words = WORDS.get(best)
    return {1: TERRIBLE, best: EXCELLENT} if words is None else dict(enumerate(words, 1))


def _sign(text: str, scale: Sequence[str]) -> int | None:
    plain = TONES.sub("", text).strip()
    bare = [TONES.sub("", sign) for sign in scale]
    if plain in bare:
        return bare.index(plain) + 1
    return len(plain) if STARS.fullmatch(plain) else None


def _number(text: str, best: int, language: str) -> int | None:
    """A number that stands alone or is said to be out of the best; half a star is none."""
    plain = STARS.sub("", text).strip(" .!")
    if (found := OUT_OF.fullmatch(plain)) and int(found[2]) == best:
        return int(found[1])
    number = read_number(plain, language) if plain and len(plain.split()) == 1 else None
    return int(number) if number is not None and number == number.to_integral_value() else None


def _word(text: str, dialog: Dialog) -> int | None:
    best = len(dialog.chat.business.feedback.scale)
    if best == 2 and (answer := yes_no(text, dialog.chat.language)) is not None:
        return 2 if answer else 1
    return next((value for value, word in _named(best).items() if says(text, word, dialog)), None)
