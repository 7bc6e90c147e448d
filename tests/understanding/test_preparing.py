"""The trained model: made by a child once, kept under the hash of its phrases, and never believed when it is broken."""

import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.understanding import Band, Understander, Vocabulary
from bot.understanding.model import examples_of
from bot.understanding.preparing import version_of
from bot.understanding.softmax import train
from bot.understanding.weights import FORMAT, load_weights, save_weights

FEW: dict[str, dict[str, tuple[str, ...]]] = {
    "price": {"en": ("how much is it", "what does it cost", "the price please")},
    "hours": {"en": ("when are you open", "opening hours", "what time do you close")},
    "none": {"en": ("the weather is fine", "who won the match")},
}
MORE: dict[str, dict[str, tuple[str, ...]]] = {**FEW, "login": {"en": ("i forgot my password",)}}
LIKE = "tell me what it costs"


async def prepared(cache: Path, phrases: dict[str, dict[str, tuple[str, ...]]] = FEW) -> Understander:
    understander = Understander.of(Vocabulary(phrases))
    await understander.prepare(cache)
    return understander


async def test_a_child_trains_the_model_and_the_next_start_finds_it(tmp_path: Path) -> None:
    """The first start trains, the second reads the same numbers; both understand what is like a phrase."""
    cache = tmp_path / "not there yet"
    first = await prepared(cache)
    (file,) = cache.iterdir()
    written = file.stat().st_mtime_ns
    second = await prepared(cache)

    assert first.ready
    assert second.ready
    assert [each.stat().st_mtime_ns for each in cache.iterdir()] == [written]
    assert first.read(LIKE, "en") == second.read(LIKE, "en")
    assert first.read(LIKE, "en").guesses[0].key == "price"


async def test_other_phrases_never_meet_old_weights(tmp_path: Path) -> None:
    """A firm that changes a phrase is trained anew, under another name."""
    await prepared(tmp_path)
    await prepared(tmp_path, MORE)

    assert len(os.listdir(tmp_path)) == 2  # noqa: PTH208  one look at a folder
    assert version_of(examples_of(FEW)) != version_of(examples_of(MORE))


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x80\x04\x95 a pickle",
        b"{}\n",
        b"[" * 100_000,
        b"\xff\xfe\n\x00",
        b'{"format": "%b", "byteorder": "little", "keys": ["price"], "features": ["=a"]}\n123' % FORMAT.encode(),
        b'{"format": "%b", "byteorder": "little", "keys": [1], "features": []}\n' % FORMAT.encode(),
        b'{"format": "%b", "byteorder": "little", "keys": ["a"], "features": ["=a"]}\n\x00\x00\xc0\x7f'
        % FORMAT.encode(),
        b'{"format": "another", "byteorder": "little", "keys": [], "features": []}\n',
    ],
)
async def test_a_broken_file_is_trained_anew(tmp_path: Path, broken: bytes) -> None:
    """Half a file, a foreign one, numbers that are none: not believed, not run, and replaced."""
    file = tmp_path / f"understanding-{version_of(examples_of(FEW))}.weights"
    file.write_bytes(broken)
    assert load_weights(file) is None
    understander = await prepared(tmp_path)

    assert understander.ready
    assert load_weights(file) is not None


async def test_without_a_place_for_the_model_whole_phrases_answer(tmp_path: Path) -> None:
    """A folder that cannot be made is a line in the log; customers are still served."""
    (tmp_path / "file").write_text("in the way", "utf-8")
    with capture_logs() as logged:
        understander = await prepared(tmp_path / "file" / "cache")

    assert not understander.ready
    assert [entry["log_level"] for entry in logged] == ["warning"]
    assert understander.read("How much is it?", "en").band is Band.SURE


def test_weights_come_back_as_they_were(tmp_path: Path) -> None:
    """What is read is what was trained, to the last of a float's digits."""
    examples = examples_of(FEW)
    trained = train(examples, ("hours", "none", "price"))
    save_weights(trained, tmp_path / "w")
    read = load_weights(tmp_path / "w")

    assert read is not None
    assert read.keys == trained.keys
    for _, features in examples:
        assert read.chances(features) == pytest.approx(trained.chances(features), abs=1e-5)
    assert [each.name for each in tmp_path.iterdir()] == ["w"]


def test_training_twice_gives_the_same() -> None:
    """Two machines understand alike."""
    examples = examples_of(FEW)

    assert train(examples, ("hours", "none", "price")) == train(examples, ("hours", "none", "price"))
