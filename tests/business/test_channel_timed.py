"""What a firm says unasked arrives: inside the window of a channel, or by a template that its provider has approved."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.business import BusinessErrors
from bot.business.fitting import Code, Finding, check_channels
from bot.business.fitting.screens import LONG_DAY
from bot.business.fitting.unasked import silences, wordings
from bot.chat import Chat
from bot.dialog import Dialog, Next, ask, silent
from bot.ports.calendar import Booking, Slot
from bot.texts import LANGUAGES, Lines, Phrasebook, t
from dialogs.visits import describe
from tests.business.channel_firm import LETTERS, TEMPLATES, Tree, as_it_is, each, line_of, put, write
from tests.rendering.rows import ROWS

HERE = Path(__file__).name
Files = dict[str, Tree]
REMINDER = "a reminder may leave after 24 h of silence; name a template for 'reminder' in templates.yaml"


class Patient(Dialog):
    """Waits for an answer longer than a provider does."""

    key = "patient"
    idle = timedelta(hours=2)
    name = ask.text(t("What is your name?"))

    @silent(name, wait=ask.minutes(60 * 24))
    async def just_in_time(self, chat: Chat) -> None:
        """Inside the window."""


class Insistent(Dialog):
    """Asks again twice: each time soon, and in the end too late."""

    key = "insistent"
    name = ask.text(t("What is your name?"))
    phone = ask.phone(t("What is your phone number?"))

    @silent(name, wait=ask.minutes(60 * 14), may_go=("phone",))
    async def first_time(self, chat: Chat) -> Next | None:
        """Inside the window."""

    @silent(phone, wait=ask.minutes(60 * 11))
    async def second_time(self, chat: Chat) -> None:
        """After the first: an hour too late."""


class Short(Dialog):
    """Says nothing of itself."""

    key = "short"
    idle = timedelta(minutes=1)
    name = ask.text(t("What is your name?"))


def found_in(
    folder: Path, *channels: str, change: Callable[[Files], None] = as_it_is, **dialogs: type[Dialog]
) -> list[Finding]:
    business = write(folder, change)
    rows = {name: ROWS[name] for name in channels}
    found = check_channels(business, folder, rows, Code({}, ()), dialogs)
    return [each for each in found if "silence" in str(each) or "template" in str(each)]


def later(files: Files) -> None:
    """Visits may be booked so far ahead that a reminder comes long after the customer's last word."""
    put(files, "business.yaml", "booking", "horizon", value="27 h")


def rated(files: Files) -> None:
    put(files, "business.yaml", "dialogs", value=["booking", "feedback"])


def later_and_rated(files: Files) -> None:
    later(files)
    rated(files)


def without(kind: str, *changes: Callable[[Files], None]) -> Callable[[Files], None]:
    """Take the template of a kind away."""

    def change(files: Files) -> None:
        for also in changes:
            also(files)
        del files["templates.yaml"][kind]

    return change


@pytest.mark.req("F24")
def test_a_reminder_that_cannot_come_too_late_needs_no_template(tmp_path: Path) -> None:
    """Where visits are booked a day ahead at most, whoever booked has spoken less than a day before the reminder."""
    assert [each for each in found_in(tmp_path, *ROWS, change=without("reminder")) if "reminder" in str(each)] == []


@pytest.mark.req("F24")
def test_a_reminder_after_the_window_needs_a_template(tmp_path: Path) -> None:
    """The editor is told where reminders are set, for every channel with a window and templates."""
    found = found_in(tmp_path, *ROWS, change=without("reminder", later))

    line = line_of(tmp_path, "business.yaml", "booking:")
    faults = [str(each) for each in found if each.level == "fault"]
    assert faults == [f"business.yaml:{line}  booking.reminders: {REMINDER} (whatsapp_cloud, whatsapp_twilio)"]


@pytest.mark.req("F24")
@pytest.mark.parametrize("channel", TEMPLATES)
@pytest.mark.parametrize(
    ("kind", "place", "level"),
    [
        ("reminder", "booking.reminders", "fault"),
        ("question", "feedback", "fault"),
        ("notice", "staff", "fault"),
        ("relay", "staff", "fault"),
        ("broadcast", "staff", "note"),
    ],
)
def test_each_kind_that_leaves_unasked_has_a_template(
    tmp_path: Path, channel: str, kind: str, place: str, level: str
) -> None:
    """With all of them there is nothing to say; one that is taken away is missed, by its name and at its line."""
    whole = found_in(tmp_path, channel, change=later_and_rated)
    [missed] = found_in(tmp_path, channel, change=without(kind, later_and_rated))

    assert whole == []
    assert (missed.problem.place, missed.level) == (place, level)
    assert missed.problem.line == line_of(tmp_path, "business.yaml", f"{place.partition('.')[0]}:")
    assert f"name a template for '{kind}' in templates.yaml ({channel})" in str(missed)


def test_people_may_have_templates_of_their_own_instead(tmp_path: Path) -> None:
    """Who can choose among approved words can write to a customer after a weekend."""
    text = {code: f"hello {code}" for code in LANGUAGES}
    mine = {"own": {"hello": {"names": {"whatsapp_cloud": "hello"}, "languages": list(LANGUAGES), "text": text}}}

    def change(files: Files) -> None:
        without("relay")(files)
        files["templates.yaml"] |= mine

    assert found_in(tmp_path, "whatsapp_cloud", change=change) == []
    [missed] = found_in(tmp_path, "whatsapp_twilio", change=change)
    assert "what people write may leave after 24 h of silence; name a template for 'relay'" in str(missed)


def test_a_template_counts_on_the_channels_that_it_names(tmp_path: Path) -> None:
    """A name at Meta says nothing to Twilio: each channel needs its own."""

    def one(files: Files) -> None:
        later(files)
        del files["templates.yaml"]["reminder"]["names"]["whatsapp_twilio"]

    [left] = found_in(tmp_path, "whatsapp_cloud", "whatsapp_twilio", change=one)

    assert "(whatsapp_twilio)" in str(left)


def approved(kind: str, **changes: object) -> Callable[[Files], None]:
    """A template of a kind that was approved in all languages but Armenian."""

    def change(files: Files) -> None:
        files["templates.yaml"][kind] |= {"languages": ["ru", "uz", "ka", "en"], **changes}

    return change


@pytest.mark.req("F24")
def test_a_language_without_a_template_has_another_that_stands_in(tmp_path: Path) -> None:
    """WhatsApp approves none in Armenian: the firm says in which language those customers are written to then."""
    [fault] = found_in(tmp_path, "whatsapp_cloud", change=approved("notice"))
    lines = (tmp_path / "templates.yaml").read_text("utf-8").splitlines()
    line = lines.index("  languages:", lines.index("notice:")) + 1
    [note] = found_in(tmp_path, "whatsapp_cloud", change=approved("notice", others="en"))

    told = "a language of the firm is missing; say which of these stands in for it: 'others'"
    assert (fault.level, fault.problem.place) == ("fault", "notice.languages")
    assert f"{told} (whatsapp_cloud: hy)" in str(fault)
    assert fault.problem.line in (line, line + 1)  # of the key, or of the first in its list
    assert note.level == "note"
    assert "what stands in after 24 h of silence is in 'en' for others (whatsapp_cloud: hy)" in str(note)


def test_what_stands_in_must_be_approved_itself(tmp_path: Path) -> None:
    """A language that the template has not cannot stand in for one."""
    with pytest.raises(BusinessErrors) as refused:
        write(tmp_path, approved("notice", others="hy"))

    assert "others is 'hy', which does not stand under languages" in str(refused.value)


def renamed(names: object) -> Callable[[Files], None]:
    return lambda files: files["templates.yaml"]["notice"].update({"names": names})


def test_an_id_at_twilio_is_of_one_language(tmp_path: Path) -> None:
    """One for all languages would say the words of one to those who speak another; each has its own."""
    ids = {"ru": "HX" + "a" * 32, "en": "HX" + "b" * 32}

    def one(files: Files) -> None:
        renamed({"whatsapp_twilio": ids["ru"]})(files)

    def two(files: Files) -> None:
        renamed({"whatsapp_twilio": ids, "whatsapp_cloud": "matter"})(files)
        files["templates.yaml"]["notice"] |= {"languages": ["ru", "en"], "others": "en"}

    [fault] = found_in(tmp_path, "whatsapp_twilio", change=one)
    assert str(fault) == (
        f"templates.yaml:{line_of(tmp_path, 'templates.yaml', ids['ru'])}  notice.names.whatsapp_twilio:"
        " an id at Twilio is of one language; write one for each, like {ru: HX…, en: HX…} (whatsapp_twilio)"
    )
    assert [each.level for each in found_in(tmp_path, "whatsapp_twilio", change=two)] == ["note"]
    twin = write(tmp_path, two).twin("notice")
    assert twin is not None
    assert twin.names_in(twin.language_for("ru")) == {"whatsapp_twilio": ids["ru"], "whatsapp_cloud": "matter"}
    assert twin.names_in(twin.language_for("hy")) == {"whatsapp_twilio": ids["en"], "whatsapp_cloud": "matter"}
    assert twin.called("whatsapp_twilio") == ids["ru"]
    assert twin.called("viber") == ""


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ({"whatsapp_twilio": {"ru": "HX" + "a" * 32}}, "the id in hy, uz, ka, en is missing"),
        ({"whatsapp_twilio": {"xx": "HX" + "a" * 32}}, "there is no language 'xx'"),
        ({"whatsapp_twilio": {"ru": "Visit Reminder"}}, "expected a template's name, like visit_reminder"),
    ],
)
def test_what_is_wrong_with_an_id_of_a_language_is_said(tmp_path: Path, names: object, sentence: str) -> None:
    """The editor reads what was expected, and where."""
    with pytest.raises(BusinessErrors) as refused:
        write(tmp_path, renamed(names))

    [problem] = refused.value.errors
    assert problem.place.startswith("notice.names.whatsapp_twilio")
    assert sentence in problem.message


@pytest.mark.parametrize(("others", "language"), [("en", "en"), (None, "ru")])
def test_a_customer_gets_what_stands_in(tmp_path: Path, others: str | None, language: str) -> None:
    """Without a word about it the first of the languages stands in, in the customer's own nothing does."""
    business = write(tmp_path, approved("notice", **({"others": others} if others else {})))
    twin = business.twin("notice")

    assert twin is not None
    assert twin.language_for("hy") == language
    assert twin.language_for("ka") == "ka"


def test_where_there_are_no_templates_the_editor_is_told_what_does_not_arrive(tmp_path: Path) -> None:
    """Nothing can be mended there, so it stops no release."""
    found = found_in(tmp_path, "instagram", change=later)

    assert {each.level for each in found} == {"note"}
    told = {
        each.problem.message.partition(" does not arrive after 24 h of silence; this channel has no")[0]
        for each in found
    }
    assert told == {"a reminder", "the end of a matter", "that somebody has taken a matter", "a broadcast"}


def test_a_dialog_that_speaks_into_a_silence_is_held_to_the_window(tmp_path: Path) -> None:
    """A developer is told the line of the rule that comes too late, because another one has waited before it."""
    missing = without("question")
    found = found_in(tmp_path, "whatsapp_cloud", change=missing, insistent=Insistent)
    [fault] = [str(each) for each in found if "dialogs/" in str(each)]

    line = line_of(Path(__file__).parent, HERE, "silent(phone, wait=")
    assert fault.startswith(f"dialogs/{HERE}:{line}  insistent.second_time: what the dialog says may leave after 24 h")
    assert list(silences(Insistent).values()) == [timedelta(hours=14), timedelta(hours=25)]
    alone = found_in(tmp_path, "whatsapp_cloud", change=missing, patient=Patient)
    assert [each for each in alone if "patient" in str(each)] == []


def test_a_dialog_that_lies_below_another_speaks_when_that_has_ended(tmp_path: Path) -> None:
    """What is just in time by itself comes too late for who began another dialog and left it, if by a minute."""
    found = found_in(tmp_path, "whatsapp_cloud", change=without("question"), patient=Patient, short=Short)

    assert [each.problem.place for each in found if "dialogs/" in str(each)] == ["patient.just_in_time"]


PLACES = {
    "reminder": ("branches", "north", "address"),
    "question": ("feedback", "ask"),
}
"""Where the firm's own words make what is said of a kind long."""


def asking(kind: str, length: int, language: str) -> Callable[[Files], None]:
    """Give those words a length in one language."""

    def change(files: Files) -> None:
        later_and_rated(files)
        put(files, "business.yaml", *PLACES[kind], value=each("x") | {language: LETTERS[language] * length})

    return change


@pytest.mark.req("F24")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("channel", TEMPLATES)
def test_words_that_no_template_takes_are_found(tmp_path: Path, channel: str, kind: str, language: str) -> None:
    """Meta refuses a template that its value makes too long, so nothing would arrive at all."""
    business = write(tmp_path, asking(kind, 100, language))
    said = [Phrasebook("en").say(said, language) for _, _, loc, said in wordings(business) if loc == PLACES[kind]]
    most = 100 + 1024 - len(" ".join(said[0].split()))

    assert found_in(tmp_path, channel, change=asking(kind, most, language)) == []
    [fault] = found_in(tmp_path, channel, change=asking(kind, most + 1, language))
    line = line_of(tmp_path, "business.yaml", LETTERS[language] * most)
    assert str(fault) == (
        f"business.yaml:{line}  {'.'.join(PLACES[kind])}: over 1024 characters in a template,"
        f" which the provider refuses ({channel}: {language} 1025)"
    )


def test_a_reminder_is_as_long_as_it_will_be(tmp_path: Path) -> None:
    """What is measured is what customers read."""
    business = write(tmp_path)
    chat = cast(Any, SimpleNamespace(business=business))
    slot = Slot("cut", "ani", "north", LONG_DAY.replace(tzinfo=business.zone), 30, business.zone.key)
    booking = Booking("V1", slot, "booked", "Ani", "+37410000101", {}, "webchat/site/1", "1")
    told = Lines((t("A reminder of your visit:"), describe(chat, booking)))

    measured = next(said for kind, _, loc, said in wordings(business) if (kind, loc[1]) == ("reminder", "north"))
    assert Phrasebook("en").say(measured, "hy") == Phrasebook("en").say(told, "hy")
