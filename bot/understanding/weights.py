"""Trained weights as a file: a line of JSON with the names, then the numbers as 32-bit floats.

Nothing in it is ever executed. It is written beside its place and moved there, so that no half file is read.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from json import dumps, loads
from math import isfinite
from os import getpid
from pathlib import Path
from sys import byteorder, intern

from .softmax import Softmax

FORMAT = "dragoman understanding 1"


def save_weights(softmax: Softmax, path: Path) -> None:
    """Write the weights to `path`, whole or not at all."""
    head = {"format": FORMAT, "byteorder": byteorder, "keys": softmax.keys, "features": list(softmax.weights)}
    numbers = array("f", (number for row in softmax.weights.values() for number in row))
    beside = path.with_name(f"{path.name}.{getpid()}.part")
    beside.write_bytes(dumps(head).encode() + b"\n" + numbers.tobytes())
    beside.replace(path)


def load_weights(path: Path) -> Softmax | None:
    """Read weights; None for a file that is missing, broken, or of another format."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        names = loads(head)
    except (OSError, ValueError, RecursionError):
        return None
    keys, features = _names(names, "keys"), _names(names, "features")
    if keys is None or features is None or len(body) != 4 * len(keys) * len(features):
        return None
    numbers = array("f", body)
    return Softmax(keys, _Rows(numbers, features, len(keys))) if all(map(isfinite, numbers)) else None


def _names(head: object, part: str) -> tuple[str, ...] | None:
    if not isinstance(head, dict) or head.get("format") != FORMAT or head.get("byteorder") != byteorder:
        return None
    names = head.get(part)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return tuple(map(intern, names)) if len(set(names)) == len(names) else None


class _Rows(Mapping[str, Sequence[float]]):
    """The row of each feature, cut out of one array when it is wanted."""

    def __init__(self, numbers: "array[float]", features: Sequence[str], size: int) -> None:
        self._numbers, self._size = numbers, size
        self._places = {name: n * size for n, name in enumerate(features)}

    def __getitem__(self, name: str) -> Sequence[float]:
        place = self._places[name]
        return self._numbers[place : place + self._size]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
