"""One Telegram account as it is set up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
API_URL = "https://api.telegram.org"

Mode = Literal["polling", "webhook", "bridge"]

Commands = Mapping[str, Mapping[str, str]]
"""Descriptions of commands, by language and name; a customer of another language sees those of the first."""


@dataclass(frozen=True, slots=True)
class Account:
    """What it takes to run one account of one business. The secrets are never shown.

    In mode `bridge` another program fetches the updates and hands them on to us: we neither fetch, nor say where to
    deliver, nor name commands.
    """

    business: str
    id: str
    token: str = field(repr=False)
    mode: Mode = "polling"
    api_url: str = API_URL
    secret: str = field(default="", repr=False)
    public_url: str = ""
    staff_group: int = 0
    """The group chat where operators sit; 0 for none."""
    rate: int = 25
    """Messages a second over all chats; 0 sets no limits of our own, for a server that has none."""
    customer_commands: Commands = field(default_factory=dict)
    staff_commands: Commands = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot work; the sentences never hold a secret."""
        if not TOKEN.fullmatch(self.token):
            raise ValueError("a token looks like 123456:ABC…")
        if self.delivered and not SECRET.fullmatch(self.secret):
            raise ValueError(f"{self.mode} mode needs a secret of 1 to 256 of A-Z a-z 0-9 _ -")
        if self.mode == "webhook" and not self.public_url:
            raise ValueError("webhook mode needs the public address")

    @property
    def bot(self) -> int:
        """Our own user id, which stands before the token's secret part."""
        return int(self.token.partition(":")[0])

    @property
    def delivered(self) -> bool:
        """Whether updates come to us, by Telegram or a bridge, so that nothing is fetched."""
        return self.mode != "polling"

    @property
    def hook_url(self) -> str:
        """Where updates are delivered: by Telegram in webhook mode, by the other program in bridge mode."""
        return f"{self.public_url.rstrip('/')}/webhooks/telegram/{self.id}"
