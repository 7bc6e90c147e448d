"""Words that work everywhere, and what must never be taken for one."""

import pytest

from bot.understanding import Word, global_word, yes_no

_WRITTEN = """
Ara Արա Nazar Назар Nazarian Armen Arman Hayk Mher Menua Ani Anna Lena Ena-Maria Roman Роман Герман Huma
Humay Human-Petrosyan Stark Starr Stepan Степан Stopan Helpman Нетленко Agnes Argent Parson Manger
Persona Kai Bekov Беков Cansel Mansel Oper Hakob Хачатур Halima Оля Ольга Юля Даша Дана Dana Danil Данил
Даниил Xalida Хасан Hasan Kim Ким Li Ли Nona Нона Noel Ноль Noyabr Yura Юра Tamar თამარ გიორგი ნინო ანა
კახა ლევან დავით Giorgi Nino Kakha Levan Davit Արմեն Հայկ Անի Նարե Լիլիթ Մհեր Վարդան Мард-оглы Марданов
Mardanov Odamov Adam Адам Adams Одинцов Улугбек Ulugʻbek Otabek Oybek Dilnoza Шахноза Yordamov Jordan
Йордан Tilla Тилла Haydar Ҳайдар Yoqub Ёқуб Back-Street Backer Beck Бак Menuhin Skipper Skip-Jones
Старков Старт-Авеню Stopford Canceller-Way Cancelo Operin Оперов
"""
NAMES = [name.replace("-", " ") for name in _WRITTEN.split()]


@pytest.mark.req("A44")
@pytest.mark.parametrize(
    "text",
    [
        "HUMAN",
        "human!",
        "HUMNA",
        "humann",
        "operatr",
        "opertaor",
        "Operator",
        "talk to a human",
        "человек",
        "Оператор",
        "операторр",
        "опреатор",
        "позовите оператора",
        "chelovek",
        "operator",
        "մարդ",
        "Մարդ",
        "Օպերատոր",
        "օպերատր",
        "mard",
        "ուզում եմ խոսել մարդու հետ",
        "odam",
        "Одам",
        "operatorga ulang",
        "operator kerak",
        "одам керак",
        "ადამიანი",
        "ოპერატორი",
        "ოპერატორ",
        "adamiani",
    ],
)
def test_a_customer_who_asks_for_a_human_is_heard(text: str) -> None:
    """HUMAN works in five languages, in Latin letters, and with a slip of the finger."""
    assert global_word(text) is Word.HUMAN


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("cancel", Word.CANCEL),
        ("canel", Word.CANCEL),
        ("Отмена", Word.CANCEL),
        ("отмнеа", Word.CANCEL),
        ("otmena", Word.CANCEL),
        ("չեղարկել", Word.CANCEL),
        ("bekor qilish", Word.CANCEL),
        ("бекор қилиш", Word.CANCEL),
        ("გაუქმება", Word.CANCEL),
        ("STOP", Word.STOP),
        ("СТОП", Word.STOP),
        ("СTOP", Word.STOP),
        ("unsubscribe", Word.STOP),
        ("unsubscrib", Word.STOP),
        ("не пишите мне", Word.STOP),
        ("to‘xta", Word.STOP),
        ("to`xta", Word.STOP),
        ("тўхта", Word.STOP),
        ("ստոպ", Word.STOP),
        ("სტოპ", Word.STOP),
        ("back", Word.BACK),
        ("назад", Word.BACK),
        ("nazad", Word.BACK),
        ("հետ", Word.BACK),
        ("orqaga", Word.BACK),
        ("უკან", Word.BACK),
        ("help", Word.HELP),
        ("помощь", Word.HELP),
        ("օգնություն", Word.HELP),
        ("yordam", Word.HELP),
        ("ёрдам", Word.HELP),
        ("დახმარება", Word.HELP),
        ("меню", Word.MENU),
        ("menyu", Word.MENU),
        ("մենյու", Word.MENU),
        ("მენიუ", Word.MENU),
        ("язык", Word.LANGUAGE),
        ("til", Word.LANGUAGE),
        ("լեզու", Word.LANGUAGE),
        ("ენა", Word.LANGUAGE),
        ("начать", Word.START),
        ("boshlash", Word.START),
        ("пропустить", Word.SKIP),
        ("skip", Word.SKIP),
        ("да", Word.YES),
        ("այո", Word.YES),
        ("👍", Word.YES),
        ("нет", Word.NO),
        ("yo‘q", Word.NO),
        ("არა", Word.NO),
    ],
)
def test_a_global_word_works_in_every_language(text: str, word: Word) -> None:
    """Cancel, back, help and the others work in any language, whatever the conversation's is."""
    assert global_word(text) is word


@pytest.mark.parametrize("text", NAMES)
def test_a_name_never_fires_a_word(text: str) -> None:
    """A customer's name is a name, even one letter away from a word."""
    assert global_word(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Backer street 5",
        "Stop street 12",
        "Back to the future",
        "ул. Человека 5",
        "I do not want to cancel my visit tomorrow",
        "назад дороги нет",
        "menu of the day please",
        "no 5",
        "Till",
        "",
        "   ",
        "?!",
        "5",
        "human" * 20,
        "\ud800",
        "the operator was rude",
    ],
)
def test_a_sentence_or_an_address_never_fires_a_word(text: str) -> None:
    """Words fire as whole messages only."""
    assert global_word(text) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "да"),
        ("ru", "ok, да"),
        ("ru", "Да, пожалуйста!"),
        ("ru", "ага, давайте"),
        ("ru", "da"),
        ("ru", "+"),
        ("hy", "այո"),
        ("hy", "ha"),
        ("hy", "Իհարկե"),
        ("uz", "ha"),
        ("uz", "ҳа"),
        ("uz", "xo‘p"),
        ("ka", "კი"),
        ("ka", "დიახ"),
        ("ka", "ki"),
        ("en", "yes"),
        ("en", "Yes please"),
        ("en", "ok"),
        ("en", "👍🏽"),
        ("en", "of course"),
        ("en", "да"),
    ],
)
def test_agreement_is_understood(language: str, text: str) -> None:
    """Yes is understood in any of the languages, with courtesy around it."""
    assert yes_no(text, language) is True


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "нет"),
        ("ru", "нет, спасибо"),
        ("ru", "не надо"),
        ("ru", "net"),
        ("hy", "ոչ"),
        ("hy", "voch"),
        ("hy", "պետք չէ"),
        ("uz", "yo‘q"),
        ("uz", "yoq"),
        ("uz", "йўқ"),
        ("uz", "kerak emas"),
        ("ka", "არა"),
        ("ka", "ara"),
        ("ka", "არა, მადლობა"),
        ("en", "no"),
        ("en", "No thanks"),
        ("en", "👎"),
        ("en", "-"),
    ],
)
def test_refusal_is_understood(language: str, text: str) -> None:
    """No is understood in any of the languages, with courtesy around it."""
    assert yes_no(text, language) is False


@pytest.mark.parametrize(
    "text",
    ["да нет", "yes no", "yes but tomorrow", "perhaps", "Нетленко", "", "...", "Nodira", "👍👎", "5", "yes " * 40],
)
def test_an_unclear_answer_is_neither_yes_nor_no(text: str) -> None:
    """Both, neither, or anything more than an answer is asked again."""
    assert yes_no(text, "ru") is None
