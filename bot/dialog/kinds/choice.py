"""One of several things, by button, number, name, or part of a sentence."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from inspect import isawaitable
from typing import Any

import msgspec

from bot.dialog.dialog import Dialog
from bot.dialog.field import Field, Kind, Offer
from bot.dialog.outcome import AskAgain, Refused, Unclear
from bot.texts import Localized, Wording, quoted, spoken, t
from bot.understanding import match_label, same, without_label

Offers = Sequence[Offer] | Callable[[Any], Sequence[Offer] | Awaitable[Sequence[Offer]]]


class ChoiceKind(Kind[str]):
    """The value of one offer. With `only_one` a single offer is taken without asking."""

    empty: Wording | None = t("There is nothing to choose from just now. A person can help you: write HUMAN.")

    def __init__(self, offers: Offers, *, only_one: bool = True, empty: Wording | None = None) -> None:
        self._offers = offers
        self.only_one = only_one
        self.empty = empty or self.empty

    async def offers(self, dialog: Dialog, field: Field[str]) -> Sequence[Offer]:
        """The declared offers, or what the declared function finds now."""
        del field
        if not callable(self._offers):
            return self._offers
        found = self._offers(dialog)
        return await found if isawaitable(found) else found

    async def read(self, text: str, dialog: Dialog, field: Field[str]) -> str:
        """The offer that is meant; several likely ones are asked about."""
        offers = await self.offers(dialog, field)
        found = match_label(text, names(offers, dialog))
        if len(found) == 1:
            return found[0]
        if found:
            raise Unclear(t("Which one do you mean?"), [offer for offer in offers if offer.value in found])
        raise Refused(t("I did not find “{text}” here.", text=quoted(text)))

    async def press(self, raw: msgspec.Raw, dialog: Dialog, field: Field[str]) -> str:
        """The offer behind the button, if it is still offered."""
        value = self.decode(raw)
        if value not in {offer.value for offer in await self.offers(dialog, field)}:
            raise AskAgain(t("That is no longer offered."))
        return value

    async def overhear(self, text: str, dialog: Dialog, field: Field[str]) -> str | None:
        """An offer that is plainly named."""
        found = match_label(text, names(await self.offers(dialog, field), dialog))
        return found[0] if len(found) == 1 else None

    async def left(self, text: str, dialog: Dialog, field: Field[str]) -> str:
        """The words that are not the chosen offer's."""
        called = names(await self.offers(dialog, field), dialog).get(dialog.answer(field))
        return without_label(text, called) if called else ""

    def show(self, value: str, dialog: Dialog) -> Wording:
        """The offer's label; the function that made the offers must be able to name old ones, else the value shows."""
        offers = self._offers if not callable(self._offers) else self._offers(dialog)
        if isawaitable(offers):
            return spoken(value)
        return next((offer.label for offer in offers if offer.value == value), spoken(value))


def names(offers: Sequence[Offer], dialog: Dialog) -> Mapping[str, Sequence[str]]:
    """Everything that customers may call each offer, in any language of the business."""
    return {
        str(offer.value): (
            *_wordings(offer.label, dialog),
            *(_wordings(offer.short, dialog) if offer.short else ()),
            *offer.phrases,
        )
        for offer in offers
    }


def says(text: str, wording: Wording, dialog: Dialog) -> bool:
    """Whether the text is these words, in any language of the business."""
    return any(same(text, words) for words in _wordings(wording, dialog))


def _wordings(wording: Wording, dialog: Dialog) -> tuple[str, ...]:
    if isinstance(wording, Localized):
        return tuple(wording.wordings.values())
    phrasebook = dialog.chat.phrasebook
    return tuple({phrasebook.say(wording, language) for language in dialog.chat.business.languages})
