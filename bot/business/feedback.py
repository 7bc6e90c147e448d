"""What is asked when a matter is closed: the scale on which customers rate it, and what counts as bad."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, PlainValidator, model_validator

from bot.business.fields import Entry, InEachLanguage
from bot.business.problems import no_such

SHIPPED: Mapping[str, tuple[str, ...]] = {
    "stars": ("★", "★★", "★★★", "★★★★", "★★★★★"),
    "thumbs": ("👎", "👍"),
    "ten": tuple(str(n) for n in range(1, 11)),
}
MOST_SIGNS = 10
SIGN_CHARS = 12


def read_scale(written: object) -> tuple[str, ...]:
    """Read the name of a shipped scale, or a firm's own signs from the worst to the best."""
    if isinstance(written, str):
        if written not in SHIPPED:
            raise ValueError(f"{no_such('scale', written, SHIPPED)}; or write your own signs: [😡, 😐, 😍]")
        return SHIPPED[written]
    signs = tuple(str(sign).strip() for sign in written) if isinstance(written, list) else ()
    if not 2 <= len(signs) <= MOST_SIGNS or len(set(signs)) < len(signs):
        raise ValueError(f"expected 2 to {MOST_SIGNS} different signs from the worst to the best, like [😡, 😐, 😍]")
    if long := next((sign for sign in signs if not 0 < len(sign) <= SIGN_CHARS), None):
        raise ValueError(f"'{long}' is no sign; at most {SIGN_CHARS} characters")
    return signs


class Feedback(Entry):
    """How a rating is asked for.

    A rating is 1 for the first sign of `scale` and so on; up to `low` it is bad, and people hear of it. `words` says
    whether who rates badly is asked what went wrong.
    """

    scale: Annotated[tuple[str, ...], PlainValidator(read_scale)] = SHIPPED["stars"]
    ask: InEachLanguage | None = None
    low: int | None = Field(None, ge=0)
    words: bool = True

    @model_validator(mode="after")
    def _leaves_something_good(self) -> Self:
        if self.low is not None and self.low >= self.best:
            raise ValueError(f"low is {self.low}, but the best rating is {self.best}; every rating would be bad")
        return self

    @property
    def best(self) -> int:
        """The best rating that can be given."""
        return len(self.scale)

    @property
    def bad(self) -> int:
        """The best rating that is still bad: what the firm says, else the lower two fifths."""
        return max(1, self.best * 2 // 5) if self.low is None else self.low
