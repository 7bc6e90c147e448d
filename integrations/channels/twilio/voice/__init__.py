"""Calls by Twilio: the same menu and dialogs by keypad and by speech."""

from collections.abc import Mapping

from bot.ports.accounts import Descriptor, Setting
from integrations.channels.twilio.accounts import PHONE, SECRETS, SERVICE, SETTINGS
from integrations.channels.twilio.voice.channel import Voice, opened
from integrations.channels.twilio.voice.limits import LIMITS

VOICE: Mapping[str, Descriptor] = {
    "voice_twilio": Descriptor(
        "voice_twilio",
        LIMITS,
        opened,
        secrets=SECRETS,
        settings={
            **SETTINGS,
            "number": Setting("the number that customers call, like +37410123456", PHONE),
            "language": Setting("the language that callers are greeted in, like ru", r"[a-z]{2}|", ""),
            "speech": Setting("yes or no: whether callers may also speak", r"yes|no", "yes"),
            "voices": Setting("Twilio's voices by language, like ru=Polly.Tatyana", r"([a-z]{2}=[\w.-]+ ?)*", ""),
            "ring": Setting("turn or together: how the staff's phones ring", r"turn|together", "turn"),
            "record": Setting("yes or no: whether talks with the staff are recorded", r"yes|no", "no"),
            "reach": Setting("no, text or call: how callers hear what is said after the call", r"no|text|call", "no"),
            "text_from": Setting(
                "the number, sender or MG… service that texts come from",
                rf"{PHONE}|{SERVICE}|[A-Za-z0-9 ]{{1,11}}|",
                "",
            ),
            "rate": Setting("calls and texts a second", r"[1-9][0-9]?", "1"),
        },
        most_bytes=64 * 1024,
    )
}

__all__ = ["VOICE", "Voice"]
