/**
 * The desk: puts its parts together and keeps them in step with the server.
 *
 * One call is always waiting for a change. When there is one, the list and the open case are read anew; what is on the
 * screen is therefore never more than a moment old, and nothing is lost when the line breaks.
 */

import { element, part } from "../element.js";
import { Menu } from "../menu.js";
import { newId } from "../request.js";
import { Words } from "../words.js";
import { call } from "./call.js";
import { drawCard } from "./card.js";
import { FirmClock } from "./clock.js";
import { List } from "./list.js";
import { Reply } from "./reply.js";
import { Talk } from "./talk.js";
import { Templates } from "./template.js";

const SEARCH_AFTER_MS = 250;
const LONGEST_TIMER_MS = 24 * 60 * 60 * 1000;
const RETRY_MS = [1_000, 2_000, 5_000];

class Desk {
  constructor(boot) {
    this.boot = boot;
    this.api = `/desk/${boot.business}/api`;
    this.words = new Words(boot.strings, boot.language);
    this.clock = new FirmClock(boot.zone);
    this.list = new List({ words: this.words, clock: this.clock, onOpen: (id) => this.go(id) });
    this.talk = new Talk(this.words, this.clock, () => void this.earlier());
    this.templates = new Templates(this.words, (act, what) => this.act(act, what));
    this.reply = new Reply(this.words, (act, what) => this.act(act, what), this.templates);
    this.cases = [];
    this.open = "";
    this.card = null;
    this.mark = "";
    this.waiting = null;
    this.failures = 0;
    this.#listen();
  }

  start() {
    this.#openFromAddress();
    void this.follow();
  }

  /** Wait for changes for as long as the page lives. */
  async follow() {
    for (;;) {
      this.waiting = new AbortController();
      const { signal } = this.waiting;
      const about = this.open;
      const url = `${this.api}/changes?since=${encodeURIComponent(this.mark)}&case=${about}`;
      const { status, body } = await call(url, { signal });
      if (status === 401) return location.reload();
      if (status === 404 && about === this.open) this.go("");
      if (status === 200 && about === this.open && (await this.refresh(body.mark))) this.#reached();
      else if (!signal.aborted && status !== 404) await this.#later();
    }
  }

  /** Read everything that is shown; false when it could not be read. */
  async refresh(mark) {
    if (mark === this.mark) return true;
    const read = await Promise.all([this.readList(), this.readCase()]);
    if (!read.every(Boolean)) return false;
    this.mark = mark;
    return true;
  }

  async readList() {
    const words = part("search").value.trim();
    const { status, body } = await call(`${this.api}/cases?q=${encodeURIComponent(words)}`);
    if (status !== 200) return false;
    if (words !== part("search").value.trim()) return true; // a newer search is on its way
    this.cases = body.cases;
    this.#drawList();
    return true;
  }

  async readCase() {
    const about = this.open;
    if (about === "") return true;
    const isFirst = this.talk.cursor === 0;
    const { status, body } = await call(`${this.api}/cases/${about}?after=${this.talk.cursor}`);
    if (about !== this.open) return true;
    if (status === 404) return this.go("") ?? true;
    if (status !== 200) return false;
    this.#show(body.case);
    this.talk.take(body.messages);
    if (isFirst) this.talk.offerEarlier(body.more);
    if (isFirst) this.talk.toEnd();
    return !isFirst && body.more ? this.readCase() : true;
  }

  async earlier() {
    const about = this.open;
    const { status, body } = await call(`${this.api}/cases/${about}?before=${this.talk.first}`);
    if (status !== 200 || about !== this.open) return;
    this.talk.take(body.messages, { isOlder: true });
    this.talk.offerEarlier(body.more);
  }

  /** Look at a case, or (with an empty id) at none. */
  go(id) {
    const address = id === "" ? location.pathname : `#${id}`;
    if (location.hash.slice(1) !== id) history.pushState(null, "", address);
    this.#look(id);
  }

  /** Do something to the open case; the answer shows in the talk by itself. */
  async act(name, { text = "", to = "", template = "", file, id = newId() } = {}) {
    const url = `${this.api}/cases/${this.open}/${name}`;
    return call(url, file === undefined ? { body: { id, text, to, template } } : { body: file, id });
  }

  async press(name, what = {}) {
    const buttons = [part("take"), part("transfer"), part("close")];
    buttons.forEach((button) => (button.disabled = true));
    const { status, body } = await this.act(name, what);
    buttons.forEach((button) => (button.disabled = false));
    this.reply.say(status === 202 ? "" : (body.text ?? this.words.say("not_sent")));
    return status === 202;
  }

  async note() {
    const text = part("note").value.trim();
    if (text !== "" && (await this.press("note", { text }))) part("note").value = "";
  }

  async speak(language) {
    if (!this.words.use(language)) return;
    part("language-code").textContent = language.toUpperCase();
    for (const item of document.querySelectorAll("[data-language]")) {
      item.setAttribute("aria-checked", String(item.dataset.language === language));
    }
    this.#drawGroups();
    await call(`${this.api}/language`, { body: { language } });
    this.talk.draw();
    await Promise.all([this.readList(), this.readCase()]);
  }

  #listen() {
    const view = (name) => () => (part("desk").dataset.view = name);
    part("to-list").addEventListener("click", () => this.go(""));
    part("to-card").addEventListener("click", view("card"));
    part("to-talk").addEventListener("click", view("talk"));
    part("take").addEventListener("click", () => void this.press("take").then(() => this.reply.focus()));
    part("close").addEventListener("click", () => part("ask").showModal());
    part("ask").addEventListener("close", () => part("ask").returnValue === "yes" && void this.press("close"));
    part("log-out").addEventListener("click", () => void this.#logOut());
    part("noting").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.note();
    });
    new Menu(part("transfer"), part("transfer-menu"), (item) => void this.press("transfer", { to: item.dataset.to }));
    new Menu(part("language"), part("language-menu"), (item) => void this.speak(item.dataset.language));
    this.#drawGroups();
    let timer = null;
    part("search").addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => void this.readList(), SEARCH_AFTER_MS);
    });
    window.addEventListener("popstate", () => this.#openFromAddress());
    window.addEventListener("online", () => this.waiting?.abort());
  }

  #openFromAddress() {
    this.#look(decodeURIComponent(location.hash.slice(1)));
  }

  #look(id) {
    if (id !== this.open) {
      this.open = id;
      this.card = null;
      this.mark = "";
      this.talk.clear();
      this.reply.open(id);
      part("opened").hidden = part("noting").hidden = true;
      part("card").replaceChildren();
      this.waiting?.abort();
      void this.readCase();
      this.#drawList();
    }
    part("nothing").hidden = id !== "";
    part("desk").dataset.view = id === "" ? "list" : "talk";
  }

  #show(card) {
    this.card = card;
    const isClosed = card.status === "closed";
    part("opened").hidden = false;
    part("talk-icon").textContent = card.icon;
    part("talk-name").textContent = card.name || this.words.say("visitor");
    part("talk-state").textContent = card.state;
    part("take").hidden = card.mine && card.status === "taken";
    part("take").dataset.text = isClosed ? "open_again" : "take";
    part("take").textContent = this.words.say(part("take").dataset.text);
    part("transfer-place").hidden = isClosed || part("transfer-menu").childElementCount === 0;
    part("close").hidden = isClosed;
    this.reply.allow(card);
    this.templates.allow(card);
    this.#lookWhenTheWindowCloses(card);
    drawCard(card, this);
  }

  /** The line about the window reads otherwise at a known moment, when nothing else may have changed. */
  #lookWhenTheWindowCloses({ window_changes_in_seconds: seconds }) {
    clearTimeout(this.closing);
    if (seconds === null) return;
    this.closing = setTimeout(() => void this.readCase(), Math.min(seconds * 1000 + 500, LONGEST_TIMER_MS));
  }

  #drawList() {
    const isSearch = part("search").value.trim() !== "";
    this.list.show(this.cases, { open: this.open, isSearch });
    if (isSearch) return;
    const waiting = this.cases.filter(({ status, last }) => status === "open" || (status === "taken" && last?.from === "customer"));
    document.title = document.title.replace(/^\(\d+\) /, "");
    if (waiting.length > 0) document.title = `(${waiting.length}) ${document.title}`;
  }

  #drawGroups() {
    const groups = Object.entries(this.boot.groups[this.words.language]);
    const items = groups.map(([id, name]) => element("button", { type: "button", role: "menuitem", tabindex: "-1", "data-to": id, dir: "auto" }, name));
    part("transfer-menu").replaceChildren(...items);
  }

  #reached() {
    this.failures = 0;
    part("banner").hidden = true;
  }

  async #later() {
    const delay = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    if (this.failures > 1) part("banner").hidden = false;
    await new Promise((resolve) => setTimeout(resolve, delay));
  }

  async #logOut() {
    await call(`/desk/${this.boot.business}/logout`, { body: {} });
    location.assign(`/desk/${this.boot.business}`);
  }
}

new Desk(JSON.parse(part("boot").textContent)).start();
