"""What an account of WhatsApp is made of."""

from bot.ports.accounts import Account, Descriptor, Kit, Setting
from bot.ports.channel import Channel
from integrations.channels.meta.graph import API_URL, VERSION
from integrations.channels.meta.whatsapp.channel import WhatsApp
from integrations.channels.meta.whatsapp.limits import LIMITS, WEBHOOK_BYTES
from integrations.channels.meta.whatsapp.receive import NAME


def _open(account: Account, kit: Kit) -> Channel:
    return WhatsApp(account, kit)


WHATSAPP = Descriptor(
    NAME,
    LIMITS,
    _open,
    secrets={
        "token": Setting("the access token of a system user, it looks like EAAJ…", r"[A-Za-z0-9_|.-]{20,1000}"),
        "app_secret": Setting("the app secret of the app's basic settings, 32 hexadecimal digits", r"[0-9a-fA-F]{32}"),
        "verify_token": Setting("any 8 to 200 of A-Z a-z 0-9 _ -, which Meta is told too", r"[A-Za-z0-9_-]{8,200}"),
    },
    settings={
        "phone_number_id": Setting("Meta's id of the phone number, it looks like 106540352242922", r"[0-9]{5,25}"),
        "business_account_id": Setting("Meta's id of the WhatsApp Business account, digits only", r"[0-9]{5,25}", ""),
        "api_version": Setting("a version of the Graph API, it looks like v25.0", r"v[0-9]{1,2}\.[0-9]", VERSION),
        "api_url": Setting("the address of a Graph API", r"https?://[!-~]+", API_URL),
    },
    most_bytes=WEBHOOK_BYTES,
)
