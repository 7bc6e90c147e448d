"""Pictures that the customer sends."""

from collections.abc import Sequence

import msgspec

from bot.dialog.dialog import Dialog
from bot.dialog.field import Field, Kind, Offer
from bot.dialog.kinds.choice import says
from bot.dialog.outcome import AskAgain, Refused, Unclear
from bot.events import Media
from bot.texts import Wording, t, tn

ENOUGH = Offer("enough", t("That is all"))
NO_PICTURE = t("Please send a picture here.")


class PhotoKind(Kind[tuple[Media, ...]]):
    """Up to `most` pictures, as they stand in the transcript. With more than one the customer says when that is all."""

    stored = tuple[Media, ...]
    nothing = ()

    def __init__(self, most: int) -> None:
        self.most = most

    async def offers(self, dialog: Dialog, field: Field[tuple[Media, ...]]) -> Sequence[Offer]:
        """That it is all, once there is a picture."""
        return (ENOUGH,) if self.sent(dialog, field) else ()

    async def read(self, text: str, dialog: Dialog, field: Field[tuple[Media, ...]]) -> tuple[Media, ...]:
        """Words are no picture; but they may say that it is all."""
        if self.sent(dialog, field) and says(text, ENOUGH.label, dialog):
            return self._end(dialog, field)
        raise Refused(NO_PICTURE)

    async def press(self, raw: msgspec.Raw, dialog: Dialog, field: Field[tuple[Media, ...]]) -> tuple[Media, ...]:
        """What was sent so far."""
        if not self.sent(dialog, field):
            raise AskAgain
        return self._end(dialog, field)

    def look(self, media: Sequence[Media], dialog: Dialog, field: Field[tuple[Media, ...]]) -> tuple[Media, ...]:
        """The answer once there are enough pictures; until then raises `Unclear`, and `Refused` for another file."""
        pictures = [each for each in media if is_picture(each)]
        if not pictures:
            raise Refused(NO_PICTURE)
        sent = [*self.sent(dialog, field), *pictures]
        dialog.note(_key(field), sent[: self.most])
        if len(sent) > self.most:
            took = tn("I have taken the first picture.", "I have taken the first {count} pictures.", self.most)
            dialog.chat.first(took)
        if len(sent) >= self.most:
            return self._end(dialog, field)
        raise Unclear(t("Thank you. Send another picture, or press “That is all”."), [ENOUGH])

    def sent(self, dialog: Dialog, field: Field[tuple[Media, ...]]) -> list[Media]:
        """The pictures of an answer that is not finished."""
        return dialog.noted(_key(field), list[Media]) or []

    def show(self, value: tuple[Media, ...], dialog: Dialog) -> Wording:
        """How many there are."""
        del dialog
        return tn("{count} picture", "{count} pictures", len(value))

    def _end(self, dialog: Dialog, field: Field[tuple[Media, ...]]) -> tuple[Media, ...]:
        sent = self.sent(dialog, field)
        dialog.note(_key(field), [])
        return tuple(sent)


def is_picture(media: Media) -> bool:
    """Whether a file is a picture, also one that was sent as a file so that it keeps its size."""
    return media.kind == "image" or media.mime.startswith("image/")


def _key(field: Field[tuple[Media, ...]]) -> str:
    return f"pictures of {field.name}"
