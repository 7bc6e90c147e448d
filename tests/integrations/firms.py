"""A firm with accounts, as its folder has them."""

from bot.business import Business, read_business
from tests.business.conftest import CHANNELS, DIALOGS, salon_with


def firm(slug: str, *accounts: str) -> Business:
    """The salon with these accounts beside its page, each a line of YAML."""
    written = "".join(["accounts:\n", "  - {id: site, channel: webchat}\n", *accounts])
    files = salon_with({"business": ("accounts:\n  - {id: site, channel: webchat}\n", written)})
    contents = {name: text.encode() for name, text in files.items()}
    return read_business(contents, slug=slug, dialogs=DIALOGS, channels=(*CHANNELS, "pigeon"))
