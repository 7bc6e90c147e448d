"""Passwords of the web desk, kept as salted scrypt hashes that carry their own parameters."""

import asyncio
import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor

SHORTEST = 10
LONGEST = 200  # characters; longer ones cost time and protect no better
COST, BLOCK, LANES = 2**15, 8, 2
MEMORY = 64 * 1024 * 1024  # bytes that one hash may take; it takes half
DUMMY = "scrypt$32768$8$2$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""A stored form that no password has; checking it takes as long as checking a real one."""

_hands = ThreadPoolExecutor(2, "password")  # so that many who try at once do not take the machine's memory


def stored(password: str) -> str:
    """What is kept of a password."""
    salt = secrets.token_bytes(16)
    digest = _scrypt(password, salt, COST, BLOCK, LANES)
    return f"scrypt${COST}${BLOCK}${LANES}${b64encode(salt).decode()}${b64encode(digest).decode()}"


def matches(password: str, kept: str) -> bool:
    """Whether a password is the one that was kept; compared in constant time. Nothing matches an empty `kept`."""
    parts = (kept or DUMMY).split("$")
    cost, block, lanes = (int(part) for part in parts[1:4])
    digest = _scrypt(password, b64decode(parts[4]), cost, block, lanes)
    return hmac.compare_digest(digest, b64decode(parts[5])) and bool(kept)


async def check(password: str, kept: str) -> bool:
    """`matches` beside the event loop."""
    loop = asyncio.get_running_loop()
    return len(password) <= LONGEST and await loop.run_in_executor(_hands, matches, password, kept)


async def keep(password: str) -> str:
    """`stored` beside the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_hands, stored, password)


def good_enough(password: str) -> bool:
    """Whether a new password may be taken."""
    return SHORTEST <= len(password) <= LONGEST


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=cost, r=block, p=lanes, maxmem=MEMORY, dklen=32
    )
