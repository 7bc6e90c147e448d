"""The summary: yes, change something, or leave it."""

from collections.abc import Sequence

import msgspec

from bot.dialog.dialog import Dialog
from bot.dialog.field import Field, Kind, Offer
from bot.dialog.kinds.choice import says
from bot.dialog.outcome import ChangeWanted, Refused
from bot.texts import t
from bot.understanding import yes_no

CHANGE = "change"
AGREE = t("Yes, that is right")
ALTER = t("Change something")


class ConfirmKind(Kind[bool]):
    """True once the customer agreed. What they want otherwise is changed first, and the summary comes again."""

    stored = bool
    nothing = False

    async def offers(self, dialog: Dialog, field: Field[bool]) -> Sequence[Offer]:
        """Agree or change; cancelling is a word that always works and stands beside them."""
        del dialog, field
        return (Offer(value=True, label=AGREE, short=t("Yes")), Offer(CHANGE, ALTER, short=t("Change")))

    async def press(self, raw: msgspec.Raw, dialog: Dialog, field: Field[bool]) -> bool:
        """Agreement, or the wish to change."""
        del dialog, field
        value = msgspec.json.decode(raw)
        if isinstance(value, str):
            raise ChangeWanted(value.removeprefix(CHANGE).removeprefix(":"))
        return bool(value)

    async def read(self, text: str, dialog: Dialog, field: Field[bool]) -> bool:
        """Yes agrees; no asks what to change; anything else may name the change itself, which the machine tries."""
        del field
        answer = yes_no(text, dialog.chat.language)
        if answer is True or says(text, AGREE, dialog):
            return True
        if answer is False or says(text, ALTER, dialog):
            raise ChangeWanted
        for offer in change_offers(dialog):
            if says(text, offer.label, dialog):
                raise ChangeWanted(offer.value.removeprefix(f"{CHANGE}:"))
        raise Refused(t("Please say whether this is right, or what to change."))


def change_offers(dialog: Dialog) -> list[Offer]:
    """A button for every answer in the summary."""
    return [
        Offer(f"{CHANGE}:{field.name}", field.label)
        for field in dialog.fields.values()
        if field.label is not None and dialog.has(field.name)
    ]
