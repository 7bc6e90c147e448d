"""What every account of Twilio is written with: its SID, its token, and whom it writes as."""

from bot.ports.accounts import Account, Setting
from integrations.channels.twilio.client import Twilio

SECRETS = {
    "auth_token": Setting("the Auth Token of the Twilio account, 32 letters and digits", r"[!-~]{16,128}"),
    "key_secret": Setting("the secret of an API key, when `key_sid` is set", r"[!-~]{16,128}", ""),
    "signing_key": Setting("the secret of a shared key that webhooks are signed with", r"[!-~]{16,256}", ""),
}
SETTINGS = {
    "account_sid": Setting("the Account SID, AC and 32 digits of hexadecimal", r"AC[0-9a-fA-F]{32}"),
    "key_sid": Setting("the SID of an API key, SK and 32 digits of hexadecimal", r"SK[0-9a-fA-F]{32}", ""),
    "api_url": Setting("the address of another server that stands in for Twilio", r"https?://\S+", ""),
}
PHONE = r"\+[1-9][0-9]{6,14}"
SERVICE = r"MG[0-9a-fA-F]{32}"


def client(account: Account) -> Twilio:
    """The client of an account. Raises `ValueError` for what cannot work."""
    settings, secrets = account.settings, account.secrets
    key, secret = settings.get("key_sid", ""), secrets.get("key_secret", "")
    if bool(key) != bool(secret):
        raise ValueError(f"{account.source}: an API key needs both key_sid and key_secret")
    return Twilio(settings["account_sid"], secret or secrets["auth_token"], settings.get("api_url", ""), key=key)


def sender(account: Account) -> dict[str, str]:
    """The field that says whom a message is from: a number, a name, or a Messaging Service that chooses one."""
    name = account.settings["from"]
    return {"MessagingServiceSid" if name.startswith("MG") and len(name) == 34 else "From": name}
