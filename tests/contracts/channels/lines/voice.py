"""A call, over the stand-in of Twilio. What is said in it leaves in answers; afterwards the customer is called."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlencode

from bot.ports.accounts import Kit
from bot.ports.channel import Inbound
from bot.ports.speech import PROMPTS, Spoken
from bot.rendering import pressed
from tests.contracts.channels.line import Ability, Fault, Shown
from tests.contracts.channels.lines.twilio import HEADER, TwilioLine
from tests.standins.twilio.voice_api import VoiceApi

CALL = "CA0123456789abcdef0123456789abcdef"
FAULTS: dict[Fault, str | tuple[int, int]] = {
    "busy": (429, 20429), "outage": (503, 0), "break": "after", "revoked": (401, 20003), "blocked": (400, 21216),
    "refused": (400, 21215),
}  # fmt: skip


class VoiceLine(TwilioLine):
    """Nare, on the phone."""

    name = "voice_twilio"
    can: ClassVar[frozenset[Ability]] = frozenset({"proof", "press", "receipt", "doctor"})
    reports: ClassVar[tuple[str, ...]] = ("delivered", "failed")
    proof_header = HEADER

    async def start(self) -> None:
        self.voice = await VoiceApi().start()
        self.ours = self.voice.number.number
        self.channel = self.open(
            self.voice.url, account_sid=self.voice.account_sid, number=self.ours, reach="call", language="en"
        )

    async def stop(self) -> None:
        await self.voice.stop()

    def kit(self) -> Kit:
        prompts = {name: f"{name} {{label}} {{key}}" for name in PROMPTS} | {"human": "HUMAN", "back": "back"}
        return replace(super().kit(), spoken=Spoken({"en": prompts, "ru": prompts}, lambda _: "en"))

    def _call(self, query: str, **more: str) -> Inbound:
        form = {"CallSid": CALL, "AccountSid": self.voice.account_sid, "From": self.address, "To": self.ours,
                "CallStatus": "in-progress", "Direction": "inbound", "ApiVersion": "2010-04-01", "CallerName": ""}  # fmt: skip
        body = urlencode([*(form | more).items()], errors="replace").encode()
        return self.proved(body, url=f"{self.inbound(b'', {}).url}?{query}")

    def _step(self, number: int, **more: str | int) -> str:
        return urlencode({"k": "step", "n": number, "s": 7, "b": 6, "l": "en", **more})

    def write(self, text: str, number: int) -> Inbound:
        return self._call(self._step(number), SpeechResult=text, Confidence="0.93")

    def press(self, gives: str, number: int, *, label: str = "") -> Inbound:
        found = pressed(gives)
        assert found is not None
        return self._call(self._step(number, m=found[0], c=found[1]), Digits="1")

    def receipt(self, state: str, provider_id: str, message: int, part: int = 0) -> Inbound:
        told = {"delivered": "completed", "failed": "no-answer"}[state]
        sid = "CA" + provider_id.encode().hex()
        query = urlencode({"k": "rang", "m": message})
        return self._call(
            query, CallSid=sid, CallStatus=told, Direction="outbound-api", From=self.ours, To=self.address
        )

    def samples(self) -> Sequence[Inbound]:
        dialled = urlencode({"k": "dial", "n": 5, "g": "reception", "i": 1, "l": "en"})
        recorded = urlencode({"k": "record", "n": 6, "s": 7, "l": "en"})
        url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE01"
        return [
            self.write("Бронь 😀", 1), self.press("5.0", 2), self._call(self._step(3), Digits="0"),
            self._call(self._step(4), Digits=""), self._call("k=open", CallStatus="ringing"),
            self._call(self._step(8, m=5, c="1", o=1, d=1), Digits="*8#"), self._call(urlencode({"k": "wait", "s": 7})),
            self._call("k=open", CallSid="CA2", From="+266696687", CallStatus="ringing"),
            self._call(dialled, DialCallStatus="no-answer", DialCallSid="CA3"),
            self._call(recorded, RecordingUrl=url, RecordingSid="RE01", RecordingDuration="7", Digits="#"),
            self._call("k=ended", CallStatus="completed", CallDuration="30"),
            *(self.receipt(state, "x", 7) for state in self.reports),
        ]  # fmt: skip

    @property
    def shown(self) -> Sequence[Shown]:
        return [Shown(each.get("Url")) for each in self.voice.calls]

    def fails(self, fault: Fault) -> None:
        self.voice.faults.append(FAULTS[fault])

    def unused(self) -> Sequence[object]:
        return self.voice.faults
