"""One number of Play Mobile's, to which people of Uzbekistan write text messages."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from bot.events import Contact
from bot.net.lines import Broken, Unreached
from bot.net.standing import Standing
from bot.ports.accounts import Account, Kit
from bot.ports.channel import Delivery, Inbound, NotSigned, Outcome, PerhapsSent, Retry
from bot.ports.doctor import Finding
from bot.replies import Message
from integrations.channels.playmobile.client import Client
from integrations.channels.playmobile.outcomes import BUSY, outcome_of, trouble_of
from integrations.channels.playmobile.proof import Proof
from integrations.channels.playmobile.receive import NAME, Reader, message_id
from integrations.channels.playmobile.render import Renderer, Text


class PlayMobile:
    """One account of one business.

    Its secrets are `password` and `key`; its settings are `login`, `originator` (from whom messages come), `keywords`
    and `api_url`.
    """

    name: ClassVar[str] = NAME
    tracks: ClassVar[bool] = True

    def __init__(self, account: Account, kit: Kit) -> None:
        self.account = account
        login, password = account.settings["login"], account.secrets["password"]
        self._originator = account.settings["originator"]
        self._client = Client(login, password, account.settings["api_url"])
        self._proof = Proof(account.secrets["key"], login, password)
        self._standing = Standing("Play Mobile", account.source, kit.clock)
        self._renderer = Renderer(kit.link)
        keywords = (each.strip() for each in account.settings["keywords"].split(","))
        self._reader = Reader(account.id, tuple(filter(None, keywords)))

    def __repr__(self) -> str:
        """Name the account."""
        return f"PlayMobile({self.account.business}/{self.account.id})"

    @property
    def trouble(self) -> str:
        """See `Troubled.trouble`."""
        return self._standing.trouble

    def receive(self, inbound: Inbound) -> Delivery:
        """See `Channel.receive`; the proof is a key in the address, see `proof`."""
        if not self._proof.holds(inbound):
            raise NotSigned
        return self._reader.delivery(inbound.body, inbound.business, inbound.at)

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Text]:
        """See `Channel.render`."""
        return self._renderer.texts(message, number)

    async def send(self, contact: Contact, request: Text) -> Outcome:
        """See `Channel.send`. What is sent again has the same id, so that a report is about both."""
        if held := self._standing.held():
            return held
        name = message_id(contact, request.message, request.part)
        sms = {"originator": self._originator, "content": {"text": request.text}}
        try:
            answer = await self._client.send([{"recipient": contact.address, "message-id": name, "sms": sms}])
        except Unreached as error:
            return Retry(BUSY, str(error), "provider")
        except Broken as error:
            return PerhapsSent(str(error))
        if trouble := trouble_of(answer):
            return self._standing.refused(trouble)
        if answer.status < 500:
            self._standing.accepted()
        return outcome_of(answer, name)

    async def examine(self) -> Sequence[Finding]:
        """See `Doctored.examine`; an empty list is handed over, which the broker refuses for what it is."""
        try:
            answer = await self._client.send([])
        except (Unreached, Broken) as error:
            return [Finding(fine=False, what=f"Play Mobile cannot be asked ({error})", how="try again later")]
        if trouble := trouble_of(answer):
            return [Finding(fine=False, what=f"Play Mobile: {trouble}", how="ask its support")]
        if answer.status >= 500:
            return [Finding(fine=False, what=f"Play Mobile answered {answer.status}", how="try again later")]
        return [Finding(fine=True, what="Play Mobile takes the login")]

    async def connect(self) -> Sequence[Finding]:
        """See `Doctored.connect`; where to deliver is set by Play Mobile's support, so this says what to write them."""
        return [
            Finding(
                fine=True,
                what=f"Play Mobile must be told to deliver messages and reports to {self.account.hook_url}?key=…",
                how="write this address to its support, with the account's key in place of the dots",
            )
        ]

    async def close(self) -> None:
        """Hang up; safe to call twice."""
        await self._client.close()
