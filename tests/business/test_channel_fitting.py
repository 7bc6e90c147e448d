"""What `check` says about the channels of a firm: where it is written, on which channels, in which languages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

import main
from bot.business.fitting import Code, Finding, check_channels, program_code, read_code
from bot.dialog.kinds.slot import slot_label, slot_short
from bot.ports.calendar import Slot
from bot.texts import LANGUAGES, Phrasebook
from integrations.channels import limits
from tests.business.channel_firm import PIXEL, Tree, as_it_is, each, line_of, put, write
from tests.rendering.rows import MB, ROWS

ROOT = Path(__file__).parents[2]
PROGRAM = program_code(ROOT)
NOTHING = Code({}, ())
BY_NUMBER = "customers choose by number instead"
LONG = "A label of 24 characters"
Files = dict[str, Tree]


def findings(folder: Path, *channels: str, code: Code = NOTHING, change: Callable[[Files], None]) -> list[Finding]:
    business = write(folder, change)
    return list(check_channels(business, folder, {name: ROWS[name] for name in channels}, code))


def faults(found: list[Finding]) -> list[str]:
    return [str(each) for each in found if each.level == "fault"]


@pytest.mark.req("F24")
@pytest.mark.parametrize("channel", ROWS)
@pytest.mark.parametrize("name", ["demo", "salon"])
def test_the_shipped_firms_fit_every_channel(name: str, channel: str) -> None:
    """A sample firm and the program can go live on any channel in all their languages; there is no false alarm.

    Where calls are read out, a synthesiser is there.
    """
    folder = ROOT / "businesses" / name
    business = main.load(folder)
    dialogs = main.dialogs_of(business, folder)

    found = check_channels(business, folder, {channel: limits(channel)}, PROGRAM, dialogs, lambda _: True)

    assert faults(list(found)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_time_of_a_year_fits_a_button(language: str) -> None:
    """A free time stands on a button of any channel, by its short form if need be."""
    book, zone = Phrasebook(), ZoneInfo("Asia/Yerevan")
    starts = [datetime(2028, 1, 1, 23, 30, tzinfo=zone) + timedelta(days=n) for n in range(366)]
    slots = [Slot("", "", "", start, 30, zone.key) for start in starts]

    assert max(len(book.say(slot_short(slot), language)) for slot in slots) <= 20
    assert min(len(book.say(slot_label(slot), language)) for slot in slots) > 10


@pytest.mark.req("F24")
def test_one_line_names_all_channels_and_languages_for_which_it_holds(tmp_path: Path) -> None:
    """An editor mends one label once; the line is that of the first wording that is too long."""
    label = each("x") | {"ru": "Ж" * 25, "en": "W" * 30}

    found = findings(tmp_path, "whatsapp_cloud", "whatsapp_twilio", "messenger", "telegram",
                     change=lambda files: put(files, "menu.yaml", "main", "items", 1, "label", value=label))  # fmt: skip

    line = line_of(tmp_path, "menu.yaml", "Ж" * 25)
    place, rest = f"menu.yaml:{line}  main.items[2].label: the label is over", f"{BY_NUMBER}; add a 'short' form"
    assert faults(found) == [
        f"{place} 20 characters; {rest} (messenger: ru 25, en 30)",
        f"{place} 24 characters; {rest} (whatsapp_cloud, whatsapp_twilio: ru 25, en 30)",
    ]


@pytest.mark.parametrize(
    ("file", "way", "name"),
    [
        ("menu.yaml", ("main", "items", 0), "label"),
        ("answers.yaml", (0, "next"), "label"),
        ("forms.yaml", ("visit", "questions", 0, "options", 0), "label"),
        ("business.yaml", ("services", "cut"), "name"),
        ("business.yaml", ("branches", "north"), "name"),
        ("business.yaml", ("specialists", "ani"), "name"),
        ("business.yaml", ("leads", "what", 0), "label"),
    ],
)
def test_a_short_form_mends_a_label_wherever_one_stands(
    tmp_path: Path, file: str, way: tuple[str | int, ...], name: str
) -> None:
    """Whatever becomes a button has a short form that an editor can write."""

    def long(files: Files) -> None:
        put(files, file, *way, name, value=each("x") | {"ka": "ა" * 21})

    def mended(files: Files) -> None:
        long(files)
        put(files, file, *way, "short", value=each("s"))

    [fault] = faults(findings(tmp_path, "messenger", change=long))
    assert fault.startswith(f"{file}:{line_of(tmp_path, file, 'ა' * 21)}  ")
    assert faults(findings(tmp_path, "messenger", change=mended)) == []


def _texts(own: Tree) -> Callable[[Files], None]:
    return lambda files: files.update({"texts.yaml": own})


def test_a_firms_own_wording_of_a_label_must_fit_too(tmp_path: Path) -> None:
    """Whoever gives the shipped «Menu» another wording is told when it is too long for a button."""
    own = _texts({"Menu": each("x") | {"uz": LONG}})

    [fault] = faults(findings(tmp_path, "messenger", code=PROGRAM, change=own))
    told = "say it shorter in texts.yaml (messenger: uz 24)"
    assert fault == f"texts.yaml:4  Menu: the label is over 20 characters; {BY_NUMBER}; {told}"


DIALOG = f"""\
from bot.chat import Option
from bot.dialog import Dialog, ask
from bot.replies import Speak
from bot.texts import t

NARROW, WIDE = t("Fits"), t("{LONG}")


class Tattoo(Dialog):
    place = ask.choice(t("Where?"), [ask.Offer("arm", t("Arm")), ask.Offer("back", WIDE)], skip=t("{LONG}!"))
    size = ask.choice(t("How large?"), [ask.Offer("s", t("{LONG}"), short=t("Small")), ask.Offer("x", NARROW)])
    options = [Option(t("{LONG}?"), Speak("menu"))]
"""


def test_labels_in_a_firms_own_dialogs_are_looked_at(tmp_path: Path) -> None:
    """A developer is told file and line of a button that says too much; a short form is enough."""
    (tmp_path / "dialogs").mkdir()
    (tmp_path / "dialogs" / "tattoo.py").write_text(DIALOG, "utf-8")

    found = faults(findings(tmp_path, "messenger", change=as_it_is))

    assert [each.partition("  ")[0] for each in found] == [
        "dialogs/tattoo.py:6",
        "dialogs/tattoo.py:10",
        "dialogs/tattoo.py:12",
    ]
    assert "(messenger: hy 24, ru 24, uz 24, ka 24, en 24)" in found[0]


def test_code_that_is_no_python_says_nothing(tmp_path: Path) -> None:
    """A dialog that cannot be read is refused when it is loaded, with Python's own words; here it is passed over."""
    (tmp_path / "broken.py").write_text("def (", "utf-8")

    assert read_code([("dialogs/broken.py", tmp_path / "broken.py")]) == Code({}, ())


def test_the_labels_of_the_program_are_found() -> None:
    """What is proved of labels is proved of those that customers see all the time."""
    found = {label.text: label.short for label in PROGRAM.labels}

    assert found.keys() > {"Menu", "‹ Back", "Cancel", "Talk to a person", "Anyone", "Other times", "Skip", "Yes", "No"}
    assert found["As soon as possible"] == "Now"
    assert found["Yes, that is right"] == "Yes"


def test_the_way_back_counts_among_the_choices_of_a_place(tmp_path: Path) -> None:
    """Three items fit three buttons at the first place; below it there is «Menu» beside them."""
    items = [{"label": each("Book"), "start": "booking"}, {"label": each("Person"), "say": "human"}]
    more = [*items, {"label": each("Back"), "go": "main"}]

    def change(files: Files) -> None:
        below = {"title": each("Below"), "items": more}
        files["menu.yaml"]["main"]["items"] = [*items, {"label": each("Below"), "go": "below"}]
        files["menu.yaml"]["below"] = below

    lists = [each for each in findings(tmp_path, "whatsapp_cloud", change=change) if "menu.yaml" in str(each)]

    assert [(each.problem.place, each.level) for each in lists] == [("below.items", "note")]


@pytest.mark.parametrize(("count", "lists"), [(10, []), (11, ["over 10 choices; they are 2 lists (whatsapp_cloud)"])])
def test_ten_services_are_one_list(tmp_path: Path, count: int, lists: list[str]) -> None:
    """The first question has no way back, so all rows are the firm's."""

    def change(files: Files) -> None:
        services = {f"s{n}": {"name": each(f"s{n}"), "duration": "30 min"} for n in range(count)}
        put(files, "business.yaml", "services", value=services)
        for one in files["business.yaml"]["specialists"].values():
            one["services"] = list(services)

    found = findings(tmp_path, "whatsapp_cloud", change=change)

    assert [
        each.problem.message for each in found if each.problem.place == "services" and "lists" in str(each)
    ] == lists


@pytest.mark.parametrize(
    ("channel", "size", "said"),
    [
        ("viber", MB, ""),
        ("viber", MB + 1, "the picture is over 1000000 bytes; it becomes a link (viber: hy 1000001"),
        ("sms_twilio", 8, "the picture becomes a link (sms_twilio)"),
        ("telegram", MB, ""),
    ],
)
def test_a_picture_that_a_channel_does_not_take_becomes_a_link(
    tmp_path: Path, channel: str, size: int, said: str
) -> None:
    """It is not lost, and the editor hears of it."""
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "front.png").write_bytes(PIXEL.ljust(size, b"\0"))

    found = findings(
        tmp_path, channel, change=lambda files: put(files, "menu.yaml", "main", "image", value="front.png")
    )

    notes = [str(each) for each in found if "picture" in str(each)]
    assert [each.level for each in found if "picture" in str(each)] == ["note"] * bool(said)
    assert not said or (said in notes[0] and notes[0].startswith("menu.yaml:"))


def test_a_sentence_of_the_program_that_takes_many_short_messages_is_told(tmp_path: Path) -> None:
    """A firm that answers by SMS sees which of our sentences cost it most, and where it can say them shorter."""
    code = Code({"word " * 200: ("handlers/talk.py", 7)}, ())

    [found] = findings(tmp_path, "sms_playmobile", code=code, change=as_it_is)
    [] = findings(tmp_path, "sms_playmobile", code=code, change=_texts({"word " * 200: each("shorter")}))

    assert (found.level, found.problem.file, found.problem.line) == ("note", "handlers/talk.py", 7)


def checked(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main.cli, ["check", *words])
    return result.exit_code, result.output


def test_check_tells_what_another_channel_would_show(tmp_path: Path) -> None:
    """An editor may ask how a firm would do on a channel before it has an account there; notes stop no release."""
    folder = tmp_path / "firm"
    folder.mkdir()
    write(folder)

    code, told = checked(str(folder), "--channel", "whatsapp_cloud")

    assert code == 0
    assert "note  business.yaml:" in told
    assert "branches: over 3 choices; they are a list (whatsapp_cloud)" in told
    assert "note" not in checked(str(folder))[1]


def test_check_fails_for_a_label_that_fits_no_button_of_a_channel(tmp_path: Path) -> None:
    """On web chat and Telegram the same label is well; on WhatsApp it stops the release with file and line."""
    folder = tmp_path / "firm"
    folder.mkdir()
    write(folder, lambda files: put(files, "menu.yaml", "main", "items", 0, "label", "en", value="W" * 25))

    assert checked(str(folder), "--channel", "telegram")[0] == 0
    code, told = checked(str(folder), "--channel", "whatsapp_cloud")
    line = line_of(folder, "menu.yaml", "W" * 25)
    assert code == 1
    assert f"menu.yaml:{line}  main.items[1].label: the label is over 24 characters" in told
    assert "1 things to mend" in told


def test_check_names_the_channels_when_one_is_mistyped() -> None:
    """An editor who mistypes a channel sees what there is."""
    code, told = checked("businesses/demo", "--channel", "watsap")

    assert code == 1
    assert "there is no channel 'watsap'; there are webchat, telegram" in told
