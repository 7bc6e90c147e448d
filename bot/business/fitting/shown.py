"""How each screen comes out on a channel: what does not fit, and what becomes of it."""

from collections.abc import Iterator, Mapping

from bot.business.fitting.remarks import Folder, Level, Remark
from bot.business.fitting.screens import Screen
from bot.business.problems import Loc
from bot.rendering import Limits, Misfit, Verdict, judge, segments, utf8_bytes, utf16_units
from bot.rendering.lengths import Measure
from bot.replies import Message

UNITS: Mapping[Measure, str] = {utf16_units: "UTF-16 units", utf8_bytes: "bytes"}
LOST = "customers choose by number instead"


def shown(screen: Screen, message: Message, channel: str, limits: Limits, language: str) -> Iterator[Remark]:
    """All that is to be said about a screen, whose message this is in a language, on one channel."""

    def remark(level: Level, loc: Loc, text: str, detail: int | None = None) -> Remark:
        return Remark(level, screen.file, loc, text, language, channel, "" if detail is None else str(detail))

    verdict = judge(message, limits)
    for misfit in verdict.misfits:
        said = screen.choices[misfit.choice]
        if said.file:
            loc = said.told if misfit.part == "description" else said.loc
            yield remark(*_misfit(verdict, misfit, loc), misfit.length)
    if (count := _count(message, verdict, limits)) and screen.listed:
        yield remark("note", screen.listed, count)
    if long := _long(verdict, limits):
        yield remark("note", screen.loc, *long)
    if limits.segments and (most := sum(segments(part.text) for part in verdict.parts)) > limits.segments:
        yield remark("note", screen.loc, f"takes more than {limits.segments} SMS", most)


def _misfit(verdict: Verdict, misfit: Misfit, loc: Loc) -> tuple[Level, Loc, str]:
    over = f"over {misfit.most} characters"
    if misfit.part == "same":
        return "fault", loc, f"reads like another choice beside it{f'; {LOST}' if misfit.most else ''}"
    if misfit.part == "description":
        return "note", loc, f"{over} under a label; it stands above the list"
    if verdict.shape == "numbers":
        return "fault", loc, f"the label is {over}; {LOST}; add a 'short' form"
    return "note", loc, f"the label is {over}; the choices are a list"


def _count(message: Message, verdict: Verdict, limits: Limits) -> str:
    """What becomes of choices of which there are too many; empty where it is not their number."""
    if not message.choices or not (limits.buttons or limits.rows):
        return ""
    most = max(limits.buttons, limits.rows * limits.pages)
    if verdict.shape == "numbers" and len(message.choices) > most:
        return f"over {most} choices; {LOST}"
    if verdict.shape == "lists":
        return f"over {limits.rows} choices; they are {len([p for p in verdict.parts if p.options])} lists"
    if verdict.shape == "list" and len(message.choices) > limits.buttons > 0:
        return f"over {limits.buttons} choices; they are a list"
    return ""


def _long(verdict: Verdict, limits: Limits) -> tuple[str, int] | None:
    """Into how many messages a text is split, and its length as the channel counts it."""
    if verdict.texts < 2:
        return None
    most = limits.text
    if any(part.options for part in verdict.parts):
        most = min(most, (limits.listing if verdict.shape in ("list", "lists") else limits.asking) or most)
    words = "\n\n".join(part.text for part in verdict.parts[: verdict.texts])
    return f"over {most} {unit(limits)}; it is split into messages", limits.measure(words)


def pictured(
    screen: Screen, message: Message, channel: str, limits: Limits, folder: Folder, language: str
) -> Iterator[Remark]:
    """A picture that becomes a link on a channel, because it takes none or none so large, or has no room for the text."""
    if screen.picture:
        most, loc = limits.media.get("image", 0), (screen.loc[0], "image")
        if not most:
            yield Remark("note", screen.file, loc, "the picture becomes a link", language, channel)
        elif (size := (folder.path / "media" / screen.picture).stat().st_size) > most:
            text = f"the picture is over {most} bytes; it becomes a link"
            yield Remark("note", screen.file, loc, text, language, channel, str(size))
        elif limits.caption and (length := limits.measure(message.text)) > limits.caption:
            text = f"over {limits.caption} {unit(limits)}; it stands below the picture as a message of its own"
            yield Remark("note", screen.file, screen.loc, text, language, channel, str(length))


def unit(limits: Limits) -> str:
    """What lengths of texts are counted in."""
    return UNITS.get(limits.measure, "characters")
