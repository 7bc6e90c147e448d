"""WhatsApp by Twilio as a channel."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from bot.events import Contact
from bot.ports.accounts import Account, Kit
from bot.ports.channel import Outcome, PerhapsSent, Retry, Sent, Undeliverable
from bot.ports.doctor import Finding
from bot.replies import Message
from integrations.channels.twilio import accounts
from integrations.channels.twilio.callbacks import told_at
from integrations.channels.twilio.client import TwilioAnswer
from integrations.channels.twilio.codes import CONTENT, UNKNOWN
from integrations.channels.twilio.messaging import Messaging
from integrations.channels.twilio.sending import outcome
from integrations.channels.twilio.whatsapp.contents import Contents
from integrations.channels.twilio.whatsapp.limits import LIMITS
from integrations.channels.twilio.whatsapp.receive import NAME, PREFIX, Reader
from integrations.channels.twilio.whatsapp.render import Call, Renderer
from integrations.channels.twilio.whatsapp.setup import Setup

MOST_BEGUN = 10_000  # messages of which only a part has been taken


class WhatsApp(Messaging):
    """One account of one business. Raises `ValueError` for settings that cannot work."""

    name: ClassVar[str] = NAME
    window: ClassVar[timedelta] = LIMITS.window or timedelta()

    def __init__(self, account: Account, kit: Kit) -> None:
        super().__init__(account, kit, Reader(account.id).envelopes)
        self._contents = Contents(self._speaker, account.settings["account_sid"], kit.memory)
        self._renderer = Renderer(kit.link, kit.choose)
        sender = accounts.sender(account)
        self._from = {"From": f"{PREFIX}{sender['From']}"} if "From" in sender else sender
        self._setup = Setup(self._twilio, account)
        self._begun: dict[tuple[str, int, int], int] = {}

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Call]:
        """See `Channel.render`. What was said cannot be changed there: a correction is a message of its own."""
        if replaced and not message.text and not message.media:
            return []
        return self._renderer.calls(message, number, silence)

    async def send(self, contact: Contact, request: Call) -> Outcome:
        """See `Channel.send`."""
        if request.shape is None:
            return await self._say(contact, request, request.form)
        if _key(contact, request) in self._begun:
            return await self._say_instead(contact, request)
        sid = await self._contents.sid(request.shape)
        if not isinstance(sid, str):
            return await self._say_instead(contact, request) if isinstance(sid, Undeliverable) else sid
        answer = await self._post(contact, request, {"ContentSid": sid, **request.form})
        if not isinstance(answer, TwilioAnswer):
            return answer
        if not answer.ok and answer.code in CONTENT:
            if answer.code == UNKNOWN:
                await self._contents.forget(request.shape)
            return await self._say_instead(contact, request)
        return outcome(answer)

    async def _say_instead(self, contact: Contact, request: Call) -> Outcome:
        """The words in place of buttons that Twilio does not take; what has been said of them is not said again."""
        said: Outcome = Retry(timedelta(seconds=5), "there are no words")
        key = _key(contact, request)
        done = self._begun.pop(key, 0)
        for place, text in enumerate(request.instead[done:], start=done):
            said = await self._say(contact, request, {"Body": text})
            if isinstance(said, (Retry, PerhapsSent)):
                self._begun[key] = place
                if len(self._begun) > MOST_BEGUN:
                    del self._begun[next(iter(self._begun))]
            if not isinstance(said, Sent):
                break
        return said

    async def _say(self, contact: Contact, request: Call, form: dict[str, str]) -> Outcome:
        answer = await self._post(contact, request, form)
        return outcome(answer) if isinstance(answer, TwilioAnswer) else answer

    async def _post(self, contact: Contact, request: Call, form: dict[str, str]) -> TwilioAnswer | Outcome:
        told = told_at(self._account.hook_url, request.number, request.part)
        to = {"To": f"{PREFIX}{contact.address}", **self._from}
        return await self._speaker.post(to | form | {"StatusCallback": told})

    async def examine(self) -> Sequence[Finding]:
        """See `Doctored.examine`."""
        return await self._setup.examine()

    async def connect(self) -> Sequence[Finding]:
        """See `Doctored.connect`."""
        return await self._setup.connect()


def _key(contact: Contact, request: Call) -> tuple[str, int, int]:
    return contact.actor, request.number, request.part
