"""Looks at an account at Meta, and sets it up there: the token, what the page delivers, where the app delivers it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import msgspec

from bot.net.lines import Broken, Unreached
from bot.ports.accounts import Account
from bot.ports.doctor import Finding
from integrations.channels.meta.graph import Graph, GraphAnswer
from integrations.channels.meta.pages.receive import GET_STARTED

T = TypeVar("T", bound=msgspec.Struct)

PAGE_FIELDS = (
    "messages", "messaging_postbacks", "messaging_referrals", "messaging_optins", "message_deliveries",
    "message_reads", "message_echoes", "message_edits", "messaging_handovers", "standby",
)  # fmt: skip
INSTAGRAM_FIELDS = ("messages", "messaging_postbacks", "messaging_seen", "messaging_referral", "standby")
COMMENTS = {"page": ("feed",), "instagram": ("comments", "live_comments")}
DASHBOARD = "in the app's dashboard, under Webhooks"


class Named(msgspec.Struct, frozen=True):
    """Something by its id."""

    id: str = ""


class Me(msgspec.Struct, frozen=True):
    """Whose token it is, and the Instagram account that belongs to it."""

    id: str = ""
    name: str = ""
    instagram_business_account: Named | None = None


class Subscribed(msgspec.Struct, frozen=True):
    """An app that the page delivers to."""

    id: str = ""
    subscribed_fields: tuple[str, ...] = ()


class Apps(msgspec.Struct, frozen=True):
    """Those that are there."""

    data: tuple[Subscribed, ...] = ()


class Field(msgspec.Struct, frozen=True):
    """A kind of event that the app takes."""

    name: str = ""


class Subscription(msgspec.Struct, frozen=True):
    """Where the app takes the events of a topic."""

    object: str = ""
    callback_url: str = ""
    active: bool = False
    fields: tuple[Field, ...] = ()


class Subscriptions(msgspec.Struct, frozen=True):
    """Those of an app."""

    data: tuple[Subscription, ...] = ()


class Greeting(msgspec.Struct, frozen=True):
    """The button with which a conversation begins."""

    payload: str = ""


class Profile(msgspec.Struct, frozen=True):
    """What a person sees before they have written."""

    get_started: Greeting | None = None


class Profiles(msgspec.Struct, frozen=True):
    """One, or none when nothing was set."""

    data: tuple[Profile, ...] = ()


class Trouble(Exception):
    """A question that got no answer; the text is a sentence about why."""


class Doctor:
    """Examines and connects the account whose own id is `id_`; `topic` is `page` or `instagram`."""

    def __init__(self, graph: Graph, account: Account, topic: str, id_: str) -> None:
        settings, secrets = account.settings, account.secrets
        self._graph, self._account, self._topic, self._id = graph, account, topic, id_
        self._app_id = settings["app_id"]
        answering = COMMENTS[topic] if settings["comments"] != "ignore" else ()
        self._fields = (*(PAGE_FIELDS if topic == "page" else INSTAGRAM_FIELDS), *answering)
        token = f"{self._app_id}|{secrets['app_secret']}"
        self._app = Graph(settings["api_url"], settings["api_version"], token)

    async def close(self) -> None:
        """Hang up."""
        await self._app.close()

    async def examine(self) -> Sequence[Finding]:
        """What stands well and what does not."""
        try:
            me = await _ask(self._graph, "/me?fields=id,name,instagram_business_account", Me)
        except Trouble as trouble:
            return [broken(f"the token: {trouble}", "put a long-lived token of the page into its variable")]
        found = [self._whose(me)]
        found += [await self._look(each) for each in (self._delivered, self._taken)]
        if self._topic == "page":
            found.append(await self._look(self._greeted))
        return found

    async def connect(self) -> Sequence[Finding]:
        """Set up deliveries, and the button that begins a conversation."""
        fields = self._fields if self._topic == "page" else ("messages",)  # for Instagram any field will do
        wanted = {"subscribed_fields": ",".join(fields)}
        found = [await self._do(self._graph, "/me/subscribed_apps", wanted, "the page delivers to the app")]
        if self._topic == "page":
            begin = {"get_started": {"payload": GET_STARTED}}
            found.append(
                await self._do(self._graph, "/me/messenger_profile", begin, "a conversation begins with a button")
            )
        if self._app_id:
            taken = {
                "object": self._topic, "callback_url": self._account.hook_url, "fields": ",".join(self._fields),
                "verify_token": self._account.secrets["verify_token"],
            }  # fmt: skip
            what = f"the app delivers to {self._account.hook_url}"
            found.append(await self._do(self._app, f"/{self._app_id}/subscriptions", taken, what))
        else:
            found.append(self._by_hand())
        return found

    def _whose(self, me: Me) -> Finding:
        linked = me.instagram_business_account
        actual = me.id if self._topic == "page" else linked.id if linked is not None else ""
        if actual == self._id:
            return fine(f"the token is of {me.name or me.id}")
        how = f"use the token of {self._id}, or write {actual or 'the id of the linked account'} into the settings"
        return broken(f"the token is of another page, {me.name or me.id}", how)

    async def _look(self, look: Callable[[], Awaitable[Finding]]) -> Finding:
        try:
            return await look()
        except Trouble as trouble:
            return broken(str(trouble), "try again later, or look at the permissions of the token")

    async def _delivered(self) -> Finding:
        apps = (await _ask(self._graph, "/me/subscribed_apps", Apps)).data
        wanted = self._fields if self._topic == "page" else ()
        mine = [each for each in apps if not self._app_id or each.id == self._app_id]
        missing = sorted(set(wanted) - {name for each in mine for name in each.subscribed_fields})
        if not mine or missing:
            return broken(f"the page does not deliver {', '.join(missing) or 'to the app'}", "connect the account")
        return fine("the page delivers to the app")

    async def _taken(self) -> Finding:
        if not self._app_id:
            return self._by_hand()
        taken = (await _ask(self._app, f"/{self._app_id}/subscriptions", Subscriptions)).data
        mine = next((each for each in taken if each.object == self._topic and each.active), None)
        if mine is None or mine.callback_url != self._account.hook_url:
            where = mine.callback_url if mine is not None else "nowhere"
            return broken(f"the app delivers to {where}", f"connect the account, or set {self._account.hook_url}")
        missing = sorted(set(self._fields) - {each.name for each in mine.fields})
        if missing:
            return broken(f"the app does not take {', '.join(missing)}", "connect the account")
        return fine(f"the app delivers to {self._account.hook_url}")

    async def _greeted(self) -> Finding:
        shown = (await _ask(self._graph, "/me/messenger_profile?fields=get_started", Profiles)).data
        if any(each.get_started is not None for each in shown):
            return fine("a conversation begins with a button")
        return broken("a conversation begins without a button, so nobody is greeted", "connect the account")

    def _by_hand(self) -> Finding:
        what = f"without app_id it is not known where the app delivers; it should be {self._account.hook_url}"
        return fine(f"{what} ({DASHBOARD}: object {self._topic}, fields {', '.join(self._fields)})")

    async def _do(self, graph: Graph, path: str, fields: Mapping[str, object], what: str) -> Finding:
        try:
            _good(await graph.post(path, fields))
        except (Unreached, Broken, Trouble) as error:
            return broken(f"{what}: not done, {error}", "look at the permissions of the token, then try again")
        return fine(what)


def fine(what: str) -> Finding:
    """It stands as it should."""
    return Finding(fine=True, what=what)


def broken(what: str, how: str) -> Finding:
    """It does not, and how to mend it."""
    return Finding(fine=False, what=what, how=how)


async def _ask(graph: Graph, path: str, kind: type[T]) -> T:
    try:
        answer = _good(await graph.get(path))
        return msgspec.json.decode(answer.body, type=kind)
    except (Unreached, Broken) as error:
        raise Trouble(f"Meta cannot be reached ({error})") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Trouble("Meta answers in a form that is not known") from None


def _good(answer: GraphAnswer) -> GraphAnswer:
    if answer.error is not None:
        raise Trouble(f"Meta refuses it (code {answer.error.code}, status {answer.status})")
    return answer
