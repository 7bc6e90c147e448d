"""One business as it runs: its content, its dialogs, its ports, its words."""

from dataclasses import dataclass

from bot.business import Business
from bot.chat import Factories
from bot.dialog import Machine
from bot.texts import Phrasebook


@dataclass(frozen=True, slots=True)
class Tenant:
    """What a step needs of its business."""

    business: Business
    machine: Machine
    ports: Factories
    phrasebook: Phrasebook
