"""A firm's folder, begun by a few questions."""

import re
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

import main
from bot.business import check_business
from bot.business.starter import begin
from bot.dialog.graph import findings
from bot.testing import Talk
from dialogs import SHIPPED
from handlers import ACTORS, ROUTES
from integrations.channels import names
from tests.business.test_demo import texts_of

WHEELS: Mapping[str, str] = {
    "--name": "Two Wheels",
    "--kind": "bicycle workshop",
    "--languages": "en",
    "--city": "Tbilisi",
    "--address": "4 Chavchavadze Avenue",
    "--phone": "+995 32 220 00 00",
    "--hours": "tue-fri 10:00-14:00, 15:00-19:00; sat 10:00-16:00",
    "--service": "Tune-up, 60, 80",
    "--person": "Gio",
}
MONDAY = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001  wall time at the firm
New = Callable[..., Result]


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> New:
    """Runs `new` in an empty folder: with the workshop's options, some changed (None takes one away), and typed lines."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, typed: str | None = None, **changes: str | None) -> Result:
        options = {**WHEELS, **{f"--{key}": text for key, text in changes.items()}}
        given = [word for key, text in options.items() if text is not None for word in (key, text)]
        silent = ["--yes"] if typed is None else []
        return CliRunner().invoke(main.cli, ["new", *words, *given, *silent], input=typed)

    return run


def check(folder: str) -> Result:
    return CliRunner().invoke(main.cli, ["check", folder])


def test_a_new_firm_goes_live_at_once(new: New) -> None:
    """Without another edit the folder passes its check; it is named after the firm, and the next commands are told."""
    result = new()
    checked = check("businesses/two_wheels")

    assert result.exit_code == 0
    assert "python main.py check businesses/two_wheels" in result.output
    assert "DRAGOMAN_BUSINESS=businesses/two_wheels python main.py run" in result.output
    assert checked.exit_code == 0
    assert "is in order: 1 services, 4 dialogs, 3 places, 3 answers in en." in checked.output


def test_what_follows_from_the_city_is_not_asked(new: New) -> None:
    """Zone, country and money of Tbilisi are known, so a price needs no currency and a phone no country code."""
    new("wheels", phone="032 220 00 00")
    business = main.load(Path("wheels"))

    assert (business.zone.key, business.region, business.currency) == ("Asia/Tbilisi", "GE", "GEL")
    assert business.phone == "+995 32 220 00 00"
    assert str(business.services["tune_up"].price).count("GEL") == 2


@pytest.mark.parametrize("city", ["Toshkent", "Ташкент", "tashkent", "Asia/Tashkent", "ტაშკენტი", "Տաշքենդ"])
def test_a_city_is_known_in_every_language(new: New, city: str) -> None:
    """An owner writes the city as they call it."""
    result = new("firm", city=city, phone="+998 71 200 00 01")

    assert result.exit_code == 0, result.output
    assert main.load(Path("firm")).zone.key == "Asia/Tashkent"


def test_one_name_serves_all_languages_and_our_words_come_in_each(new: New) -> None:
    """A name that the owner gives once is used in all five; what the program adds is written in each."""
    new("wheels", languages="hy, Russian, uz ქართული, en")
    business = main.load(Path("wheels"))
    root = business.menu.root

    assert business.languages == ("hy", "ru", "uz", "ka", "en")
    assert set(business.services["tune_up"].name.wordings.values()) == {"Tune-up"}
    assert len(set(root.items[0].label.wordings.values())) == 5
    assert [way for way, text in texts_of(business) if len(text.wordings) != 5] == []
    assert check_business(business) == ()


def test_a_customer_can_book_at_a_new_firm(new: New) -> None:
    """The bot of a folder that was made a moment ago books a visit, in a language that its owner does not write."""
    new("wheels", languages="en,uz")

    with Talk(main.tenant_of(Path("wheels")), ROUTES, now=MONDAY, language="uz", actors=ACTORS) as talk:
        talk.opens()
        talk.presses("Qabulga yozilish")
        talk.presses(talk.messages[-1].choices[0].label)
        talk.says("Malika", "+995 555 12 34 56", "ha")

        assert talk.heard[0].startswith("Assalomu alaykum! Bu “Two Wheels”.")
        assert "Siz qabulga yozildingiz." in talk.heard[-1]


def test_the_files_have_words_for_their_editor(new: New) -> None:
    """Each file says in comments what may be written in it, and the examples in them are not live."""
    new("wheels")

    assert sorted(path.name for path in Path("wheels").iterdir()) == [
        "answers.yaml", "business.yaml", "menu.yaml", "triggers.yaml"]  # fmt: skip
    assert all(path.read_text("utf-8").startswith("# ") for path in Path("wheels").iterdir())
    assert main.load(Path("wheels")).holidays == ()


def test_a_folder_that_is_there_is_never_touched(new: New) -> None:
    """Whoever runs the command twice keeps what they have edited since."""
    new("wheels")
    (Path("wheels") / "menu.yaml").write_text("mine", "utf-8")
    result = new("wheels")

    assert result.exit_code == 1
    assert "wheels is there already" in result.output
    assert (Path("wheels") / "menu.yaml").read_text("utf-8") == "mine"


def test_a_folder_with_a_name_that_cannot_be_a_key_is_refused_before_any_question(new: New) -> None:
    """The folder's name is the firm's key for ever, so it is plain; a fitting one is named."""
    result = new("My Firm", typed="")

    assert result.exit_code == 1
    assert "a letter first: my_firm" in result.output
    assert not Path("My Firm").exists()


def test_a_wrong_answer_is_explained_and_asked_again(new: New) -> None:
    """An owner who mistypes is told how it is written, and goes on from there; an empty line takes what is suggested."""
    lines = ["klingon", "", "Batumi", "Mars", "Tbilisi", "12", "032 220 00 00", "all week", "mon-fri 10:00-16:00"]
    result = new(
        "wheels", typed="\n".join([*lines, ""]), languages=None, city=None, phone=None, hours=None,
        service="Tune-up, 60, 80",
    )  # fmt: skip
    said = re.sub(r"\s+", " ", result.output)

    assert result.exit_code == 0, result.output
    for sentence in (
        "I do not speak 'klingon'. Choose among: hy Հայերեն",
        "'Mars' is no time zone that I know",
        "'12' is not a whole phone number",
        "'all week' are not hours of days; write them like mon-fri 09:00-13:00, 14:00-18:00",
    ):
        assert sentence in said
    business = main.load(Path("wheels"))
    assert (business.languages, business.branches["main"].name.wordings["en"]) == (("en",), "Batumi")


def test_services_are_asked_until_an_empty_line(new: New) -> None:
    """An owner lists what can be booked; what cannot be is refused with its reason, and the list goes on."""
    lines = ["", "Tune-up", "Tune-up, 600, 80", "Tune-up, 60, 80", "tune-UP, 30, 5", "Wheel, 30, 12,50",
             "Колесо, 30, from 12.50", "Look, 15, free", "Advice, 15", ""]  # fmt: skip
    result = new("wheels", typed="\n".join([*lines, ""]), service=None)
    business = main.load(Path("wheels"))

    assert list(business.services) == ["tune_up", "koleso", "look", "advice"]
    assert business.services["advice"].price is None
    for sentence in (
        "Please write a service",
        "600 minutes cannot be booked; the longest opening without a break has 360.",
        "'tune-UP' stands there already.",
        "'Wheel, 30, 12,50' is not a name, minutes and a price",
    ):
        assert sentence in result.output


def test_without_questions_everything_missing_is_named_at_once(new: New) -> None:
    """A script that forgets three options hears of all three, and no folder is left half made."""
    result = new("wheels", name=None, phone="12", service=None)

    assert result.exit_code == 1
    assert [word for word in ("--name", "--phone", "--service") if word not in result.output] == []
    assert not Path("wheels").exists()


def test_an_interview_that_is_broken_off_leaves_nothing(new: New) -> None:
    """An owner who presses Ctrl-D in the middle can simply begin again."""
    result = new("wheels", typed="", person=None)

    assert result.exit_code == 1
    assert not Path("wheels").exists()


WORDS = st.text(min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(
    name=WORDS, kind=WORDS, address=WORDS, service=WORDS, languages=st.sampled_from(["en", "ru,uz", "hy,ru,uz,ka,en"])
)
def test_whatever_an_owner_types_makes_a_whole_folder_or_is_refused(
    name: str, kind: str, address: str, service: str, languages: str
) -> None:
    """Braces, quotes, colons and hashes in a name are words, never YAML; a made folder passes its check."""
    typed = {"name": name, "kind": kind, "address": address, "service": f"{service}, 30, 10", "languages": languages}
    given_ = {key.removeprefix("--"): [text] for key, text in WHEELS.items()} | {
        key: [text] for key, text in typed.items()
    }

    def broken_off(*_: object) -> str:
        raise EOFError

    def unheard(_: str) -> None:
        """Nobody reads the explanations here."""

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "firm"
        try:
            begin(place, given_, broken_off, unheard, dialogs=tuple(SHIPPED), channels=names())
        except EOFError:
            assert not place.exists()
            return
        tenant = main.tenant_of(place)

    assert check_business(tenant.business) == ()
    assert findings(tenant.machine.dialogs) == []
    assert tenant.business.name.wordings[languages[:2]] == name.strip()
