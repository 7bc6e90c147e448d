"""Brings a trained model without stopping the loop: out of the cache, or from a child that trains it.

The cache is named by the hash of what was trained on and how, so that other phrases or another release never meet
old weights. A cache file is numbers and names, read as such; one that does not fit is trained anew.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from hashlib import sha256
from json import dumps
from pathlib import Path

import structlog

from .features import PIECES
from .intents import Phrases
from .model import Example, Model, examples_of
from .softmax import LEARNED, RAREST, ROUNDS, STEP
from .weights import FORMAT, load_weights

log = structlog.get_logger()

PATIENCE_SECONDS = 300.0
_ROOT = Path(__file__).parents[2]


def version_of(examples: Sequence[Example]) -> str:
    """Give the hash of what is trained on and how."""
    recipe = [FORMAT, PIECES, ROUNDS, STEP, LEARNED, RAREST]
    return sha256(dumps([recipe, examples], ensure_ascii=True).encode()).hexdigest()[:32]


async def prepare(phrases: Phrases, cache: Path) -> Model | None:
    """Give the model of these phrases; None when it could neither be loaded nor trained."""
    examples = examples_of(phrases)
    path = cache / f"understanding-{version_of(examples)}.weights"
    weights = load_weights(path)
    if weights is None and await _train(phrases, path):
        weights = load_weights(path)
    if weights is None:
        return None
    await asyncio.sleep(0)  # between two pieces of work of some ten milliseconds
    return Model.of(weights, examples)


async def _train(phrases: Phrases, path: Path) -> bool:
    """Have a child train these phrases into `path`; says whether it did."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.understanding.train", str(path), env={**os.environ, "PYTHONPATH": str(_ROOT)},
            stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        log.warning("the understanding cannot be trained; whole phrases answer", error=str(error))
        return False
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            _, said = await child.communicate(dumps(phrases).encode())
    except TimeoutError:
        said = b"took too long"
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        reason = said.decode(errors="replace").strip().rpartition("\n")[2]
        log.warning("the understanding cannot be trained; whole phrases answer", error=reason)
    return not child.returncode
