"""SMS by Twilio: dialogs where a number can be answered, notices where only a name may write."""

from collections.abc import Mapping

from bot.ports.accounts import Descriptor, Setting
from integrations.channels.twilio import accounts
from integrations.channels.twilio.sms.channel import Sms
from integrations.channels.twilio.sms.limits import LIMITS, MOST_SEGMENTS, PER_SECOND
from integrations.channels.twilio.sms.receive import NAME

NAMED = r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}"
SHORT_CODE = r"[0-9]{3,8}"

SMS: Mapping[str, Descriptor] = {
    NAME: Descriptor(
        NAME,
        LIMITS,
        Sms,
        accounts.SECRETS,
        accounts.SETTINGS
        | {
            "from": Setting(
                "a number (+15017122661), a short code, a name of up to 11 letters that nobody can answer, or a"
                " Messaging Service (MG…)",
                f"{accounts.PHONE}|{SHORT_CODE}|{accounts.SERVICE}|{NAMED}",
            ),
            "segments": Setting("the most segments of one message, 1 to 10", r"[1-9]|10", MOST_SEGMENTS),
            "per_second": Setting("messages a second, 0 for no limit", r"[0-9]{1,4}", PER_SECOND),
        },
    )
}

__all__ = ["SMS"]
