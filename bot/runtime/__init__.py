"""What runs: intake, stepper, sender, alarm, and the engine that holds them."""

from bot.runtime.engine import Engine
from bot.runtime.intake import Intake
from bot.runtime.tenant import Tenant
from bot.runtime.wakeups import Wakeups

__all__ = ["Engine", "Intake", "Tenant", "Wakeups"]
