"""A phone call: Twilio reads the TwiML that it is given, and somebody at the other end listens, presses, speaks, waits."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from tests.standins.twilio.voice import Refused, Verb, read, signature

if TYPE_CHECKING:
    from tests.standins.twilio.voice_api import VoiceApi

SOUNDS = {"audio/mpeg", "audio/wav", "audio/wave", "audio/x-wav", "audio/aiff", "audio/ogg", "audio/basic"}
TALK = b"ID3 both of them"
MOST_HOPS = 60  # documents without anybody to wait for: more is a circle


class Impossible(Exception):
    """Nobody can do that at this point of the call."""


@dataclass
class Call:
    """One call. `heard` is all that was said or played, `asks` the question that is open, `error` why Twilio ended it.

    `phones` says what the phones that are dialled do: `completed`, `busy`, `no-answer`; who is `impatient` hangs up while
    one rings. With `doubled` every delivery comes
    twice with one token. `understands` makes words of a sound.
    """

    api: "VoiceApi"
    sid: str
    person: str
    number: str
    direction: str = "inbound"
    phones: Mapping[str, str] = field(default_factory=dict)
    doubled: bool = False
    impatient: bool = False
    understands: Callable[[bytes], str] = lambda sound: f"<{len(sound)} bytes>"
    heard: list[str] = field(default_factory=list)
    rang: list[list[str]] = field(default_factory=list)
    asks: Verb | None = None
    answered_by: str = ""
    ended: bool = False
    error: int = 0
    seconds: int = 30
    pauses: int = 0
    """Seconds that the caller waited in pauses; no time really passes."""
    _rest: list[Verb] = field(default_factory=list)

    async def begin(self, url: str) -> "Call":
        """The phone is taken up; Twilio asks what to do."""
        status = "ringing" if self.direction == "inbound" else "in-progress"
        await self._go(url, [("CallStatus", status)])
        return self

    async def presses(self, keys: str) -> "Call":
        """Press keys one after another; in a question that ends with a key the digits before it are the answer."""
        gather = self._open("Gather")
        if "dtmf" not in gather.given.get("input", "dtmf"):
            raise Impossible("keys are not listened to")
        digits = keys
        if most := gather.given.get("numDigits"):
            digits = digits[: int(most)]
        end = gather.given.get("finishOnKey", "#")
        if end:
            digits = digits.partition(end)[0]
        await self._answer(gather, [("Digits", digits)] if digits else [], empty=not digits)
        return self

    async def says(self, words: str) -> "Call":
        """Speak; where only keys are listened to that is silence."""
        gather = self._open("Gather")
        if "speech" not in gather.given.get("input", "dtmf"):
            return await self.is_silent()
        await self._answer(gather, [("SpeechResult", words), ("Confidence", "0.93")], empty=False)
        return self

    async def is_silent(self) -> "Call":
        """Do nothing until Twilio goes on."""
        if self.asks is not None and self.asks.name == "Record":
            self.asks = None
            await self._run([])
            return self
        await self._answer(self._open("Gather"), [], empty=True)
        return self

    async def leaves(self, sound: bytes, *, key: str = "#") -> "Call":
        """Speak a message after the tone; `hangup` as the key ends the call with it."""
        record = self._open("Record")
        sid = f"RE{self.api.next_id()}"
        self.api.recordings[sid] = sound
        url = f"https://api.twilio.com/2010-04-01/Accounts/{self.api.account_sid}/Recordings/{sid}"
        self.asks = None
        form = [("RecordingUrl", url), ("RecordingSid", sid), ("RecordingDuration", "7"), ("Digits", key)]
        await self._go(record.given["action"], [("CallStatus", "in-progress"), *form])
        if key == "hangup":
            await self.hangs_up()
        return self

    async def hangs_up(self) -> "Call":
        """Put the phone down; the end is told where the number says."""
        if not self.ended:
            self.asks, self.ended = None, True
            await self.api.tell_end(self)
        return self

    def _open(self, name: str) -> Verb:
        if self.asks is None or self.asks.name != name:
            raise Impossible(f"nothing to {name} now; heard {self.heard[-3:]}, error {self.error}, ended {self.ended}")
        return self.asks

    async def _answer(self, gather: Verb, form: list[tuple[str, str]], *, empty: bool) -> None:
        self.asks = None
        if empty and gather.given.get("actionOnEmptyResult") != "true":
            await self._run([])
            return
        await self._go(gather.given["action"], [("CallStatus", "in-progress"), *(form or [("Digits", "")])])

    async def _go(self, url: str, form: list[tuple[str, str]]) -> None:
        """Ask for a document and carry it out; a document that is none ends the call."""
        try:
            await self._run(await self._ask(url, form))
        except Refused as refused:
            self.error = refused.code
            self.heard.append("An application error has occurred.")
            await self.hangs_up()

    async def _run(self, verbs: list[Verb]) -> None:
        self._rest = verbs or self._rest
        for _ in range(MOST_HOPS):
            if not self._rest:
                await self.hangs_up()
                return
            verb = self._rest.pop(0)
            if verb.name in ("Gather", "Record"):
                await self._listen(verb)
                self.asks = verb
                return
            if verb.name == "Hangup":
                await self.hangs_up()
                return
            if verb.name == "Redirect":
                self._rest = await self._ask(verb.text, [("CallStatus", "in-progress")])
            elif verb.name == "Dial":
                self._rest = await self._dial(verb)
                if self.ended:
                    return
            else:
                await self._sound(verb)
        raise Refused(11210, "the documents go round in a circle")

    async def _listen(self, verb: Verb) -> None:
        for each in verb.inside:
            await self._sound(each)

    async def _sound(self, verb: Verb) -> None:
        if verb.name == "Say":
            self.heard.append(verb.text)
        elif verb.name == "Pause":
            self.pauses += int(verb.given.get("length", "1"))
        elif verb.name == "Play":
            self.heard.append(self.understands(await self._fetch(verb.text)))

    async def _fetch(self, url: str) -> bytes:
        async with self.api.session.get(self.api.local(url)) as answer:
            if answer.status != 200:
                raise Refused(11200, f"the sound was answered {answer.status}")
            if answer.content_type not in SOUNDS:
                raise Refused(12300, f"a sound is no {answer.content_type}")
            return await answer.read()

    async def _dial(self, dial: Verb) -> list[Verb]:
        numbers = [each.text for each in dial.inside] or [dial.text]
        self.rang.append(numbers)
        if self.impatient:
            gone = [("CallStatus", "completed"), ("DialCallStatus", "canceled"), ("DialCallDuration", "0")]
            await self._ask(dial.given["action"], gone)
            await self.hangs_up()
            return []
        states = [self.phones.get(each, "no-answer") for each in numbers]
        state = "completed" if "completed" in states else states[0]
        form = [("CallStatus", "in-progress"), ("DialCallStatus", state), ("DialCallSid", f"CA{self.api.next_id()}")]
        verbs = await self._ask(
            dial.given["action"], [*form, ("DialCallDuration", "40" if state == "completed" else "0")]
        )
        if state == "completed" and dial.given.get("record", "").startswith("record-from-answer"):
            await self._record(dial.given["recordingStatusCallback"])
        return verbs

    async def _record(self, url: str) -> None:
        """What was talked is recorded; that is told with neither number."""
        sid = f"RE{self.api.next_id()}"
        self.api.recordings[sid] = TALK
        form = [
            ("AccountSid", self.api.account_sid), ("CallSid", self.sid), ("RecordingSid", sid),
            ("RecordingUrl", f"https://api.twilio.com/2010-04-01/Accounts/{self.api.account_sid}/Recordings/{sid}"),
            ("RecordingStatus", "completed"), ("RecordingDuration", "40"), ("RecordingChannels", "2"),
            ("RecordingSource", "DialVerb"), ("ErrorCode", "0"),
        ]  # fmt: skip
        await self.api.deliver(url, form, self.api.next_id())

    async def _ask(self, url: str, form: list[tuple[str, str]]) -> list[Verb]:
        customer = (self.person, self.number) if self.direction == "inbound" else (self.number, self.person)
        pairs = [
            ("CallSid", self.sid), ("AccountSid", self.api.account_sid), ("From", customer[0]), ("To", customer[1]),
            ("Direction", self.direction), ("ApiVersion", "2010-04-01"), ("CallerName", ""), ("FromCountry", "AM"),
            *([("AnsweredBy", self.answered_by)] if self.answered_by else []), *form,
        ]  # fmt: skip
        token = self.api.next_id()
        bodies = [await self.api.deliver(url, pairs, token) for _ in range(2 if self.doubled else 1)]
        if len(set(bodies)) > 1:
            raise Refused(0, "a repeat was answered in another way")
        return read(*bodies[0])


async def post(
    session: aiohttp.ClientSession,
    token: str,
    url: str,
    to: str,
    form: list[tuple[str, str]],
    *,
    again: str,
    seconds: float,
) -> tuple[bytes, str]:
    """Deliver a signed form to where `url` really is; raises `Refused` 11200 for no answer in time or no 2xx."""
    headers = {
        "X-Twilio-Signature": signature(token, url, form), "I-Twilio-Idempotency-Token": again,
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "User-Agent": "TwilioProxy/1.1",
        "Date": datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
    }  # fmt: skip
    try:
        async with asyncio.timeout(seconds), session.post(to, data=urlencode(form), headers=headers) as answer:
            body = await answer.read()
    except (TimeoutError, aiohttp.ClientError) as error:
        raise Refused(11200, f"no answer: {type(error).__name__}") from error
    if not 200 <= answer.status < 300:
        raise Refused(11200, f"it was answered {answer.status}")
    return body, answer.headers.get("Content-Type", "")
