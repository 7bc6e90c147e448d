"""What a button gives back when it is pressed: the number of its message in the conversation, and the choice under it."""

import re

BUTTON = re.compile(r"([0-9]{1,15})\.([!-~]{1,180})")


def named(number: int, choice: str) -> str:
    """What the button of a choice gives back."""
    return f"{number}.{choice}"


def pressed(data: str) -> tuple[int, str] | None:
    """The message and the choice; None for what is no button of ours."""
    found = BUTTON.fullmatch(data)
    return (int(found.group(1)), found.group(2)) if found is not None else None
