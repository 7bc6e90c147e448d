"""Bodies made to break whoever reads them, repeatable by seed."""

import json
import random
from collections.abc import Callable, Iterator

MIB = 1024 * 1024
VALUES = (
    "NaN", "Infinity", "-Infinity", "1e999", "-0", "1" * 5000, "0." + "3" * 5000, "1e-9999", "9" * 400, "true", "null",
    '""', '"\\ud800"', '"\\udfff\\ud800"', '"\\u0000"', '"\\u202e"', '"\\uFFFE"', "[]", "{}", "[[]]", '{"a":{}}', "01",
    "'x'", "// x", '"\\x"', '"' + "\\\\" * 3000 + '"', '"' + "a\u0301" * 1000 + '"', '"' + "\U0001f3f4" * 1000 + '"',
)  # fmt: skip

Recipe = Callable[[random.Random, bytes], bytes]


def deep(opening: bytes, closing: bytes) -> Recipe:
    """A million levels, a thousand, or just too many; sometimes closed again."""

    def make(chance: random.Random, plain: bytes) -> bytes:
        levels = chance.choice([65, 100, 999, 1024, 5000, 100_000, MIB])
        inner = opening * levels + b"1" + closing * (levels if chance.random() < 0.5 else 0)
        return inner if chance.random() < 0.5 else plain.rstrip(b"}") + b',"x":' + inner + b"}"

    return make


def odd_value(chance: random.Random, plain: bytes) -> bytes:
    """One value of the frame is something that it should not be."""
    frame = json.loads(plain)
    key = chance.choice(sorted(frame))
    return b"{" + b",".join(
        json.dumps(name).encode() + b":" + (chance.choice(VALUES).encode() if name == key else json.dumps(value).encode())
        for name, value in frame.items()
    ) + b"}"  # fmt: skip


def doubled(chance: random.Random, plain: bytes) -> bytes:
    """Each key again and again, with other values."""
    more = b"".join(b',"' + key.encode() + b'":' + chance.choice(VALUES).encode() for key in json.loads(plain))
    return plain.rstrip(b"}") + more * chance.choice([1, 5, 100]) + b"}"


def huge(chance: random.Random, plain: bytes) -> bytes:
    """Four megabytes of one thing."""
    filler = chance.choice([b"x", b"\\u0041", b"\\ud800", "\u0561".encode(), b"\\\\", b"\x00", b"\xff", b'","'])
    size = chance.choice([60_000, 65_536, MIB - 200, MIB, 4 * MIB])
    return plain.rstrip(b"}") + b',"x":"' + filler * (size // len(filler)) + b'"}'


def crowded(chance: random.Random, plain: bytes) -> bytes:
    """Very many keys, values or empty brackets."""
    piece = chance.choice([b"[]", b"{}", b"1", b'"a"', b"[[[]]]", b'{"a":1}'])
    return plain.rstrip(b"}") + b',"x":[' + b",".join([piece] * chance.choice([1000, 10_000, 200_000])) + b"]}"


def broken(chance: random.Random, plain: bytes) -> bytes:
    """Bytes changed, cut out, or put in anywhere."""
    body = bytearray(plain)
    for _ in range(chance.choice([1, 2, 10])):
        at = chance.randrange(len(body) + 1)
        body[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
    return bytes(body)


def odd_bytes(chance: random.Random, plain: bytes) -> bytes:
    """Something that is no JSON of ours at all."""
    encoded = plain.decode().encode(chance.choice(["utf-16", "utf-32", "utf-7"]))
    return chance.choice([b"", b"\xef\xbb\xbf" + plain, encoded, plain * 2, b"[" + plain + b"]", b" " * 60_000 + plain,
                          chance.randbytes(2000), b"null", b"1", b'"x"', b"\x00" * 1000])  # fmt: skip


RECIPES: tuple[Recipe, ...] = (
    deep(b"[", b"]"), deep(b'{"a":', b"}"), deep(b'[{"a":', b"}]"), odd_value, odd_value, doubled, huge, crowded, broken,
    odd_bytes,
)  # fmt: skip


def crafted(seed: int, plain: bytes) -> Iterator[bytes]:
    """Crafted bodies without end, each beginning from a body that would be taken."""
    chance = random.Random(seed)
    while True:
        for recipe in RECIPES:
            yield recipe(chance, plain)
