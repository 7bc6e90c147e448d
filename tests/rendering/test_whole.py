"""On every channel, whatever is asked: nothing is lost, nothing is over a limit, every choice can be made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replies import Choice, Message, Progress, Speak
from tests.rendering.rows import ROWS
from tests.rendering.whole import laid_out_whole

HELP = Speak("help")
LETTERS = "Բարև Ձեզ привет გამარჯობა ʻo‘zbek hello 👍🏽 €[] .!?։\n"

words = st.text(LETTERS, min_size=1, max_size=30)
labels = st.text(LETTERS, min_size=1, max_size=60).filter(str.strip)
shorts = st.one_of(st.just(""), st.text(LETTERS, min_size=1, max_size=20))
told = st.one_of(st.just(""), st.text(LETTERS, min_size=1, max_size=120))
choices = st.lists(st.tuples(labels, shorts, told), max_size=35, unique_by=lambda each: each[0].strip())


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """A question in any of the languages, with anything to choose."""
    offered = tuple(Choice(str(n), *_sides(each)) for n, each in enumerate(draw(choices)))
    text = draw(words) * draw(st.integers(1, 80))
    return Message(text, offered, progress=draw(st.sampled_from([None, Progress(2, 5)])), numbered=draw(st.booleans()))


def _sides(each: tuple[str, str, str]) -> tuple[str, Speak, str, str]:
    label, short, description = each
    return label, HELP, short, description


@pytest.mark.req("F3")
@pytest.mark.parametrize("channel", ROWS)
@given(message=messages())
def test_nothing_is_lost_on_any_channel(channel: str, message: Message) -> None:
    """What does not fit degrades: buttons, a list, several, numbers; it is never cut."""
    laid_out_whole(message, ROWS[channel])


@pytest.mark.req("F3")
@pytest.mark.parametrize("channel", [name for name, limits in ROWS.items() if limits.rows])
def test_one_long_label_does_not_take_the_list_away_from_what_stands_beneath_others(channel: str) -> None:
    """A long address under a row stands in the text; the rows stay rows."""
    offered = tuple(Choice(str(n), f"Branch {n}", HELP, "", "a" * (60 + 10 * n)) for n in range(4))

    [part] = laid_out_whole(Message("Where?", offered), ROWS[channel])

    assert part.form == "list"
    assert [len(each.description) for each in part.options] == [60, 70, 0, 0]
    assert part.text == f"Where?\n\n• Branch 2 — {'a' * 80}\n• Branch 3 — {'a' * 90}"
