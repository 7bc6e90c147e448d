"""What processes share and may lose: words between them, and how fast something may happen. Needs the extra `redis`."""

from bot.redis.rates import SharedRates
from bot.redis.wire import RedisWire

__all__ = ["RedisWire", "SharedRates"]
