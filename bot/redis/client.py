"""How the server is reached: whoever asks it gives up after so long, and asks again when it likes."""

from redis.asyncio import Redis


def connect(url: str, patience: float) -> Redis:
    """A client that waits for the server so many seconds at most; it hangs on it when it is first used."""
    return Redis.from_url(
        url,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        health_check_interval=0,
        retry_on_timeout=False,
    )
