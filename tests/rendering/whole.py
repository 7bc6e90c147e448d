"""What every layout must keep: all that is said is there, every choice can be made, nothing is over a limit."""

from bot.rendering import Limits, Part, lay_out
from bot.replies import Choice, Message


def laid_out_whole(message: Message, limits: Limits) -> list[Part]:
    """Lay a message out and prove that it is whole; gives the parts."""
    found = lay_out(message, limits, lambda choice: f"7.{choice.id}")
    said = " ".join(part.text for part in found).split()
    words = message.text.split()

    assert _holds(said, words), "every word of the text, in its order"
    for number, choice in enumerate(message.choices, start=1):
        assert _chosen(found, said, choice, number, message), f"choice {number} can be made"
    for part in found:
        _within(part, limits)
    return found


def _holds(said: list[str], words: list[str]) -> bool:
    """Whether the words are there in their order; a word that was too long for any message may be in pieces."""
    return "".join(words) in "".join(said)


def _chosen(found: list[Part], said: list[str], choice: Choice, number: int, message: Message) -> bool:
    """A button or a row that says it, or a line of the text with its number, where it is typed by number or label."""
    text = "".join(said)
    label, short, told = ("".join(form.split()) for form in (choice.label, choice.short, choice.description))
    for shown in (each for part in found for each in part.options if each.id == f"7.{choice.id}"):
        beside = "".join(f"{shown.label}{shown.description}".split())
        named = shown.label.strip() in (choice.label.strip(), choice.short.strip()) and shown.label.strip() != ""
        if named and (told in beside or told in text):
            return True
    line = f"{number}.{label}" if message.numbered else f"•{label}"
    return line in text and (not short or label in text) and told in text


def _within(part: Part, limits: Limits) -> None:
    most = limits.text
    if part.options:
        most = min(most, (limits.listing if part.form == "list" else limits.asking) or most)
    assert 0 < limits.measure(part.text) <= most
    assert len(part.options) <= {"plain": 0, "buttons": limits.buttons, "list": limits.rows}[part.form]
    widest = limits.row_label if part.form == "list" else limits.label
    for each in part.options:
        assert each.label.strip()
        assert not widest or len(each.label) <= widest
        assert len(each.description) <= limits.row_description
        assert not limits.payload or len(each.id.encode()) <= limits.payload
    assert len({each.label for each in part.options}) == len(part.options)
