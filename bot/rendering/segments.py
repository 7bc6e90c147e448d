"""How many messages a mobile network makes of a text, and bills.

A text in the GSM-7 alphabet (ETSI TS 123.038) goes as 160 characters, or as parts of 153; one character outside it makes
the whole text UCS-2, 70 units, or parts of 67. A character of two places is never torn between two parts.
"""

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
"""Those that take two places."""

ONE_GSM7, EACH_GSM7 = 160, 153
ONE_UCS2, EACH_UCS2 = 70, 67


def gsm7(text: str) -> bool:
    """Whether the text stays in the narrow alphabet."""
    return all(each in GSM7 or each in EXTENDED for each in text)


def septets(text: str) -> int:
    """The length in the narrow alphabet; a character that is not in it counts as one."""
    return len(text) + sum(each in EXTENDED for each in text)


def segments(text: str) -> int:
    """How many segments carry the text; none for an empty one."""
    if gsm7(text):
        return _counted([2 if each in EXTENDED else 1 for each in text], ONE_GSM7, EACH_GSM7)
    return _counted([2 if each > "\uffff" else 1 for each in text], ONE_UCS2, EACH_UCS2)


def room(text: str, most: int) -> int:
    """How many septets, or units, surely fit into `most` segments of a text in the alphabet of this one."""
    one, each = (ONE_GSM7, EACH_GSM7) if gsm7(text) else (ONE_UCS2, EACH_UCS2)
    return one if most == 1 else most * (each - 1)  # where two places were left over, one may stay empty


def _counted(sizes: list[int], one: int, each: int) -> int:
    if sum(sizes) <= one:
        return 1 if sizes else 0
    parts, taken = 1, 0
    for size in sizes:
        if taken + size > each:
            parts, taken = parts + 1, 0
        taken += size
    return parts
