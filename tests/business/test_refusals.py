"""What an editor is told when something in the folder is wrong."""

from pathlib import Path

import pytest

from bot.business import BusinessErrors, load_business
from tests.business.conftest import CHANNELS, DIALOGS, SALON, Faults, ReadFirm

BUSINESS_FAULTS = {
    "unknown dialog": (
        ("[booking, my_visits]", "[booking, my_visit]"),
        ["business.yaml:25  dialogs[2]: there is no dialog 'my_visit'; did you mean 'my_visits'?"],
    ),
    "missing language": (
        ("{en: Salon, ru: Салон}", "{en: Salon}"),
        ["business.yaml:1  name: the wording in Русский (ru) is missing"],
    ),
    "unknown language": (
        ("{en: Salon, ru: Салон}", "{en: Salon, ru: Салон, uk: Салон}"),
        ["business.yaml:1  name.uk: there is no language 'uk'; there are: en, hy, ka, ru, uz"],
    ),
    "plain text where each language is needed": (
        ("{en: Salon, ru: Салон}", "Salon"),
        ["business.yaml:1  name: expected one wording a language, like {en: …, ru: …}"],
    ),
    "comma in braces": (
        ("{en: Salon, ru: Салон}", "{en: Salon, the best, ru: Салон}"),
        [
            (
                "business.yaml:1  name.the best: there is no language 'the best'; "
                "a text with a comma inside {…} needs quotes"
            ),
        ],
    ),
    "language that is not of this release": (
        ("[en, ru]", "[en, ru, fr, en]"),
        [
            "business.yaml:2  languages[3]: there is no language 'fr'; there are: en, hy, ka, ru, uz",
            "business.yaml:2  languages[4]: 'en' stands here twice",
        ],
    ),
    "unknown zone": (
        ("Asia/Yerevan", "Asia/Erevan"),
        ["business.yaml:3  zone: there is no time zone 'Asia/Erevan'; did you mean 'Asia/Yerevan'?"],
    ),
    "price without a currency": (
        ("5000 AMD", "5000"),
        ["business.yaml:17  services.haircut.price: '5000' is a price without a currency; write '5000 AMD'"],
    ),
    "price in a strange currency": (
        ("5000 AMD", "5000 AMT"),
        ["business.yaml:17  services.haircut.price: there is no currency 'AMT'; did you mean 'AMD'?"],
    ),
    "price with too many decimals": (
        ("5000 AMD", "5000.50 AMD"),
        ["business.yaml:17  services.haircut.price: '5000.50' has more decimals than AMD has (0)"],
    ),
    "duration without a unit": (
        ("45 min", "45"),
        [
            (
                "business.yaml:18  services.haircut.duration: "
                "'45' is not a span of time; write it like '45 min', '1 h 30 min' or '60 days'"
            ),
        ],
    ),
    "unknown service": (
        ("[haircut]", "[hairdo]"),
        ["business.yaml:23  specialists.ani.services[1]: there is no service 'hairdo'; did you mean 'haircut'?"],
    ),
    "unknown branch": (
        ("branches: [north]", "branches: [nort]"),
        ["business.yaml:24  specialists.ani.branches[1]: there is no branch 'nort'; did you mean 'north'?"],
    ),
    "mistyped key": (
        ("duration: 45 min", "duration: 45 min\n    durration: 45 min"),
        ["business.yaml:19  services.haircut.durration: there is no such key; did you mean 'duration'?"],
    ),
    "missing key": (
        ("    duration: 45 min\n", ""),
        ["business.yaml:15  services.haircut.duration: is missing"],
    ),
    "empty value": (("region: AM", "region:"), ["business.yaml:4  region: is empty"]),
    "impossible time": (
        ("09:00-13:00, ", "25:00-26:00, "),
        ["business.yaml:12  branches.north.hours.mon-fri: '25:00' is not a time of day; times go from 00:00 to 24:00"],
    ),
    "closing before opening": (
        ("14:00-20:00", "20:00-14:00"),
        [
            (
                "business.yaml:12  branches.north.hours.mon-fri: '20:00-14:00' closes before it opens; "
                "hours past midnight belong to the next day, from 00:00"
            ),
        ],
    ),
    "overlapping shifts": (
        ("14:00-20:00", "12:00-20:00"),
        ["business.yaml:12  branches.north.hours.mon-fri: 09:00–13:00 and 12:00–20:00 overlap"],
    ),
    "forgotten day": (
        ("sat, sun", "sat"),
        ["business.yaml:11  branches.north.hours: sun is missing; write 'sun: closed' if there are no hours"],
    ),
    "day twice": (("sat, sun", "fri-sun"), ["business.yaml:13  branches.north.hours.fri-sun: fri stands here twice"]),
    "unknown day": (
        ("sat, sun", "saturday, sun"),
        ["business.yaml:13  branches.north.hours.saturday, sun: there is no day 'saturday'; did you mean 'sat'?"],
    ),
    "day of no year": (
        ("dialogs:", "holidays: [{day: 02-30, name: {en: A, ru: Б}}]\ndialogs:"),
        ["business.yaml:25  holidays[1].day: '02-30' is not a day of the year; write month and day, like 01-06"],
    ),
    "repeated key": (
        ("zone: Asia/Yerevan", "zone: Asia/Yerevan\nzone: Asia/Tbilisi"),
        ["business.yaml:4  zone: the key 'zone' stands here twice (first in line 3)"],
    ),
    "repeated id": (
        ("- {id: site, channel: webchat}", "- {id: site, channel: webchat}\n  - {id: site, channel: telegram}"),
        ["business.yaml:29  accounts[2].id: the id 'site' is used twice (first in line 28)"],
    ),
    "unknown channel": (
        ("channel: webchat", "channel: telegramm"),
        ["business.yaml:28  accounts[1].channel: there is no channel 'telegramm'; did you mean 'telegram'?"],
    ),
    "id in other letters": (
        ("  haircut:", "  Haircut:"),
        [
            (
                "business.yaml:15  services.Haircut: "
                "'Haircut' cannot be an id; use small Latin letters, digits and _, a letter first"
            ),
            "business.yaml:23  specialists.ani.services[1]: there is no service 'haircut'; did you mean 'Haircut'?",
        ],
    ),
    "missing picture": (
        ("dialogs:", "brand: {logo: logo.png}\ndialogs:"),
        ["business.yaml:25  brand.logo: there is no file in media/ called 'logo.png'"],
    ),
    "number that is none": (
        ("dialogs:", "booking: {offer: three}\ndialogs:"),
        ["business.yaml:25  booking.offer: expected a whole number"],
    ),
    "number that is too large": (
        ("dialogs:", "booking: {offer: 30, asks: [branches]}\ndialogs:"),
        [
            "business.yaml:25  booking.asks[1]: 'branches' is not known; did you mean 'branch'?",
            "business.yaml:25  booking.offer: must be at most 10",
        ],
    ),
    "alias": (
        ("ru: Салон}", "ru: Салон}\ntagline: &x {en: A, ru: B}\nemail: *x"),
        ["business.yaml:3  email: an alias (*name) is not used here; write the value out"],
    ),
}

MENU_FAULTS = {
    "choice that leads nowhere": (
        ("go: prices", "go: pricse"),
        ["menu.yaml:5  main.items[2].go: there is no place 'pricse'; did you mean 'prices'?"],
    ),
    "choice that does nothing": (
        (", go: prices", ""),
        ["menu.yaml:5  main.items[2]: leads nowhere; write one of go, start, say or link"],
    ),
    "choice that does two things": (
        ("go: prices", "go: prices, say: human"),
        ["menu.yaml:5  main.items[2]: has go and say; write one of go, start, say or link"],
    ),
    "two choices that do the same": (
        ("go: prices", "start: booking"),
        ["menu.yaml:5  main.items[2]: does the same as item 1"],
    ),
    "dialog that is off": (
        ("start: booking", "start: reschedule"),
        ["menu.yaml:4  main.items[1].start: there is no dialog or form 'reschedule'; there are: booking, my_visits"],
    ),
    "address that is not one": (
        ("go: prices", "link: javascript:alert(1)"),
        ["menu.yaml:5  main.items[2].link: expected an address with https://, http://, tel: or mailto:"],
    ),
    "short form that is long": (
        ("say: human", "say: human, short: {en: Talk to us right here now, ru: Да}"),
        ["menu.yaml:6  main.items[3].short.en: has 25 characters; a short form has at most 20"],
    ),
    "no root": (("main:", "start:"), ["menu.yaml:1  the place 'main', where every customer begins, is missing"]),
    "place with nothing in it": (
        ("  list: services\n", ""),
        ["menu.yaml:7  prices: is empty; write a text, a list or items"],
    ),
    "wrong list": (
        ("list: services", "list: service"),
        ["menu.yaml:9  prices.list: 'service' is not known; did you mean 'services'?"],
    ),
}


@pytest.mark.parametrize(("change", "expected"), BUSINESS_FAULTS.values(), ids=BUSINESS_FAULTS.keys())
def test_a_fault_in_the_firm_is_named_with_its_line(
    faults: Faults, change: tuple[str, str], expected: list[str]
) -> None:
    """Each fault of business.yaml is one line with file, line, place and what was expected, and nothing besides."""
    assert faults(business=change) == expected


@pytest.mark.parametrize(("change", "expected"), MENU_FAULTS.values(), ids=MENU_FAULTS.keys())
def test_a_fault_in_the_menu_is_named_with_its_line(
    faults: Faults, change: tuple[str, str], expected: list[str]
) -> None:
    """Each fault of menu.yaml is one line with file, line, place and what was expected, and nothing besides."""
    assert faults(menu=change) == expected


def test_all_faults_come_at_once(faults: Faults) -> None:
    """An editor sees every fault of every file in one list, in the order of files and lines."""
    found = faults(
        business=("price: 5000 AMD\n    duration: 45 min", "price: 5000\n    duration: soon"),
        menu=("go: prices", "go: pricse"),
        triggers="bokking: {en: [book]}\n",
        answers="- {id: a, phrases: {en: [x]}, text: {en: A, ru: Б}, next: {label: {en: A, ru: Б}}}\n",
        texts='"Hello {name}": {en: "Hi {nam}", ru: "Привет {"}\n',
        forms="booking: {title: {en: A, ru: Б}, questions: [], done: {en: A, ru: Б}, tag: a}\n",
    )

    assert found == [
        "answers.yaml:1  [1].next: write one of go or start",
        "answers.yaml:1  [1].phrases: phrases in Русский (ru) are missing",
        "business.yaml:17  services.haircut.price: '5000' is a price without a currency; write '5000 AMD'",
        (
            "business.yaml:18  services.haircut.duration: "
            "'soon' is not a span of time; write it like '45 min', '1 h 30 min' or '60 days'"
        ),
        "forms.yaml:1  booking: a dialog has this name; call the form something else",
        "forms.yaml:1  booking.questions: needs at least 1",
        "menu.yaml:5  main.items[2].go: there is no place 'pricse'; did you mean 'prices'?",
        "texts.yaml:1  Hello {name}.en: the text has no value '{nam}'; did you mean 'name'?",
        "texts.yaml:1  Hello {name}.ru: a { or } stands alone; only {values} of the text may stand in braces",
        "triggers.yaml:1  bokking: there is no dialog or form 'bokking'; did you mean 'booking'?",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("main:\n  title: a: b\n", "menu.yaml:2  a ':' stands where none can; a text with ': ' in it needs quotes"),
        ("main:\n\ttitle: a\n", "menu.yaml:2  a character that needs quotes, or a tab; indent with spaces"),
        ("main: {title: a\nb: c\n", "menu.yaml:2  a '{' that is not closed, or a text that needs quotes"),
        ("main: {}\nside: \x07\n", "menu.yaml:2  a control character; delete it"),
        ("main: {}\n- side\n", "menu.yaml:2  the indentation or a quote before this line is wrong"),
        ("'main': {}\n}\n", "menu.yaml:2  the indentation or a quote before this line is wrong"),
        ("{}\nside: a\n", "menu.yaml:2  this line does not belong here; check its indentation"),
        ("main: {}\n---\nside: {}\n", "menu.yaml:2  a line '---' splits the file; there may be only one part"),
        ("- a\n", "menu.yaml:1  expected keys with values"),
        ("", "menu.yaml  is empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_fault(faults: Faults, text: str, expected: str) -> None:
    """Broken YAML is said in an editor's words, and what the file would have defined is not reported as missing."""
    answer = "- {id: a, phrases: {en: [x], ru: [х]}, text: {en: A, ru: Б}, next: {label: {en: A, ru: Б}, go: prices}}\n"

    assert faults(menu=text, answers=answer) == [expected]


def test_a_broken_firm_file_hides_no_fault_of_the_others(faults: Faults) -> None:
    """When business.yaml cannot be read, the menu's own faults are still listed, but not what follows from it."""
    found = faults(business="name: a: b\n", menu=("go: prices", "go: pricse"), triggers="booking: {en: [book]}\n")

    assert [line for line in found if "wording" not in line] == [
        "business.yaml:1  a ':' stands where none can; a text with ': ' in it needs quotes",
        "menu.yaml:5  main.items[2].go: there is no place 'pricse'; did you mean 'prices'?",
    ]


def test_text_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    """A file saved in an old encoding is named at the first line that cannot be read."""
    (tmp_path / "business.yaml").write_bytes("# firm\nname: Салон\n".encode("cp1251"))
    (tmp_path / "menu.yaml").write_text(SALON["menu.yaml"])

    with pytest.raises(BusinessErrors, match=r"business.yaml:2  this is not UTF-8 text; save the file as UTF-8"):
        load_business(tmp_path, dialogs=DIALOGS, channels=CHANNELS)


def test_a_file_that_is_no_part_of_a_folder_is_refused(tmp_path: Path) -> None:
    """A mistyped file name is not silently ignored."""
    for name, text in SALON.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "answer.yaml").write_text("")
    (tmp_path / "README.md").write_text("notes are welcome")

    with pytest.raises(BusinessErrors) as caught:
        load_business(tmp_path, dialogs=DIALOGS, channels=CHANNELS)

    assert [str(problem) for problem in caught.value.errors] == [
        "answer.yaml  no file of a business folder is called so; did you mean 'answers.yaml'?"
    ]


def test_a_folder_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    """A wrong path is one clear line."""
    with pytest.raises(BusinessErrors, match="there is no such folder"):
        load_business(tmp_path / "nowhere", dialogs=DIALOGS, channels=CHANNELS)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    """A folder without its two needed files says so, and nothing besides."""
    with pytest.raises(BusinessErrors) as caught:
        load_business(tmp_path, dialogs=DIALOGS, channels=CHANNELS)

    assert str(caught.value).splitlines()[1:] == [
        "  business.yaml  this file is missing",
        "  menu.yaml  this file is missing",
    ]


def test_a_secret_in_the_folder_is_refused_and_never_repeated(faults: Faults) -> None:
    """A token written where its variable's name belongs is refused without being shown."""
    found = faults(
        business=(
            "{id: site, channel: webchat}",
            "{id: bot, channel: telegram, secret_env: '123456:ABCdef', settings: {api_token: hush-hush}}",
        )
    )

    assert [line.split("  ")[1].split(":")[0] for line in found] == [
        "accounts[1].secret_env",
        "accounts[1].settings.api_token",
    ]
    assert not any(secret in line for line in found for secret in ("ABCdef", "hush"))


def test_words_that_yaml_reads_as_something_else_stay_words(salon: ReadFirm) -> None:
    """`no`, `on` and `12:30` mean what the editor wrote, quoted or not."""
    firm = salon(menu=("{en: Book, ru: Записаться}", "{en: no, ru: 12:30}"))

    assert firm.menu.root.items[0].label.wordings == {"en": "no", "ru": "12:30"}
