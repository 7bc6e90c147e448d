"""A stand-in for the Telegram Bot API: a real HTTP server that behaves like api.telegram.org.

`TelegramServer` is it; `api.person` and `api.group` are those who use Telegram, `api.faults` is what goes wrong and
`api.record` everything that went in and out.
"""

from tests.standins.faults import DropAfter, DropBefore, Hold
from tests.standins.telegram.faults import (
    Delay,
    Outage,
    OutageAfter,
    Refuse,
    TooMany,
)
from tests.standins.telegram.firms import Owner
from tests.standins.telegram.groups import Group
from tests.standins.telegram.listening import Silence
from tests.standins.telegram.people import Impossible, Person
from tests.standins.telegram.seen import Seen
from tests.standins.telegram.server import TelegramServer
from tests.standins.telegram.service import TOKEN

__all__ = [
    "TOKEN",
    "Delay",
    "DropAfter",
    "DropBefore",
    "Group",
    "Hold",
    "Impossible",
    "Outage",
    "OutageAfter",
    "Owner",
    "Person",
    "Refuse",
    "Seen",
    "Silence",
    "TelegramServer",
    "TooMany",
]
