"""Runs dialogs: asks the next open question, takes answers, goes back, changes, falls silent, ends.

Between two steps a dialog is only its frame (strings and stored answers). Each call here thaws it, moves it until it
waits for the customer again, and leaves the rest to the step's commit.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bot.chat import Chat, Option
from bot.conversation import Frame
from bot.dialog.dialog import Dialog, Next
from bot.dialog.field import NULL, TYPED, Field, Offer, encode
from bot.dialog.kinds import ChoiceKind, ConfirmKind, NestedKind, PhotoKind
from bot.dialog.kinds.choice import says
from bot.dialog.kinds.confirm import change_offers
from bot.dialog.outcome import AskAgain, ChangeWanted, Refused, Runaway, Unclear
from bot.dialog.questions import ask, refuse
from bot.dialog.silence import Silence
from bot.dialog.thawing import thaw
from bot.events import Media
from bot.replies import Answer, Speak
from bot.texts import Wording, t
from bot.understanding import Word, global_word, says_nothing

HOPS = 40
"""Questions that one step may pass without asking; more is a circle."""


class Machine:
    """The engine over the dialogs that a business has switched on, by name."""

    def __init__(self, dialogs: Mapping[str, type[Dialog]]) -> None:
        self.dialogs = dialogs

    def open(self, chat: Chat) -> Dialog | None:
        """The dialog that is asking; raises `Lost` when this release cannot continue it."""
        frame = chat.conversation.frame
        return None if frame is None else thaw(self.dialogs, chat, frame)

    async def start(
        self,
        chat: Chat,
        dialog: str,
        *,
        about: str = "",
        given: Mapping[str, msgspec.Raw] | None = None,
        heard: str = "",
    ) -> None:
        """Begin a dialog on top of what is going on. `given` are answers, `heard` the words that brought it up.

        Raises `KeyError` for a dialog that is not switched on.
        """
        cls = self.dialogs[dialog]
        frame = Frame(dialog, chat.scope.new_id("dialog"), cls.version, answers=dict(given or {}), about=about)
        chat.conversation.stack.append(frame)
        running = cls(chat, frame)
        if heard:
            await self._overhear(running, heard)
        await self._proceed(running)

    async def hear(self, chat: Chat, text: str) -> Refused | None:
        """Take what was typed as the answer to the open question; gives the refusal back when it is none."""
        running = self.open(chat)
        if running is None:
            return Refused(t("There is no open question."))
        field = running.fields[running.frame.at]
        if field.skip is not None and (global_word(text) is Word.SKIP or says(text, field.skip, running)):
            await self._take(running, field, NULL)
            return None
        try:
            value = await field.kind.read(text, running, field)
        except Refused as refused:
            return None if await self._corrected(running, field, text) else refused
        except ChangeWanted as wanted:
            if not await self._corrected(running, field, text):
                await self._change(running, field, wanted.field)
            return None
        except (Unclear, AskAgain) as other:
            await self._reask(running, field, other)
            return None
        answer = field.kind.encode(value)
        await self._glean(running, field, text, answer)
        await self._take(running, field, answer)
        return None

    async def look(self, chat: Chat, media: Sequence[Media], *, further: bool = False) -> bool:
        """Take what was sent as the answer to the open question; False when that asks for no picture.

        With `further` it belongs to pictures of which one was taken before, and nothing is said of it while more may come.
        """
        running = self.open(chat)
        if running is None:
            return False
        field = running.fields[running.frame.at]
        kind = field.kind
        if not isinstance(kind, PhotoKind) or (further and not kind.sent(running, field)):
            return False
        try:
            value = kind.look(media, running, field)
        except Refused as refused:
            await self.refuse(chat, refused)
        except Unclear as more:
            if not further:
                await self._reask(running, field, more)
        else:
            await self._take(running, field, field.kind.encode(value))
        return True

    async def refuse(self, chat: Chat, refused: Refused) -> None:
        """Explain why an answer did not fit, and ask again."""
        running = self.open(chat)
        if running is not None:
            refuse(chat, running, refused.wording)
            await self._ask(running, running.fields[running.frame.at])

    async def press(self, chat: Chat, answer: Answer) -> bool:
        """Take a pressed answer; False when its dialog is over. An earlier question's button changes that answer."""
        running = self.open(chat)
        if running is None or running.frame.id != answer.frame or answer.field not in running.fields:
            return False
        field = running.fields[answer.field]
        if answer.field != running.frame.at:
            if running.frame.answers.get(answer.field) == answer.value:
                return True  # a double tap: this is what was answered already
            self._forget(running, field)
        await self._press(running, field, answer.value)
        return True

    async def ask_again(self, chat: Chat) -> bool:
        """Say the open question once more; False when none is open."""
        running = self.open(chat)
        if running is None:
            return False
        await self._proceed(running, Next(running.frame.at))
        return True

    async def back(self, chat: Chat) -> bool:
        """Return to the question before; False when no dialog is open."""
        running = self.open(chat)
        if running is None:
            return False
        before = self._before(running)
        if not before:
            chat.first(t("This is the first question."))
            await self._ask(running, running.fields[running.frame.at])
            return True
        running.frame.trail[:] = before
        await self._proceed(running, Next(before[-1]))
        return True

    def _before(self, running: Dialog) -> list[str]:
        """The trail to the question that back leads to; never past one that has no answer (it was opened to be changed)."""
        places = list(running.fields)
        trail, open_field = running.frame.trail[:-1], self._next(running)
        while trail and open_field is not None and places.index(trail[-1]) >= places.index(open_field.name):
            trail.pop()
        return trail

    async def drop(self, chat: Chat) -> bool:
        """End the open dialog without its result, with the dialogs it is a part of; False when none is open."""
        running = self.open(chat)
        if running is None:
            return False
        await running.dropped(chat)
        self._remove(chat, running.frame)
        if running.frame.for_field:
            await self.drop(chat)
        return True

    def discard(self, chat: Chat) -> None:
        """Take away a dialog that cannot be continued, unrun."""
        self._remove(chat, chat.conversation.stack[-1])

    def takes_anything(self, chat: Chat) -> bool:
        """Whether the open question takes any words for its answer."""
        running = self.open(chat)
        return running is not None and running.fields[running.frame.at].kind.free_text

    def knows(self, dialog: str) -> bool:
        """Whether a dialog is switched on."""
        return dialog in self.dialogs

    def title(self, dialog: str) -> Wording | None:
        """What a dialog is called, or None for one that is not switched on."""
        return self.dialogs[dialog].title if dialog in self.dialogs else None

    async def silence(self, chat: Chat, frame: str) -> None:
        """The customer has not answered for a while: run what the dialog declared for that, or end it.

        Who wrote STOP is not written to: for them a silence ends the dialog.
        """
        running = self.open(chat)
        if running is None or running.frame.id != frame:
            return
        silence = Silence.of(running)
        rule = silence.rule
        if rule is None or chat.conversation.stopped:
            await self.drop(chat)
            if (below := self.open(chat)) is not None:
                self._wait(below)
            return
        running.frame.told.append(rule.name)
        following = running.checked(rule, await rule.run(running, chat))
        if following is None:
            self._wait(running)
        else:
            await self._proceed(running, following)

    async def _proceed(self, running: Dialog, following: Next | None = None) -> None:
        """Move until the dialog waits for the customer or is done; `following` is asked afresh, whatever is known."""
        for _ in range(HOPS):
            field = self._next(running) if following is None else self._opened(running, following)
            if field is None and following is not None:
                await self._abandon(running)
                return
            if field is None:
                await running.done(running.chat)
                await self._finish(running)
                return
            if isinstance(field.kind, NestedKind):
                if (name := field.kind.of(running)) in self.dialogs:
                    await self._descend(running, field, name)
                    return
                running.frame.answers[field.name] = NULL
                continue
            value = None if following else await self._known(running, field)
            if value is None:
                offers = await self._offers(running, field)
                if following or not _only_one(field, offers):
                    await self._put(running, field, offers)
                    return
                value = field.kind.encode(offers[0].value)
            following = await self._settle(running, field, value)
        raise Runaway(f"{running.key} passed {HOPS} questions without asking one")

    def _next(self, running: Dialog) -> Field[Any] | None:
        for field in running.fields.values():
            if field.name in running.frame.answers:
                continue
            with running.watching(field):
                asked = field.when is None or field.when(running)
            if asked:
                return field
        return None

    async def _known(self, running: Dialog, field: Field[Any]) -> msgspec.Raw | None:
        """An answer that need not be asked for: heard along the way and still one, or known of the customer."""
        if (heard := running.frame.heard.pop(field.name, None)) is not None:
            try:
                with running.watching(field):
                    return field.kind.encode(await field.kind.press(heard, running, field))
            except AskAgain:
                return None
        if field.known is not None and (value := field.known(running)):
            return field.kind.encode(value)
        return None

    async def _offers(self, running: Dialog, field: Field[Any]) -> Sequence[Offer]:
        """What can be chosen now; the answers that it was made from are noted."""
        with running.watching(field):
            return await field.kind.offers(running, field)

    async def _settle(self, running: Dialog, field: Field[Any], value: msgspec.Raw) -> Next | None:
        """Keep an answer and run what follows it; gives where to go if not to the next question in order."""
        running.frame.answers[field.name] = value
        running.frame.refusals = 0
        for rule in running.rules:
            if rule.wait is None and field.name in rule.fields:
                following = running.checked(rule, await rule.run(running, running.chat))
                if following is not None:
                    return following
        return None

    def _opened(self, running: Dialog, following: Next) -> Field[Any] | None:
        """The question to go to, opened again; None when the dialog is to be left."""
        if following.why is not None:
            running.chat.first(following.why)
        if not following.field:
            return None
        field = running.fields[following.field]
        self._forget(running, field)
        return field

    async def _abandon(self, running: Dialog) -> None:
        """End a dialog that leaves by itself, and go on with the one below it."""
        chat = running.chat
        await self.drop(chat)
        if chat.conversation.frame is None:
            chat.flush([Option(t("Menu"), Speak("menu"))])
        else:
            await self.ask_again(chat)

    def _forget(self, running: Dialog, field: Field[Any]) -> None:
        """Open an answer again, and every answer that was made from it."""
        frame = running.frame
        frame.answers.pop(field.name, None)
        for name, needs in list(frame.needs.items()):
            if field.name in needs and name in frame.answers:
                self._forget(running, running.fields[name])
        for each in running.fields.values():
            if isinstance(each.kind, ConfirmKind):
                frame.answers.pop(each.name, None)

    async def _ask(self, running: Dialog, field: Field[Any]) -> None:
        """Find what can be chosen now, put the question and wait."""
        await self._put(running, field, await self._offers(running, field))

    async def _put(self, running: Dialog, field: Field[Any], offers: Sequence[Offer]) -> None:
        await ask(running, field, offers, None if offers else field.kind.empty)
        self._wait(running)

    async def _reask(self, running: Dialog, field: Field[Any], outcome: Unclear | AskAgain) -> None:
        if isinstance(outcome, Unclear):
            await ask(running, field, outcome.offers, outcome.wording)
            self._wait(running)
            return
        if outcome.wording is not None:
            running.chat.first(outcome.wording)
        await self._ask(running, field)

    def _wait(self, running: Dialog) -> None:
        due = running.chat.scope.now + Silence.of(running).wait
        running.chat.remind("dialog", due, frame=running.frame.id)

    async def _press(self, running: Dialog, field: Field[Any], raw: msgspec.Raw) -> None:
        if raw == NULL:
            await self._take(running, field, raw)
            return
        meant = msgspec.json.decode(raw)
        if isinstance(meant, dict) and TYPED in meant:
            refused = await self.hear(running.chat, meant[TYPED])
            if refused is not None:
                await self.refuse(running.chat, refused)
            return
        try:
            value = await field.kind.press(raw, running, field)
        except ChangeWanted as wanted:
            await self._change(running, field, wanted.field)
            return
        except (Unclear, AskAgain) as other:
            await self._reask(running, field, other)
            return
        await self._take(running, field, field.kind.encode(value))

    async def _take(self, running: Dialog, field: Field[Any], value: msgspec.Raw) -> None:
        await self._proceed(running, await self._settle(running, field, value))

    async def _overhear(self, running: Dialog, text: str) -> None:
        """Note the answers that come along in one message; each counts when its question is reached.

        An answer may be needed to understand the next («a haircut at the centre»), so they are in place meanwhile.
        """
        told = dict(running.frame.answers)
        for field in running.fields.values():
            if field.name not in running.frame.answers:
                await self._notice(running, field, text)
        running.frame.answers = told

    async def _notice(self, running: Dialog, field: Field[Any], text: str) -> bool:
        """Note what comes along in a message for this question; says whether there was anything."""
        frame = running.frame
        before = dict(frame.notes)
        value = await field.kind.overhear(text, running, field)
        if value is not None:
            frame.answers[field.name] = frame.heard[field.name] = field.kind.encode(value)
        return value is not None or frame.notes != before

    async def _glean(self, running: Dialog, field: Field[Any], text: str, answer: msgspec.Raw) -> None:
        """Note what the words of an answer say for later questions too, if there is none that is not understood."""
        frame = running.frame
        told, heard, notes = dict(frame.answers), dict(frame.heard), dict(frame.notes)
        frame.answers[field.name] = answer
        rest = await field.kind.left(text, running, field)
        for later in running.fields.values():
            if says_nothing(rest):
                break
            open_still = later.name not in frame.answers and (later.when is None or later.when(running))
            if open_still and await self._notice(running, later, rest):
                rest = await later.kind.left(rest, running, later)
        frame.answers = told
        if not says_nothing(rest):
            frame.heard, frame.notes = heard, notes

    async def _corrected(self, running: Dialog, open_field: Field[Any], text: str) -> bool:
        """Whether the text plainly changes an earlier answer («no, on Friday»); then it has been changed."""
        for field in running.fields.values():
            if field is open_field or field.name not in running.frame.answers:
                continue
            before = dict(running.frame.notes)
            value = await field.kind.overhear(text, running, field)
            if value is not None or running.frame.notes != before:
                self._forget(running, field)
                if value is not None:
                    running.frame.heard[field.name] = field.kind.encode(value)
                await self._proceed(running, None if value is not None else Next(field.name))
                return True
        return False

    async def _change(self, running: Dialog, field: Field[Any], wanted: str) -> None:
        if wanted and wanted in running.fields:
            await self._proceed(running, Next(wanted))
            return
        await ask(running, field, change_offers(running), t("What shall we change?"))
        self._wait(running)

    async def _descend(self, running: Dialog, field: Field[Any], name: str) -> None:
        frame = Frame(name, running.chat.scope.new_id("dialog"), self.dialogs[name].version, for_field=field.name)
        running.chat.conversation.stack.append(frame)
        await self._proceed(self.dialogs[name](running.chat, frame))

    async def _finish(self, running: Dialog) -> None:
        """Take a finished dialog away and go on with what it was part of, or what it interrupted."""
        chat, frame = running.chat, running.frame
        self._remove(chat, frame)
        below = chat.conversation.frame
        if below is None:
            return
        parent = thaw(self.dialogs, chat, below)
        if frame.for_field:
            answers = {name: msgspec.json.decode(raw) for name, raw in frame.answers.items()}
            await self._take(parent, parent.fields[frame.for_field], encode(answers))
        elif chat.conversation.stack and chat.conversation.stack[-1] is below:
            await self._proceed(parent, Next(below.at))

    def _remove(self, chat: Chat, frame: Frame) -> None:
        chat.conversation.stack[:] = [each for each in chat.conversation.stack if each is not frame]
        if not chat.conversation.stack:
            chat.forget("dialog")


def _only_one(field: Field[Any], offers: Sequence[Offer]) -> bool:
    """Whether there is nothing to choose from but one offer, which then need not be asked for."""
    return len(offers) == 1 and isinstance(field.kind, ChoiceKind) and field.kind.only_one
