"""Conversations over a channel's stand-in, of which is kept what the customer saw and did, and when.

The engine, the channels and what they send are the program's own; the clock is a fake, so that a scene looks the same
whenever it is played.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, Self

from babel.dates import format_date

from bot.ports.channel import Answer, Inbound
from bot.testing import Talk
from bot.texts import Phrasebook
from bot.texts.formats import locale
from handlers.listed import CHOOSE, SHARE_PHONE, label_of
from tests.contracts.channels.line import Line as Channel
from tests.contracts.channels.lines.pages import InstagramLine, MessengerLine
from tests.contracts.channels.lines.viber import ViberLine
from tests.integrations.twilio.voice.talk import VoiceTalk
from tests.transcripts.over_line import LineTalk
from tools.channel_lines import arrived, remarks, viber
from tools.chat_page import Line

PACE = timedelta(seconds=40)
"""How long a customer takes to read and to answer."""

COMMENT_LINE = "Thank you! We have answered you in a private message."


class Film(Talk):
    """A talk that keeps its lines in `lines`, each under the day and with the time at which it came."""

    def __init__(self, *given: Any, **more: Any) -> None:
        self.lines: list[Line] = []
        self._day = ""
        super().__init__(*given, **more)

    @property
    def firm(self) -> str:
        """What the firm is called in the customer's language."""
        return self._words.say(self.business.name, self._language)

    @property
    def _words(self) -> Phrasebook:
        return Phrasebook(self.business.languages[0], self.business.texts)

    def _adds(self, *lines: Line) -> None:
        now = self.clock.now().astimezone(self.business.zone)
        for line in lines:
            day = format_date(now, "d MMMM", locale=locale(self._language))
            if day != self._day:
                self.lines.append(Line(pill=day))
                self._day = day
            self.lines.append(replace(line, time=f"{now:%H:%M}"))

    def _adds_own(self, text: str) -> None:
        self._adds(Line(text=text, mine=True))


class ChannelFilm(LineTalk, Film):
    """A conversation in writing. `opened` is the choice for which the list is drawn as it stands open."""

    def __init__(self, kind: type[Channel], *given: Any, opened: str = "", **more: Any) -> None:
        self._kind, self._opened = kind, opened
        self._seen, self._pressing = 0, ""
        super().__init__(kind.name, *given, **more)

    def _line(self) -> Channel:
        line, languages = self._kind(self.clock), self.business.languages
        line.choose = label_of(CHOOSE, self._words, languages)
        line.share = label_of(SHARE_PHONE, self._words, languages)
        return line

    def says(self, *texts: str) -> Self:
        """Write after a while."""
        for text in texts:
            if not self._pressing:
                self.waits(PACE)
            self._pressing = ""
            self._adds_own(text)
            super().says(text)
        return self

    def presses(self, label: str) -> Self:
        """Press what says this; raises `LookupError` where the screen has no such thing."""
        self.waits(PACE)
        self._pressing = label
        super().presses(label)
        return self

    def staff(self, text: str, **more: Any) -> Self:
        """A colleague writes after a while."""
        self.waits(PACE)
        super().staff(text, **more)
        return self._looks()

    def waits(self, span: timedelta) -> Self:
        """Time passes; what comes meanwhile is seen at its end."""
        super().waits(span)
        return self._looks()

    def delivers(self, inbound: Inbound) -> Self:
        """Deliver it; what was pressed stands before what comes of it."""
        pressed, self._pressing = self._pressing, ""
        if pressed:
            self._shows_pressed(pressed)
        super().delivers(inbound)
        return self._looks()

    def _shows_pressed(self, label: str) -> None:
        """What a button says becomes words of the customer's; a key of Viber leaves none."""
        asked = next((each for each in reversed(self.lines) if label in each.offers), None)
        if asked is None:
            raise LookupError(f"{label!r} does not stand on the screen")
        if label == self._opened:
            asked.rows = [row._replace(chosen=row.label == label) for row in asked.rows]
            asked.opened = True
        self._adds(Line(text=label, mine=True, silent=isinstance(self.line, ViberLine)))

    async def _take(self, inbound: Inbound) -> Answer:
        answer = await super()._take(inbound)
        if answer.body and isinstance(self.line, ViberLine):
            self._adds(viber(json.loads(answer.body)))
        return answer

    def _looks(self) -> Self:
        found = arrived(self.line)
        self._adds(*found[self._seen :])
        self._seen = len(found)
        return self


class AnsweringComments(InstagramLine):
    """An account that answers what is written under its posts."""

    settings: ClassVar = {**InstagramLine.settings, "comments": "answer", "comment_line": COMMENT_LINE}


class CommentFilm(ChannelFilm):
    """A conversation that begins with a line under a post: `opens` writes it."""

    line: MessengerLine

    def __init__(self, *given: Any, comment: str, **more: Any) -> None:
        self._comment = comment
        super().__init__(*given, **more)

    def opens(self) -> Self:
        """Write under the post, and see what came of it in public and in private."""
        page = self.line.page
        page.deliveries.take()
        page.comment(self.line.person, self._comment)
        (body,) = page.deliveries.take()
        self.delivers(self.line.proved(json.dumps(body, separators=(",", ":")).encode()))
        private, self.lines = self.lines, []
        self._day = ""
        self._adds(*(replace(each, name=each.name or self.firm) for each in remarks(self.line)))
        self.lines += [Line(pill="Private messages"), *(each for each in private if not each.pill)]
        return self


class CallFilm(VoiceTalk, Film):
    """A call: what is heard, what is spoken, which keys are pressed."""

    def calls(self, *given: Any, **more: Any) -> Self:
        """Call the number, and listen."""
        super().calls(*given, **more)
        return self._listens()

    def says(self, *texts: str) -> Self:
        """Speak; figures and signs are keys."""
        for text in texts:
            if set(text) <= set("0123456789*#"):
                self.keys(text)
            else:
                self._adds_own(f"«{text}»")
                super().says(text)
                self._listens()
        return self

    def presses(self, label: str) -> Self:
        """Press the key that was said for a choice."""
        key = self._key_of(label)
        if not key:
            raise LookupError(f"no key for {label!r} was said: {self.call.heard[-20:]}")
        return self.keys(key)

    def keys(self, *keys: str) -> Self:
        """Press keys, one question after another."""
        for key in keys:
            self._adds(Line(caps=key, mine=True))
            super().keys(key)
            self._listens()
        return self

    def _listens(self) -> Self:
        if heard := self.hears():
            self._adds(Line(text=heard))
        return self
