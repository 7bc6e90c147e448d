"""One bot as its account sets it up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Literal, cast

from bot.ports.accounts import Account, Commands, Kit, Way

API_URL = "https://api.telegram.org"

Mode = Literal["polling", "webhook", "bridge"]
WAYS: Mapping[str, Way] = {"polling": "fetched", "webhook": "called", "bridge": "handed"}


def way_of(settings: Mapping[str, str]) -> Way:
    """How updates come in each mode; a mode that is none is told elsewhere."""
    return WAYS.get(settings["mode"], "fetched")


@dataclass(frozen=True, slots=True)
class Bot:
    """What the secrets and settings of one account say. The secrets are never shown.

    In mode `bridge` another program fetches the updates and hands them on to us: we neither fetch, nor say where to
    deliver, nor name commands. `hook_url` is where updates are delivered, by Telegram or by that program. `staff_group`
    is the group chat where operators sit, 0 for none. `rate` is how many messages a second go over all chats; 0 sets no
    limits of our own, for a server that has none.
    """

    id: str
    token: str = field(repr=False)
    mode: Mode
    api_url: str
    secret: str = field(repr=False)
    hook_url: str
    staff_group: int
    rate: int
    commands: Commands
    staff_commands: Commands

    @classmethod
    def of(cls, account: Account, kit: Kit) -> "Bot":
        """Read an account. Raises `ValueError` for what cannot work here."""
        secrets, settings = account.secrets, account.settings
        group = int(settings["staff_group"])
        if group and find_spec("aiogram") is None:
            raise ValueError("a staff group needs aiogram: pip install '.[telegram]'")
        return cls(
            account.id, secrets["token"], cast("Mode", settings["mode"]), settings["api_url"].rstrip("/"),
            secrets["webhook_secret"], account.hook_url, group, int(settings["rate"]), kit.commands(), kit.staff_commands(),
        )  # fmt: skip

    @property
    def number(self) -> int:
        """Its user id, which stands before the token's secret part."""
        return int(self.token.partition(":")[0])

    @property
    def delivered(self) -> bool:
        """Whether updates come to us, so that nothing is fetched."""
        return self.mode != "polling"
