"""The firm's other channels, and the addresses that lead a customer there with a word of ours."""

from urllib.parse import quote

from bot.chat import Chat


def places_of(chat: Chat) -> list[tuple[str, str]]:
    """The firm's other channels, each with its address, in which `{token}` or `{words}` are still to be put."""
    here, business = chat.contact, chat.business
    found = []
    for each in business.accounts:
        face = business.face(each.channel)
        if not each.public or not face.address or (each.channel, each.id) == (here.channel, here.account):
            continue
        if face.opened_in is None or here.channel in face.opened_in:
            public = quote(each.public.removeprefix("+"))
            found.append((each.channel, face.address.replace("{public}", public)))
    return found
