"""Deliveries made to break whoever reads them: bytes, fields, types, depth, characters; repeatable by seed."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**40, 0.5, -0.0, 1e308, "", " ", "0", "-1",
    "null", "1" * 5000, "\x00", "\ud800", "\udfff\ud800", "\u202e\u200f", "\ufffe", "a\u0301" * 500, "\U0001f3f4" * 300,
    "﷽" * 400, "ʻ’'\"\\", "../../etc/passwd", "<!DOCTYPE x [<!ENTITY a 'a'>]>&a;", "' OR 1=1 --", "{{1}}", "%s%n",
    "http://127.0.0.1/", "file:///etc/passwd", "+0", "whatsapp:", "1.2.3", "7.", ".7", "9" * 15 + ".x", "AM.", [], {},
    [[]], [None], [{}], {"": ""}, {"id": {}}, [1, "a", None, {}], {"text": {"body": None}},
)  # fmt: skip
RAW = (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"1e-9999", b"01", b"'x'", b"\"\\x\"", b"\"\\ud800\"",
       b"9" * 400, b"0." + b"3" * 3000, b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"// x",
       b"\xef\xbb\xbf")  # fmt: skip

LARGEST = 1024 * 1024  # what the way in takes; more does not get as far as a channel

Change = Callable[[random.Random, bytes], bytes]


def mutated(seed: int, samples: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Without end: which sample it began from, and what has become of it. Some are as they were."""
    chance = random.Random(seed)
    while True:
        place = chance.randrange(len(samples))
        body = samples[place]
        for _ in range(chance.choice([1, 1, 1, 2, 5])):
            body = chance.choice(changes(body))(chance, body)[:LARGEST]
        yield place, body


def changes(body: bytes) -> tuple[Change, ...]:
    """What can be done to a body of its kind."""
    if body[:1] in b"{[":
        return (*JSON, *BYTES)
    return (*FORM, *BYTES) if b"=" in body and not body.startswith(b"<") else BYTES


def broken(chance: random.Random, body: bytes) -> bytes:
    """Bytes changed, cut out, put in."""
    made = bytearray(body)
    for _ in range(chance.choice([1, 2, 20])):
        at = chance.randrange(len(made) + 1)
        made[at : at + chance.randrange(4)] = chance.randbytes(chance.randrange(4))
    return bytes(made)


def torn(chance: random.Random, body: bytes) -> bytes:
    """The end is missing, the middle, or it comes twice."""
    one, two = sorted((chance.randrange(len(body) + 1), chance.randrange(len(body) + 1)))
    return chance.choice([body[:one], body[:one] + body[two:], body[one:two], body * 2, body[:two] + body])


def odd_bytes(chance: random.Random, body: bytes) -> bytes:
    """Something strange in the middle of it, or in another code."""
    at = chance.randrange(len(body) + 1)
    if chance.random() < 0.2:
        return body.decode("utf-8", "replace").encode(chance.choice(["utf-16", "utf-32", "latin-1"]), "replace")
    return body[:at] + chance.choice(RAW) * chance.choice([1, 1, 50]) + body[at:]


def long(chance: random.Random, body: bytes) -> bytes:
    """One piece of it very often."""
    at = chance.randrange(len(body) + 1)
    piece = body[at : at + chance.choice([1, 3, 40])] or b"x"
    return body[:at] + piece * chance.choice([100, 5000]) + body[at:]


def in_tree(change: Callable[[random.Random, Any, Any], None]) -> Change:
    """A change of one place in JSON, given its holder and its key; whatever is no JSON any more is broken instead."""

    def made(chance: random.Random, body: bytes) -> bytes:
        try:
            tree = json.loads(body)
        except (ValueError, RecursionError):
            return broken(chance, body)
        places = list(_places(tree))
        if not places:
            return broken(chance, body)
        holder, key = chance.choice(places)
        change(chance, holder, key)
        try:
            return json.dumps(tree, ensure_ascii=chance.random() < 0.7).encode("utf-8", "surrogatepass")
        except RecursionError:
            return broken(chance, body)

    return made


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
            yield node, key
            if isinstance(value, (dict, list)):
                waiting.append(value)


def odd_value(chance: random.Random, holder: Any, key: Any) -> None:
    holder[key] = chance.choice(ODD)


def gone(chance: random.Random, holder: Any, key: Any) -> None:
    del holder[key]


def another_type(chance: random.Random, holder: Any, key: Any) -> None:
    value = holder[key]
    holder[key] = chance.choice([[value], {"x": value}, json.dumps(value), value if isinstance(value, str) else 7])


def deep(chance: random.Random, holder: Any, key: Any) -> None:
    value = holder[key]
    for _ in range(chance.choice([10, 70, 400])):
        value = [value] if chance.random() < 0.5 else {"a": value}
    holder[key] = value


def swapped(chance: random.Random, holder: Any, key: Any) -> None:
    other = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    holder[key], holder[other] = holder[other], holder[key]


def more(chance: random.Random, holder: Any, key: Any) -> None:
    if isinstance(holder, list):
        holder.extend([holder[key]] * chance.choice([1, 3, 200]))
    else:
        holder.update({f"{key}{n}": holder[key] for n in range(chance.choice([1, 50]))})


def renamed(chance: random.Random, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        holder[chance.choice([key.upper(), f"{key}_", "id", "type", "text", "from"])] = holder.pop(key)


def spoilt(chance: random.Random, holder: Any, key: Any) -> None:
    """A text is changed inside."""
    value = holder[key]
    if isinstance(value, str):
        at = chance.randrange(len(value) + 1)
        holder[key] = value[:at] + str(chance.choice(ODD[14:40])) + value[at + chance.randrange(2) :]
    elif isinstance(value, int):
        holder[key] = value * chance.choice([-1, 10**9, 10**30])


def in_form(chance: random.Random, body: bytes) -> bytes:
    """Fields of a form dropped, doubled, renamed, emptied, changed."""
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100_000)
    if not pairs:
        return broken(chance, body)
    for _ in range(chance.choice([1, 1, 3])):
        at = chance.randrange(len(pairs)) if pairs else 0
        name, value = pairs[at] if pairs else ("Body", "x")
        odd = str(chance.choice(ODD)).encode("utf-8", "replace").decode()
        new = {
            "drop": [], "double": [(name, value)] * 2, "many": [(name, value)] * 300, "empty": [(name, "")],
            "odd": [(name, odd)], "rename": [(chance.choice([name.lower(), f"{name}0", "Body", "From", odd]), value)],
        }  # fmt: skip
        pairs[at : at + 1] = new[chance.choice(list(new))]
    return urlencode(pairs).encode()


BYTES: tuple[Change, ...] = (broken, torn, odd_bytes, long)
JSON = tuple(map(in_tree, (odd_value, odd_value, gone, another_type, deep, swapped, more, renamed, spoilt, spoilt)))
FORM: tuple[Change, ...] = (in_form, in_form, in_form, in_form)
