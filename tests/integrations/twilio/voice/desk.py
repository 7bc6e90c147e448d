"""A channel of calls without a house: what it makes of deliveries and messages, looked at directly."""

from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlencode

from bot.business import Business
from bot.events import Media
from bot.net import Fetcher
from bot.ports.channel import Inbound, Told
from bot.ports.speech import Speech
from bot.replies import Choice, Go, Message
from integrations.channels.twilio.voice import Voice
from tests.integrations.kit import Hands
from tests.integrations.twilio.voice import firm
from tests.integrations.twilio.voice.talk import HOOK
from tests.standins.twilio.voice import Verb, read, signature

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SID = "CA00000000000000000000000000000001"
BASICS = {"CallSid": SID, "AccountSid": firm.ACCOUNT_SID, "From": firm.PERSON, "To": firm.NUMBER, "Direction": "inbound",
          "ApiVersion": "2010-04-01", "CallStatus": "in-progress", "CallerName": ""}  # fmt: skip


def voice(
    business: Business, speaker: Speech | None = None, api_url: str = "", files: Fetcher | None = None, **settings: str
) -> Voice:
    """An account of this firm; `files` fetches for it, and is closed by who lends it."""
    files = files or Fetcher(anywhere=True)
    lent = firm.kit(business, Hands(NOW), link, files, speaker or firm.Parrot("hy", "ka", "uz"))
    return Voice(firm.account(api_url=api_url, **settings), lent)


def link(media: Media) -> str:
    return f"{firm.PUBLIC}/sound/{quote(media.name, safe='')}"


def delivered(
    form: dict[str, str], query: str = "", *, url: str = "", token: str = firm.TOKEN, header: str = ""
) -> Inbound:
    """A delivery of Twilio's, signed; `query` is what stands in the address."""
    pairs = list(form.items())
    url = url or (f"{HOOK}?{query}" if query else HOOK)
    headers = {"x-twilio-signature": header or signature(token, url, pairs)}
    return Inbound("demo", "main", urlencode(pairs).encode(), NOW, headers, url=url)


def told(*messages: Message, first: int = 2) -> list[Told]:
    return [Told(number, message) for number, message in enumerate(messages, start=first)]


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(str(number), label, Go("main")) for number, label in enumerate(labels))


def verbs(body: bytes, kind: str) -> list[Verb]:
    """The document as Twilio reads it."""
    return read(body, kind)


def heard(document: list[Verb]) -> str:
    """What of a document is heard, said or played."""
    found = []
    for verb in document:
        if verb.name == "Say":
            found.append(verb.text)
        elif verb.name == "Play":
            found.append(unquote(verb.text.rpartition("/")[2]).partition(":")[2] or verb.text)
        found += [heard(verb.inside)] if verb.inside and verb.name != "Dial" else []
    return "\n".join(found)
