"""A page of Facebook, or the Instagram account that belongs to it, as a part of the Graph API.

    async with GraphServer() as graph:
        page = Page(graph)                      # or Page(graph, "instagram")
        ani = page.person("Ani", phone="+37491123456")
        ani.says("hello")
        await page.deliveries.tell()

`page.comment(ani, "how much?")` is a line in public, `page.hand_over(ani)` gives the conversation to another app.
"""

from itertools import count
from typing import Any

from aiohttp import web

from tests.standins.meta.graph import APP_ID, APP_SECRET, Answer, Answered, Call, GraphServer
from tests.standins.meta.hooks import verify
from tests.standins.meta.pages_messages import INSTAGRAM, MESSENGER, WebFile, check_message
from tests.standins.meta.pages_people import Comment, Deliveries, Numbers, Person
from tests.standins.meta.refusals import Refused, no_such_object, wrong_parameter
from tests.standins.meta.wire import Json

PAGE_ID = "1001"
INSTAGRAM_ID = "17841400000000001"
POST = "1001_100500"
DAY = 86_400.0
KEYS = {"recipient", "messaging_type", "tag", "message"}
REMOVED = {"CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE"}
OUTSIDE = {MESSENGER: 2018278, INSTAGRAM: 2534022}
NOT_OURS = {MESSENGER: (10, 2018300), INSTAGRAM: (100, 2534037)}
PUBLIC_EDGES = {MESSENGER: "comments", INSTAGRAM: "replies"}


class Page:
    """One of them. `human_agent` says whether the app may answer as a person; `told` are the fields that are delivered."""

    product = ""

    def __init__(self, graph: GraphServer, network: str = MESSENGER) -> None:
        self.graph, self.network, self.clock, self.numbers = graph, network, graph.clock, Numbers()
        self.id = PAGE_ID if network == MESSENGER else INSTAGRAM_ID
        self.deliveries = Deliveries(network, self.id, graph.clock, secret=APP_SECRET)
        self.people: dict[str, Person] = {}
        self.threads: dict[str, Comment] = {}
        self.web: dict[str, WebFile] = {}
        self.human_agent = True
        self.subscribed: tuple[str, ...] = ()
        self.profile: Json = {}
        self.subscriptions: dict[str, Json] = {}
        self._ids = count(2002)
        graph.tokens.add(f"{APP_ID}|{APP_SECRET}")
        graph.add(self)

    def person(self, name: str, *, phone: str = "", written: bool = True) -> Person:
        """Somebody; with `written` they have just written something, which was told."""
        person = Person(self, str(next(self._ids)), name, phone)
        self.people[person.id] = person
        if written:
            person.heard_at = self.clock.now()
        return person

    def comment(self, author: Person, text: str, *, known_as: str = "") -> Comment:
        """Somebody writes under a post; `known_as` is another id than theirs in private."""
        on_page = self.network == MESSENGER
        comment = Comment(self.numbers.comment("100500" if on_page else ""), author, text, self.clock.now())
        self.threads[comment.id] = comment
        self._tell_comment(comment.id, known_as or author.id, author.name, text)
        return comment

    def remove(self, comment: Comment) -> None:
        """Its writer takes a comment away; a page is told, an Instagram account is not."""
        del self.threads[comment.id]
        if self.network == MESSENGER:
            value: Json = {
                "item": "comment",
                "verb": "remove",
                "comment_id": comment.id,
                "post_id": POST,
                "parent_id": POST,
            }
            value |= {"from": {"id": comment.author.id, "name": comment.author.name}}
            self.deliveries.happened({"field": "feed", "value": value}, "changes")

    def hand_over(self, person: Person) -> None:
        """Another app has this conversation now."""
        person.elsewhere = True

    def hand_back(self, person: Person) -> None:
        """It is ours again, and we are told."""
        person.elsewhere = False
        control = {"previous_owner_app_id": "263902037430900", "new_owner_app_id": APP_ID, "metadata": ""}
        base = {"sender": {"id": person.id}, "recipient": {"id": self.id}, "timestamp": int(self.clock.now() * 1000)}
        self.deliveries.happened({**base, "pass_thread_control": control})

    def takes(self, call: Call) -> Answer | None:
        """See `Part`."""
        name, _, edge = call.path.removeprefix("/").partition("/")
        if name == APP_ID and edge == "subscriptions":
            return self._subscriptions
        if name in {"me", PAGE_ID}:
            edges = {"": self._me, "messages": self._messages, "subscribed_apps": self._apps}
            return {**edges, "messenger_profile": self._profile}.get(edge)
        if name in self.threads and edge == PUBLIC_EDGES[self.network]:
            return self._public
        return None

    async def file(self, path: str, token: str) -> web.Response | None:
        """See `Part`: what people have sent lies in the open, under addresses that nobody can guess."""
        del token
        return web.Response(body=b"\xff\xd8\xff a photo") if path.startswith("/cdn/") else None

    async def _me(self, call: Call) -> Answered:
        asked = str(call.fields.get("fields", "id")).split(",")
        known: Json = {"id": PAGE_ID, "name": "Nur", "instagram_business_account": {"id": INSTAGRAM_ID}}
        return {name: known[name] for name in asked}

    async def _apps(self, call: Call) -> Answered:
        if call.method == "GET":
            return {"data": [{"id": APP_ID, "subscribed_fields": list(self.subscribed)}] if self.subscribed else []}
        self.subscribed = tuple(str(call.fields["subscribed_fields"]).split(","))
        return {"success": True}

    async def _profile(self, call: Call) -> Answered:
        if call.method == "GET":
            return {"data": [self.profile] if self.profile else []}
        self.profile |= call.fields
        return {"result": "success"}

    async def _subscriptions(self, call: Call) -> Answered:
        if call.token != f"{APP_ID}|{APP_SECRET}":
            raise Refused(400, 15, "(#15) This method must be called with an app access_token.")
        if call.method == "GET":
            return {"data": list(self.subscriptions.values())}
        fields = call.fields
        if not await verify(fields["callback_url"], fields["verify_token"]):
            raise Refused(400, 2200, "(#2200) Callback verification failed")
        self.subscriptions[fields["object"]] = {
            "object": fields["object"],
            "callback_url": fields["callback_url"],
            "active": True,
            "fields": [{"name": each, "version": "v25.0"} for each in fields["fields"].split(",")],
        }
        return {"success": True}

    async def _public(self, call: Call) -> Answered:
        comment = self.threads[call.path.split("/")[1]]
        text = call.fields.get("message", "")
        if call.method != "POST" or set(call.fields) != {"message"} or not text:
            raise wrong_parameter("A comment needs a message")
        comment.replies.append(text)
        new = self.numbers.comment("100500" if self.network == MESSENGER else "")
        self._tell_comment(new, self.id, "Nur", text, parent=comment.id)
        return {"id": new}

    async def _messages(self, call: Call) -> Answered:
        if call.method != "POST" or (unknown := set(call.fields) - KEYS):
            raise wrong_parameter(f"Unexpected key {min(unknown)!r}" if call.method == "POST" else "Post it")
        recipient = call.fields.get("recipient") or {}
        match recipient:
            case {"id": str(number), **rest} if not rest:
                person = self._reachable(number)
                self._check_window(person, call.fields)
                check_message(call.fields.get("message", {}), self.network, self.web)
            case {"comment_id": str(number), **rest} if not rest:
                comment = self._answerable(number)
                check_message(call.fields.get("message", {}), self.network, self.web)
                comment.answered, person = True, comment.author
            case _:
                raise wrong_parameter("Parameter error: You cannot send messages to this id")
        return {"recipient_id": person.id, "message_id": self._shown(person, call.fields["message"])}

    def _reachable(self, number: str) -> Person:
        person = self.people.get(number)
        if person is None:
            raise Refused(400, 100, "(#100) No matching user found", subcode=2018001)
        if person.blocked:
            raise Refused(400, 551, "(#551) This person isn't available right now.", subcode=1545041)
        if person.elsewhere:
            code, subcode = NOT_OURS[self.network]
            raise Refused(
                400, code, f"(#{code}) The action is invalid since it's not the thread owner.", subcode=subcode
            )
        return person

    def _check_window(self, person: Person, fields: Json) -> None:
        silence, kind = self.clock.now() - person.heard_at, fields.get("messaging_type")
        if kind not in {"RESPONSE", "UPDATE", "MESSAGE_TAG"} or (kind == "MESSAGE_TAG") != ("tag" in fields):
            raise wrong_parameter("param messaging_type is none of the types")
        if fields.get("tag") in REMOVED:
            raise wrong_parameter("This message tag is no longer supported")
        if kind == "MESSAGE_TAG" and fields["tag"] != "HUMAN_AGENT":
            raise wrong_parameter("Param tag is none of the tags")
        human = kind == "MESSAGE_TAG" and self.human_agent and silence < 7 * DAY
        if silence >= DAY and not human:
            text = "(#10) This message is sent outside of allowed window."
            raise Refused(400, 10, text, subcode=OUTSIDE[self.network])

    def _answerable(self, number: str) -> Comment:
        comment = self.threads.get(number)
        if comment is None:
            raise no_such_object(number)
        if comment.answered:
            raise Refused(400, 10900, "(#10900) Activity already replied to")
        if self.clock.now() - comment.at > 7 * DAY:
            raise Refused(400, 10903, "(#10903) This user can't reply to this activity")
        return comment

    def _shown(self, person: Person, message: Json) -> str:
        """Put it on the screen, and tell the page of it."""
        mid = self.numbers.mid()
        person.screen.append({"mid": mid, **message})
        echo: dict[str, Any] = {"mid": mid, "is_echo": True, "app_id": int(APP_ID), **message}
        echo.pop("quick_replies", None)
        item = {"sender": {"id": self.id}, "recipient": {"id": person.id}, "timestamp": int(self.clock.now() * 1000)}
        self.deliveries.happened(item | {"message": echo})
        return mid

    def _tell_comment(self, number: str, author: str, name: str, text: str, parent: str = "") -> None:
        now = int(self.clock.now())
        if self.network == INSTAGRAM:
            value: Json = {"id": number, "text": text, "from": {"id": author, "username": name.lower()}}
            value["media"] = {"id": "18172143295349192", "media_product_type": "FEED"}
            if parent:
                value["parent_id"] = parent
            self.deliveries.happened({"field": "comments", "value": value}, "changes")
            return
        value = {"item": "comment", "verb": "add", "comment_id": number, "post_id": POST, "created_time": now}
        value |= {"from": {"id": author, "name": name}, "message": text, "parent_id": parent or POST}
        self.deliveries.happened({"field": "feed", "value": value}, "changes")
