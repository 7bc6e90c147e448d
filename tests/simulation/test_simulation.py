"""The core in a world that goes wrong by a seed keeps its promises; and the simulation itself finds what is wrong.

`SIMULATION_SEEDS=10000` runs more than a change needs. A seed that fails prints how it is run again.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.simulation.crew import exhaust_many, run_many
from tests.simulation.hunt import same
from tests.simulation.planted import PLANTED
from tests.simulation.run import Ending, Ground, ground, run_seed
from tests.simulation.scenarios import STORIES, tell

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "1000"))
PARTS = 20
STRIDE = 4
"""Of the moments of a story every so many is cut off here; `python -m tests.simulation --exhaustive` takes all."""

HERE = Path(__file__).parent
REGRESSIONS = yaml.safe_load((HERE / "regressions.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def place() -> Iterator[Ground]:
    with ground() as place:
        yield place


def told(endings: list[Ending]) -> list[str]:
    """How each failure is seen again."""
    return [f"python -m tests.simulation {each.seed}   # {each.broken[0]}" for each in endings if each.broken]


@pytest.mark.req("G2", "G3")
@pytest.mark.parametrize("part", range(PARTS))
def test_every_promise_is_kept_whatever_goes_wrong(part: int) -> None:
    """Crashes, lost and doubled deliveries, outages, clock jumps: nothing is lost, doubled or out of order."""
    endings = list(run_many(range(part, SEEDS, PARTS), 1))

    assert told(endings) == []


@pytest.mark.parametrize("name", STORIES)
def test_a_story_may_be_cut_off_at_any_moment(name: str) -> None:
    """Wherever the program ends in an ordinary talk, the talk goes on as if it had not."""
    endings = list(exhaust_many([name], 1, step=STRIDE, first=sum(map(ord, name)) % STRIDE))

    assert told(endings) == []


@pytest.mark.parametrize("seed", [each["seed"] for each in REGRESSIONS])
def test_what_a_seed_once_found_stays_mended(place: Ground, seed: int | str) -> None:
    """A seed that has found a bug is run for ever after."""
    assert told([run_seed(place, seed)]) == []


@pytest.mark.req("G2")
@pytest.mark.timeout(900)
def test_every_planted_bug_is_found() -> None:
    """A simulation that does not find a bug that is there would prove nothing."""
    done = subprocess.run([sys.executable, "-m", "tests.simulation", "--planted"], capture_output=True, check=True, text=True,
                          cwd=HERE.parents[1])  # fmt: skip
    rows = dict(line.strip("| ").split(" | ")[:2] for line in done.stdout.splitlines() if line.startswith("| "))

    assert [bug for bug in PLANTED if not rows.get(bug, "").isdecimal()] == []


@pytest.mark.parametrize("seed", [1, 25, 57, 144])
def test_a_seed_is_the_same_run_again(place: Ground, seed: int) -> None:
    """What a seed shows it shows again, to the last row, so that whatever it finds can be looked at."""
    assert same(run_seed(place, seed), run_seed(place, seed))


def test_a_seed_is_the_same_run_in_another_process(place: Ground) -> None:
    """Nothing depends on the order of sets or on where things lie in memory."""
    script = "from tests.simulation.run import *\nwith ground() as g: print(run_seed(g, 57).digest)"
    digests = {
        subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": hashes}, capture_output=True,
                       check=True, text=True, cwd=HERE.parents[1]).stdout.strip()
        for hashes in ("1", "2")
    }  # fmt: skip

    assert digests == {run_seed(place, 57).digest}


def test_every_story_comes_to_its_end(place: Ground) -> None:
    """The stories really book, move and cancel: what is cut off is what it says."""
    ends = {
        "a visit": "You are booked.", "a visit that is moved": "Your visit has been moved.",
        "a visit that is cancelled": "The visit is cancelled.", "a request for a person": "passed this on",
        "a visit and its reminder": "A reminder of your visit", "a poisoned event": "something went wrong",
    }  # fmt: skip

    for name, words in ends.items():
        assert words in "\n".join(tell(place, name)[0].trace), name
