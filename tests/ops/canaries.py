"""What must not be found where it does not belong: secrets of the house, and what customers say of themselves."""

import re
import unicodedata

SECRETS = (
    "1234567890:TEST-token_for_the_stand-in-00000000",
    "hook-Secret-canary_02",
    "metrics-token-canary-03",
    "sk_live_canary0400000000000000",
    "canary05dbpassword",
    "canary06redispassword",
    "EAAcanary07GraphApiTokenXXXXXXXXXXXXXXXX",
    "canary08-meta-app-secret",
    "canary09twilioauthtoken",
    "canary10smtppassword",
    "eyJhbGciOiJIUzI1NiJ9.canary11payload.canary11signature",
    "whsec_canary12canary12canary12",
    "AKIACANARY1300000000",
    "canary14-crm-token",
    "ghp_canary15canary15canary15canary15",
    "xoxb-canary16-canary16-canary16",
    "canary17proxypassword",
    "canary18 correct horse battery",
    "canary19-openai-key-abcdef",
    "canary20calendarcredential",
)
"""The first eighteen or so stand in the environment; one of them is an operator's password."""

NAMES = (
    "Anahit Qanaryan", "Արփինե Կանարյան", "Станислава Канареева", "ქეთევან კანარიძე", "Gulnora Qanarxonova",
    "Vardges Kanaryanc", "Лукерья Канареечкина", "Սիրանույշ Դեղձանիկյան", "Zilola Kanareyeva", "Mkrtich Canarsky",
)  # fmt: skip
PHONES = (
    "+374 91 770 001", "+37491770002", "8 (916) 770-00-03", "+998 90 770 00 04", "+995 555 77 00 05",
    "0037491770006", "+374-91-77-00-07", "(+374) 91770008", "+7 916 7700009", "374 91 77 00 10",
)  # fmt: skip
MAILS = (
    "anahit@qanaryan.example", "canary.two@mail.example", "станислава@канарейка.example", "k+three@canary.example",
    "canary_four@sub.canary.example", "five@xn--canary.example", "SIX@CANARY.EXAMPLE", "canary'seven@mail.example",
)  # fmt: skip
CARDS = ("4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "6011111111111117", "2200 0000 0000 0004")
PLACES = (
    "Kanaryan poghots 17, bnakaran 44", "Երևան, Կանարյան փակուղի 3", "улица Канареечная, дом 5, подъезд 2",
    "თბილისი, კანარის ჩიხი 8", "Qanarko‘cha 21-uy", "Sayat-Nova canarystreet 9", "Канарский тупик 11",
)  # fmt: skip
WORDS = (
    "toothache since zanzibarday", "проканареил вчера весь зуб", "ես դեղձանիկավախ եմ", "კანარეფობია მაქვს",
    "qanariyafobiyam bor",
    "my insurer is Kanarassistance", "passport AN7700123", "паспорт КН 770045", "the password is canarywordpass",
    "token=canarytypedtoken",
)  # fmt: skip

PERSONAL = (*NAMES, *PHONES, *MAILS, *CARDS, *PLACES, *WORDS)

SHORT = 5
ORDINARY = frozenset({
    "since", "insurer", "passport", "password", "token", "example", "street", "mail", "improbable", "паспорт", "улица",
    "вчера", "подъезд", "poghots", "bnakaran", "երևան", "sayat", "nova", "correct", "horse", "battery", "canary",
    "secret", "stand", "metrics", "proxy", "calendar", "three", "seven", "тбилиси", "თბილისი", "մաքվს", "მაქვს",
})  # fmt: skip


def marks(canary: str) -> set[str]:
    """What gives a canary away: itself, its digits, and each of its words that nobody else would write.

    A word of digits alone is none: a figure such as 0.30000000000000004 has it too.
    """
    canary = canary.rpartition(":")[2]  # what stands before it is a bot's public number
    digits = re.sub(r"\D", "", canary)
    words = {
        word for word in re.findall(r"[^\W_]{5,}", canary.casefold()) if word not in ORDINARY and not word.isdigit()
    }
    return {canary.casefold(), *words, *({digits} if len(digits) >= 9 else set())}


def hits(text: str) -> list[str]:
    """The canaries that can be read in a text, also where it is written in escapes."""
    plain = unicodedata.normalize("NFC", _unescaped(text)).casefold()
    bare = re.sub(r"(?<=\d)[ ().-]{1,3}(?=\d)", "", plain)
    return [each for each in (*SECRETS, *PERSONAL) if any(mark in plain or mark in bare for mark in marks(each))]


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
