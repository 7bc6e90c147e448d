"""Reads what Twilio delivers about calls. Pure.

Every address carries the place that the call is at (`Place`), so no state is kept between two deliveries. A key becomes
the choice that it was said to mean, words become what the customer said.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bot.events import RELAY, Contact, Envelope, Event, HungUp, Media, Opened, Pressed, Rang, Said
from bot.ports.channel import Answer, Delivery, Inbound
from integrations.channels.twilio.callbacks import is_callback, receipts
from integrations.channels.twilio.forms import Form
from integrations.channels.twilio.signature import proved
from integrations.channels.twilio.voice import twiml
from integrations.channels.twilio.voice.forms import Call, call_of, recording_of
from integrations.channels.twilio.voice.outcomes import receipt_of
from integrations.channels.twilio.voice.place import Place, place_of
from integrations.channels.twilio.voice.telling import (
    BACK,
    HUMAN,
    KEYS,
    MORE,
    OPENED,
    REPEAT,
    SEND,
    TURNED,
    Line,
    Telling,
    hold,
    leave,
    ring,
)

SECONDS = 9.0  # of the 15 that Twilio waits
SILENCES = 3  # in a row, then we hang up
OPENINGS = 8  # times that a call asks for its greeting
ANSWERED = ("completed", "answered")
SPOKEN = {HUMAN: "human", BACK: "back", SEND: "send_me"}
"""The prompt that says what a key means."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the deliveries of one account; `language` is the one that its callers are greeted in, if the firm says so."""

    name: str
    line: Line
    token: str = field(repr=False)
    signing_key: str = field(default="", repr=False)
    language: str = ""

    def read(self, inbound: Inbound) -> Delivery:
        """One delivery. Raises `NotSigned`, `Malformed`."""
        form = proved(inbound, self.token, self.signing_key)
        if is_callback(form):
            return Delivery(receipts(form, inbound, Contact(self.name, inbound.account, form.get("To"))))
        place = place_of(inbound.url)
        if place.kind == "talk":
            return self._talked(inbound, form, place)
        call = call_of(form, self.name, inbound.account)
        if place.kind == "rang":
            return self._rang(inbound, call, place)
        if call.over and place.kind in ("open", "ended"):
            return self._ended(inbound, call, form)
        return _Step(self, inbound, call, form, place).read()

    def _ended(self, inbound: Inbound, call: Call, form: Form) -> Delivery:
        seconds = form.get("CallDuration")
        event = HungUp(int(seconds) if seconds.isascii() and seconds.isdecimal() and len(seconds) < 8 else 0)
        key = f"{self.name}:{inbound.account}:{call.sid}:ended"
        return Delivery([Envelope(inbound.business, call.contact.actor, key, inbound.at, event)])

    def _talked(self, inbound: Inbound, form: Form, place: Place) -> Delivery:
        """A talk with the staff was recorded; nothing comes of one that was too short or silent."""
        sid = recording_of(form)
        if form.get("RecordingStatus", "completed") != "completed" or not place.caller:
            return Delivery()
        event = Said("", (Media("call", sid, "audio/mpeg", source=self.line.voices.source),))
        key = f"{self.name}:{inbound.account}:{sid}:talk"
        actor = Contact(self.name, inbound.account, place.caller).actor
        return Delivery([Envelope(inbound.business, actor, key, inbound.at, event)])

    def _rang(self, inbound: Inbound, call: Call, place: Place) -> Delivery:
        """What became of a call of ours."""
        receipt = receipt_of(call, place.message)
        if receipt is None:
            return Delivery()
        key = f"{self.name}:{inbound.account}:{call.sid}:{call.status}"
        return Delivery([Envelope(inbound.business, call.contact.actor, key, inbound.at, receipt, RELAY)])


class _Press(NamedTuple):
    """What keys mean: an event, or (without) why everything is told again, and on which page."""

    event: Event | None = None
    note: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class _Step:
    """One delivery that Twilio wants TwiML for."""

    of: Reading
    inbound: Inbound
    call: Call
    form: Form
    place: Place

    @property
    def caller(self) -> str:
        """Who is at the other end: a number, or the call's id where it is hidden."""
        return self.call.contact.address

    def read(self) -> Delivery:
        match self.place.kind:
            case "open":
                return self._open()
            case "call":
                return self._called()
            case "dial":
                return self._dialled()
            case "record":
                return self._recorded()
            case "wait":
                return self._shown(Telling(self.of.line, self.place, self.caller), self.place.since)
            case "again":
                return self._again("")
        return self._answered()

    def _open(self) -> Delivery:
        line, place = self.of.line, self.place.moved(language=self.place.language or self.of.language)
        event = Opened(self.of.language, "call")
        if place.tries >= OPENINGS:
            answer = leave(line, place, "trouble")
        else:
            answer = hold(line, place)
        delivery = self._event(event, 0, Telling(line, place, self.caller, OPENED), -1)
        return replace(delivery, answer=answer)

    def _called(self) -> Delivery:
        """The customer took our call, or a machine did."""
        machine = self.form.get("AnsweredBy").startswith(("machine", "fax"))
        return self._shown(Telling(self.of.line, self.place, self.caller, OPENED, last=machine), self.place.since)

    def _dialled(self) -> Delivery:
        """A phone of the staff has rung. When nobody is left to ring, or the caller has gone, nobody has answered."""
        line, place = self.of.line, self.place
        answered = self.form.get("DialCallStatus") in ANSWERED
        over = answered or self.call.over
        if not over and line.next_phones(place):
            return Delivery(answer=twiml.answer(ring(line, place, self.caller)))
        key = f"{self.of.name}:{self.inbound.account}:{self.call.sid}:{place.step}:rang"
        event = Envelope(self.inbound.business, self.call.contact.actor, key, self.inbound.at, Rang(answered))
        return Delivery([event], leave(line, place, "bye") if over else twiml.answer(ring(line, place, self.caller)))

    def _recorded(self) -> Delivery:
        if not self.form.get("RecordingSid"):
            return self._again("")
        media = Media("voice", recording_of(self.form), "audio/mpeg", source=self.of.line.voices.source)
        return self._event(Said("", (media,)), self.place.step, self._telling(), self.place.since)

    def _answered(self) -> Delivery:
        speech = self.form.get("SpeechResult").strip()
        digits = self.form.get("Digits")
        if not digits and not speech:
            if self.place.tries + 1 >= SILENCES:
                return Delivery(answer=leave(self.of.line, self.place, "bye"))
            return self._again("silent")
        press = self._typed(digits) if self.place.typed else self._key(digits)
        if not digits:
            press = _Press(Said(speech))
        if press.event is None:
            return self._again(press.note, press.page)
        return self._event(press.event, self.place.step, self._telling(), self.place.since)

    def _typed(self, digits: str) -> _Press:
        """Digits are the answer; those that lead come after a star."""
        digits = digits.removesuffix("#")
        if not digits.startswith(BACK):
            return _Press(Said(digits)) if digits else _Press(note="silent")
        return self._key(SEND if digits == BACK * 2 else digits[1:] or BACK)

    def _key(self, key: str) -> _Press:
        place, voices = self.place, self.of.line.voices
        if key in SPOKEN and (key != SEND or place.offers):
            return _Press(Said(voices.prompt(SPOKEN[key], voices.language_of("", place.language))))
        if key == REPEAT:
            return _Press(page=place.page)
        if key == MORE and place.more:
            return _Press(note=TURNED, page=place.page + 1)
        if len(key) == 1 and key in "1234567"[: min(len(place.keys), KEYS)]:
            return _Press(Pressed(place.message, place.keys[int(key) - 1]))
        return _Press(note="wrong", page=place.page)

    def _telling(self) -> Telling:
        return Telling(self.of.line, self.place.moved(tries=0, offers=False), self.caller)

    def _again(self, note: str, page: int | None = None) -> Delivery:
        """Tell everything once more; nothing has happened to the conversation."""
        tries = self.place.tries + 1 if note == "silent" else 0
        place = self.place.moved(kind="again", tries=tries, page=self.place.page if page is None else page)
        return self._shown(Telling(self.of.line, place, self.caller, note), place.before)

    def _shown(self, says: Telling, since: int) -> Delivery:
        return Delivery(says=says, reader=self.call.contact.actor if since >= 0 else "", since=since)

    def _event(self, event: Event, step: int, says: Telling, since: int) -> Delivery:
        inbound, actor = self.inbound, self.call.contact.actor
        key = f"{self.of.name}:{inbound.account}:{self.call.sid}:{step}"
        envelope = Envelope(inbound.business, actor, key, inbound.at, event, answer=True)
        waiting = says.place.moved(kind="wait", tries=0)
        answer: Answer = hold(self.of.line, waiting)
        return Delivery([envelope], answer, says, SECONDS, actor, since)
