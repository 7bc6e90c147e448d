"""Whatever stands in the files, the answer is a business or a list of faults."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.business import BusinessErrors, Problem, check_business, read_business
from tests.business.conftest import CHANNELS, DIALOGS, SALON

VALUE = re.compile(r"[^\s,{}\[\]:][^,{}\[\]:\n]*|\[[^\[\]\n]*\]|\{[^{}\n]*\}")
PIECES = ["", "null", "[]", "{}", "[[x]]", "{a: b}", "{x: {y: z}}", "[{id: a}]", "[{id: []}]", "[null]", "{'': ''}"]
PIECES += ["yes", "-1", "٣", "\0", "\ud800", "{", "}", ":", "'", "&a", "*a", "? [a]\n: b", "<<: x", "{<id>: x}"]
PIECES += ["!!python/object:os.system"]
ENGLISH_OF_PYDANTIC = re.compile(r"Input should|Value error|valid |pydantic")


@st.composite
def spoilt_salons(draw: st.DrawFn) -> dict[str, bytes]:
    """Draw the salon's files with some of their values replaced by what does not belong there."""
    files = dict(SALON)
    for _ in range(draw(st.integers(1, 3))):
        file = draw(st.sampled_from(sorted(files)))
        spots = [found.span() for found in VALUE.finditer(files[file])]
        start, end = draw(st.sampled_from(spots or [(0, 0)]))
        files[file] = files[file][:start] + draw(st.sampled_from(PIECES) | st.text(max_size=5)) + files[file][end:]
    return {file: text.encode("utf-8", "surrogatepass") for file, text in files.items()}


@given(spoilt_salons())
def test_no_file_breaks_the_reader(contents: dict[str, bytes]) -> None:
    """An editor who writes nonsense gets faults in plain words with a file, never a crash or a library's words."""
    problems: tuple[Problem, ...] = ()
    try:
        check_business(read_business(contents, slug="salon", dialogs=DIALOGS, channels=CHANNELS))
    except BusinessErrors as refused:
        problems = refused.errors or (Problem("", 0, "", "refused for no reason"),)

    assert all(problem.file in SALON for problem in problems)
    assert not any(ENGLISH_OF_PYDANTIC.search(problem.message) for problem in problems)
