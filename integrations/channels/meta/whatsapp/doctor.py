"""How a number stands with Meta, and setting it up there. Nothing of what is found shows a secret."""

from collections.abc import Iterator, Sequence

import msgspec

from bot.net.lines import Broken, Unreached
from bot.ports.accounts import Account, Wanted
from bot.ports.doctor import Finding
from integrations.channels.meta.graph import Graph, GraphAnswer
from integrations.channels.meta.whatsapp.codes import meaning, told
from integrations.channels.meta.whatsapp.limits import HOOK_CHARS
from integrations.channels.meta.whatsapp.templates import FIELDS as TEMPLATE_FIELDS
from integrations.channels.meta.whatsapp.templates import Template, examined, read_page

FIELDS = "display_phone_number,verified_name,quality_rating,webhook_configuration"
PAGE = 200
PAGES = 40  # of templates; an account has 6,000 at most
POOR = "RED"
MEND = (
    "make a new token for a system user of the business, with whatsapp_business_messaging and"
    " whatsapp_business_management, and give that user the app and the WhatsApp account"
)
CONNECT = "run connect for this account"
FIELD = "the field `messages` cannot be seen from here: subscribe it in the app's dashboard (WhatsApp, Configuration)"


class Hooks(msgspec.Struct, frozen=True):
    """Where Meta delivers: for the number, else for its account, else for the app."""

    phone_number: str = ""
    whatsapp_business_account: str = ""
    application: str = ""

    @property
    def used(self) -> str:
        """The one that counts."""
        return self.phone_number or self.whatsapp_business_account or self.application


class Number(msgspec.Struct, frozen=True):
    """A number as Meta sees it."""

    display_phone_number: str = ""
    verified_name: str = ""
    quality_rating: str = ""
    webhook_configuration: Hooks = Hooks()


class Subscribed(msgspec.Struct, frozen=True):
    """The apps to which an account delivers."""

    data: tuple[msgspec.Raw, ...] = ()


_number = msgspec.json.Decoder(Number).decode
_subscribed = msgspec.json.Decoder(Subscribed).decode


class Doctor:
    """Looks at one account."""

    def __init__(self, graph: Graph, account: Account, templates: Sequence[Wanted] = ()) -> None:
        self._graph, self._account = graph, account
        self._wanted = [each for each in templates if each.channel == account.channel]
        self._number = account.settings["phone_number_id"]
        self._waba = account.settings.get("business_account_id", "")

    async def examine(self) -> Sequence[Finding]:
        """See `Doctored.examine`: the number, where Meta delivers, and the templates in each language."""
        try:
            answer = await self._graph.get(f"/{self._number}?fields={FIELDS}")
            if answer.error is not None:
                return [bad(f"the number {self._number}: {_why(answer)}", _how(answer))]
            number = _number(answer.body)
            found = [*_of_number(number), _of_hook(number.webhook_configuration, self._account.hook_url)]
            return [*found, *await self._of_account()]
        except (Unreached, Broken, msgspec.DecodeError) as error:
            return [_unreached(error)]

    async def _of_account(self) -> Sequence[Finding]:
        if not self._waba:
            how = "set business_account_id to see the templates and whether Meta delivers"
            return [bad("the WhatsApp account of the number is not named", how)]
        answer = await self._graph.get(f"/{self._waba}/subscribed_apps")
        if answer.error is not None:
            return [bad(f"the WhatsApp account {self._waba}: {_why(answer)}", _how(answer))]
        some = bool(_subscribed(answer.body).data)
        what = "Meta delivers to an app" if some else "Meta delivers to no app"
        delivers = Finding(some, what, "" if some else CONNECT)
        found = await self._all_templates()
        if isinstance(found, GraphAnswer):
            return [delivers, bad(f"the templates: {_why(found)}", _how(found))]
        return [delivers, *examined(found, self._wanted)]

    async def _all_templates(self) -> list[Template] | GraphAnswer:
        found: list[Template] = []
        after = ""
        for _ in range(PAGES):
            query = f"fields={TEMPLATE_FIELDS}&limit={PAGE}" + (f"&after={after}" if after else "")
            answer = await self._graph.get(f"/{self._waba}/message_templates?{query}")
            if answer.error is not None:
                return answer
            page = read_page(answer.body)
            found += page.data
            after = page.paging.cursors.after
            if not page.paging.next or not after:
                break
        return found

    async def connect(self) -> Sequence[Finding]:
        """See `Doctored.connect`: has Meta deliver to the app, and what is for this number to our address."""
        try:
            found = [await self._subscribe()] if self._waba else []
            return [*found, await self._direct(), good(FIELD)]
        except (Unreached, Broken) as error:
            return [_unreached(error)]

    async def _subscribe(self) -> Finding:
        answer = await self._graph.post(f"/{self._waba}/subscribed_apps", {})
        if answer.error is not None:
            return bad(f"Meta does not deliver to the app: {_why(answer)}", _how(answer))
        return good("Meta delivers to the app")

    async def _direct(self) -> Finding:
        """Meta asks at the address at once whether it is wanted there, so we must be running and reachable."""
        url = self._account.hook_url
        if len(url) > HOOK_CHARS:
            return bad(f"{url} is longer than {HOOK_CHARS} characters", "take a shorter address or account id")
        hook = {"override_callback_uri": url, "verify_token": self._account.secrets["verify_token"]}
        answer = await self._graph.post(f"/{self._number}", {"webhook_configuration": hook})
        if answer.error is not None:
            how = f"see that {url} can be reached from outside, over https, while this runs; then connect again"
            return bad(f"Meta does not deliver to {url}: {_why(answer)}", how)
        return good(f"Meta delivers to {url}")


def good(what: str, how: str = "") -> Finding:
    """Something that is as it should be."""
    return Finding(fine=True, what=what, how=how)


def bad(what: str, how: str) -> Finding:
    """Something that is to be mended."""
    return Finding(fine=False, what=what, how=how)


def _how(answer: GraphAnswer) -> str:
    account = answer.error is not None and meaning(answer.status, answer.error).kind == "account"
    return MEND if account else "try again later"


def _why(answer: GraphAnswer) -> str:
    if answer.error is None:
        return ""
    return f"{meaning(answer.status, answer.error).reason} ({told(answer.status, answer.error)})"


def _unreached(error: Exception) -> Finding:
    return bad(f"Meta cannot be reached or understood ({type(error).__name__})", "try again later")


def _of_number(number: Number) -> Iterator[Finding]:
    yield good(f"the token is good for {number.display_phone_number} ({number.verified_name})")
    if number.quality_rating == POOR:
        yield bad("the quality of the number is low", "write less to people who did not ask; Meta may stop it")


def _of_hook(hooks: Hooks, url: str) -> Finding:
    if hooks.used == url:
        return good(f"Meta delivers to {url}")
    where = f"to {hooks.used}" if hooks.used else "nowhere"
    return bad(f"Meta delivers {where}, not to {url}", CONNECT)
