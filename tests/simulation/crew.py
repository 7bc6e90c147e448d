"""Many seeds over a few processes."""

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from tests.simulation.run import Ending, ground, run_seed
from tests.simulation.scenarios import exhaust

CHUNK = 25

Part = TypeVar("Part")


def run_many(seeds: Iterable[int], processes: int) -> Iterator[Ending]:
    """The endings of seeds, in order; those of runs that kept every promise come without their trace."""
    numbers = list(seeds)
    chunks = [numbers[n : n + CHUNK] for n in range(0, len(numbers), CHUNK)]
    yield from _spread(_run_chunk, chunks, processes)


def exhaust_many(names: Sequence[str], processes: int, *, step: int = 1, first: int = 0) -> Iterator[Ending]:
    """The endings of stories that are cut off at every moment, or at every so many."""
    yield from _spread(_exhaust, [(name, step, first) for name in names], processes)


def _spread(work: Callable[[Part], list[Ending]], parts: Sequence[Part], processes: int) -> Iterator[Ending]:
    if processes < 2:
        for part in parts:
            yield from work(part)
        return
    with multiprocessing.get_context("spawn").Pool(min(processes, os.cpu_count() or 1)) as pool:
        for endings in pool.imap(work, parts):
            yield from endings


def _run_chunk(seeds: Sequence[int]) -> list[Ending]:
    gc.disable()  # what a run leaves in circles is looked for between two chunks
    try:
        with ground() as place:
            return [run_seed(place, seed).brief() for seed in seeds]
    finally:
        gc.enable()
        gc.collect()


def _exhaust(part: tuple[str, int, int]) -> list[Ending]:
    name, step, first = part
    endings: list[Ending] = []
    with ground() as place:
        exhaust(place, name, lambda ending: endings.append(ending.brief()), step=step, first=first)
    return endings
