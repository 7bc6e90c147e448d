"""What a folder becomes: forms, wordings, versions, findings beyond faults."""

import pytest

from bot.business import BusinessErrors, check_business, read_business
from tests.business.conftest import CHANNELS, DIALOGS, SALON, Faults, ReadFirm

FORM = """\
opinion:
  title: {en: Feedback, ru: Отзыв}
  questions:
    - {id: stars, kind: choice, ask: {en: How was it?, ru: Как вам?}, options: [{id: good, label: {en: Good, ru: Да}}]}
    - {id: why, kind: text, ask: {en: Why?, ru: Почему?}, when: {stars: good}}
  done: {en: Thanks, ru: Спасибо}
  tag: opinion
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            ("{stars: good}", "{star: good}"),
            "forms.yaml:5  opinion.questions[2].when.star: there is no earlier question 'star'; did you mean 'stars'?",
        ),
        (
            ("{stars: good}", "{stars: goood}"),
            "forms.yaml:5  opinion.questions[2].when.stars: 'stars' is never 'goood'; did you mean 'good'?",
        ),
        (
            ("kind: text", "kind: tekst"),
            "forms.yaml:5  opinion.questions[2].kind: 'tekst' is not known; did you mean 'text'?",
        ),
        (("kind: text", "kind: choice"), "forms.yaml:5  opinion.questions[2]: a choice needs options"),
        (
            ("kind: text", "kind: text, max: 5"),
            "forms.yaml:5  opinion.questions[2]: a text has no min or max; kind: number has",
        ),
        (
            ("kind: text", "kind: number, min: 9, max: 5"),
            "forms.yaml:5  opinion.questions[2]: max 5 is below min 9",
        ),
        (
            ("id: why", "id: stars"),
            "forms.yaml:5  opinion.questions[2].id: the id 'stars' is used twice (first in line 4)",
        ),
        (("  tag: opinion\n", ""), "forms.yaml:1  opinion.tag: is missing"),
    ],
)
def test_a_fault_in_a_form_is_named_with_its_line(faults: Faults, change: tuple[str, str], expected: str) -> None:
    """A form that cannot be asked is refused at the question that is wrong."""
    assert expected in faults(forms=FORM.replace(*change))


def test_a_form_can_be_started_from_the_menu_like_a_dialog(salon: ReadFirm) -> None:
    """A firm's own form stands beside the shipped dialogs."""
    firm = salon(forms=FORM, menu=("start: booking", "start: opinion"))

    assert firm.menu.root.items[0].start == "opinion"
    assert firm.forms["opinion"].questions[0].values == ("good",)


def test_a_dialog_of_the_firms_own_can_be_named(salon: ReadFirm) -> None:
    """A file under dialogs/ makes its name known."""
    contents = {name: text.encode() for name, text in SALON.items()}
    contents["business.yaml"] = contents["business.yaml"].replace(b"[booking, my_visits]", b"[booking, tattoo_sketch]")

    with pytest.raises(BusinessErrors, match="there is no dialog 'tattoo_sketch'"):
        read_business(contents, slug="salon", dialogs=DIALOGS, channels=CHANNELS)
    contents["dialogs/tattoo_sketch.py"] = b"..."
    assert read_business(contents, slug="salon", dialogs=DIALOGS, channels=CHANNELS).dialogs[1] == "tattoo_sketch"


def test_the_version_changes_with_any_file_and_only_then(salon: ReadFirm) -> None:
    """A conversation that began with other content can tell."""
    same, again, other = salon(), salon(), salon(texts='"Hi": {en: Hello}\n')

    assert same.version == again.version != other.version
    assert len(same.version) == 12


def test_a_firm_of_one_language_may_write_texts_plain(salon: ReadFirm) -> None:
    """Maps by language are only asked of firms that have more than one."""
    firm = salon(business=SALON["business.yaml"].replace("{en: Salon, ru: Салон}", "Salon").replace("[en, ru]", "[en]"))

    assert firm.name.wordings == {"en": "Salon"}


def test_what_is_read_cannot_be_changed(salon: ReadFirm) -> None:
    """Content is the same for every conversation until the next version."""
    with pytest.raises(ValueError, match="frozen"):
        setattr(salon(), "slug", "other")  # noqa: B010  the type checker refuses it too


def test_the_salon_has_no_finding(salon: ReadFirm) -> None:
    """The sample that other tests break is sound, so what they find is what they broke."""
    assert check_business(salon()) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"business": ("duration: 45 min", "duration: 7 h")},
            "business.yaml:15  services.haircut: no specialist has 7:00:00 on end at any branch (buffers count)",
        ),
        (
            {
                "business": (
                    "specialists:",
                    "  shave:\n    name: {en: Shave, ru: Бритьё}\n    duration: 15 min\nspecialists:",
                )
            },
            "business.yaml:19  services.shave: nobody offers it; name it under the services of a specialist",
        ),
        (
            {"business": ("branches: [north]", "branches: [north]\n    hours: {north: {mon: '08:00-13:00'}}")},
            "business.yaml:20  specialists.ani.hours.north: mon goes beyond the hours of the branch",
        ),
        ({"menu": ("go: prices", "link: https://example.com")}, "menu.yaml:7  prices: no choice leads here"),
        (
            {"menu": ("say: human", "link: https://example.com")},
            "menu.yaml:1  main: no choice anywhere says 'human', so a customer must know the word",
        ),
        (
            {"menu": ("{en: Prices, ru: Цены}", "{en: BOOK!, ru: Цены}")},
            "menu.yaml:3  main.items[2]: reads like item 1 in English; a typed answer could mean either",
        ),
        (
            {"menu": ("{en: Prices, ru: Цены}", "{en: All our prices at a glance, ru: Цены}")},
            "menu.yaml:3  main.items[2]: the label is over 20 characters in en; add a 'short' form",
        ),
        (
            {"triggers": "booking: {en: [book]}\nmy_visits: {en: [Book!]}\n"},
            "triggers.yaml:2  my_visits.en: 'book' (en) already means the dialog 'booking'",
        ),
        (
            {"texts": '"Your name?": {en: What is your name?}\n'},
            "texts.yaml:1  Your name?: has no wording in ru; the shipped one is used there",
        ),
    ],
)
def test_what_customers_could_not_use_is_found(
    salon: ReadFirm, changes: dict[str, str | tuple[str, str]], expected: str
) -> None:
    """A folder that can be read may still hold what nobody can book, reach or tell apart; each is one line."""
    assert [str(problem) for problem in check_business(salon(**changes))] == [expected]
