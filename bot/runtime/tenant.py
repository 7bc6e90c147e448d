"""One business as it runs: its content, its dialogs, its ports, its words."""

from dataclasses import dataclass

from bot.business import Business
from bot.chat import Factories
from bot.dialog import Machine
from bot.texts import Phrasebook
from bot.understanding import Understander


@dataclass(frozen=True, slots=True)
class Tenant:
    """What a step needs of its business."""

    business: Business
    machine: Machine
    ports: Factories
    phrasebook: Phrasebook
    understander: Understander
    rooms: tuple[str, ...] = ()
    """The group chats where operators sit, by the key of their actor."""
