/**
 * The chat page: puts its parts together. The only module that knows all of them.
 */

import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Earlier } from "./earlier.js";
import { part } from "./element.js";
import { Frame } from "./frame.js";
import { Keep } from "./keep.js";
import { Log } from "./log.js";
import { Menu } from "./menu.js";
import { COMMANDS } from "./message.js";
import { Outbox } from "./outbox.js";
import { Photos } from "./photos.js";
import { newId } from "./request.js";
import { Session } from "./session.js";
import { Transcript } from "./transcript.js";
import { Unread } from "./unread.js";
import { Words } from "./words.js";

const BANNER_AFTER_MS = 1_500;
const EMPTY_AFTER_MS = 400;
/** Messages of one reconnect come one by one; they are drawn together. */
const HISTORY_FOR_MS = 400;

class Chat {
  constructor(boot) {
    this.boot = boot;
    this.keep = new Keep(boot.business);
    this.words = new Words(boot.strings, boot.language);
    this.transcript = new Transcript();
    this.outbox = new Outbox(this.keep);
    this.session = new Session(boot.business, this.keep, () => ({ language: this.words.language, page: hostPage() }));
    this.historyUntil = Infinity;
    this.bannerTimer = null;
    this.drawing = false;
    this.buildView();
    this.buildLine();
  }

  start() {
    for (const { frame, text, at } of this.outbox.waiting) this.showOwn(frame, text, at);
    document.addEventListener("visibilitychange", () => this.draw());
    document.addEventListener("keydown", (event) => this.closeByKey(event));
    this.connectionChanged("connecting");
    this.connection.start();
    if (!this.boot.embed && matchMedia("(pointer: fine)").matches) this.composer.focus();
  }

  buildView() {
    const parts = {
      scroller: part("scroller"), log: part("log"), typing: part("typing"), typingWord: part("typing-word"),
      tagline: part("tagline"), jump: part("jump"), jumpWord: part("jump-word"),
    };
    this.log = new Log(parts, this.words, {
      press: (message, choice, label) => this.press(message, choice, label),
      retry: (id) => this.photos.retry(id),
      edit: (id) => this.edit(id),
      enlarge: (url, alt) => enlarge(url, alt),
    });
    this.frame = new Frame({
      onHello: () => this.greetHost(),
      onOpen: () => this.opened(),
      onClosed: () => this.draw(),
    });
    this.unread = new Unread({
      keep: this.keep,
      isLooking: () => !document.hidden && this.frame.isOpen,
      onSeen: (seq) => this.connection.mention({ type: "seen", seq }),
      onCount: (count) => this.showUnread(count),
    });
    this.buildButtons();
  }

  buildButtons() {
    part("human").addEventListener("click", () => this.command("human"));
    part("empty").querySelector("[data-command]").addEventListener("click", () => this.command("main_menu"));
    part("close").addEventListener("click", () => this.frame.tell("close"));
    part("lightbox").addEventListener("click", () => part("lightbox").close());
    new Menu(part("menu"), part("commands"), (item) => this.command(item.dataset.command));
    if (this.boot.languages.length < 2) return;
    new Menu(part("language"), part("language-menu"), (item) => this.chooseLanguage(item.dataset.language));
  }

  buildLine() {
    const shared = { business: this.boot.business, session: this.session };
    this.connection = new Connection({
      ...shared,
      outbox: this.outbox,
      cursor: () => this.transcript.cursor,
      onFrame: (frame) => this.heard(frame),
      onState: (state) => this.connectionChanged(state),
      onReset: () => this.reset(),
    });
    this.earlier = new Earlier(part("earlier"), part("scroller"), {
      ...shared,
      first: () => this.transcript.first,
      onPage: (messages) => this.takePage(messages),
    });
    this.photos = this.buildPhotos(shared);
    const parts = { form: part("composer"), text: part("text"), send: part("send"), counter: part("counter") };
    this.composer = new Composer(parts, {
      words: this.words,
      keep: this.keep,
      photos: this.photos,
      onText: (text) => this.deliver({ type: "say", id: newId(), text }, text),
      onTyping: () => this.connection.mention({ type: "typing" }),
    });
  }

  buildPhotos(shared) {
    const parts = {
      button: part("photo"), file: part("photo-file"), preview: part("preview"), image: part("preview-image"),
      name: part("preview-name"), remove: part("preview-remove"), drop: part("drop"), notice: part("notice"),
      text: part("text"), area: part("chat"),
    };
    return new Photos(parts, {
      ...shared,
      words: this.words,
      onStart: (photo) => this.showPhoto(photo),
      onChange: (id, change) => this.amend(id, change),
      onAccepted: (id, seq) => this.heard({ type: "accepted", id, seq }),
      onUnauthorised: (token) => this.connection.refused(token),
      onPicked: () => this.composer.refresh(),
    });
  }

  /** One frame from the server; the same ones come over both kinds of line. */
  heard(frame) {
    if (frame.type === "ready") this.ready(frame);
    else if (frame.type === "message") this.message(frame);
    else if (frame.type === "accepted") this.accepted(frame);
    else if (frame.type === "refused") this.refused(frame);
    else if (frame.type === "typing") this.log.startTyping();
    else if (frame.type === "language") this.speak(frame.language);
  }

  ready({ earlier, language }) {
    part("skeleton").hidden = true;
    if (this.transcript.cursor === 0) this.earlier.offer(Boolean(earlier));
    const isChanging = this.outbox.waiting.some(({ frame }) => frame.type === "language");
    if (language && !isChanging) this.speak(language);
    this.historyUntil = performance.now() + HISTORY_FOR_MS;
    setTimeout(() => this.draw(), EMPTY_AFTER_MS);
    this.draw();
  }

  message(message) {
    if (message.client_id) this.outbox.drop(message.client_id);
    this.transcript.receive(message);
    if (message.from !== "customer") {
      this.log.stopTyping();
      this.composer.expect(message.input);
    }
    this.draw();
  }

  accepted({ id, seq }) {
    this.outbox.drop(id);
    this.transcript.accept(id, seq);
    this.draw();
  }

  refused({ id, text }) {
    const refused = this.outbox.drop(id);
    this.amend(id, { state: "refused", reason: text });
    if (refused?.frame.type === "language") part("notice").textContent = text;
    this.draw();
  }

  takePage(messages) {
    messages.forEach((message) => this.transcript.receive(message));
    this.log.show(this.transcript.entries(), { isHistory: true });
  }

  press(message, choice, label) {
    this.deliver({ type: "press", id: newId(), message, choice }, label);
  }

  command(name) {
    this.deliver({ type: "say", id: newId(), text: COMMANDS[name] }, COMMANDS[name]);
  }

  chooseLanguage(language) {
    if (!this.speak(language)) return;
    this.deliver({ type: "language", id: newId(), language }, "");
  }

  deliver(frame, text) {
    const { at } = this.outbox.add(frame, text);
    this.showOwn(frame, text, at);
    this.connection.deliver(frame);
    this.log.toEnd();
    this.draw();
  }

  showOwn(frame, text, at) {
    if (frame.type === "language") return;
    const press = frame.type === "press" ? { message: frame.message, choice: frame.choice } : undefined;
    this.transcript.write({ id: frame.id, text, at, press });
  }

  showPhoto({ id, url, name, width, height }) {
    const media = { kind: "image", url, alt: name, width, height };
    this.transcript.write({ id, text: "", at: new Date().toISOString(), media });
    this.log.toEnd();
    this.draw();
  }

  amend(id, change) {
    this.transcript.amend(id, change);
    this.draw();
  }

  edit(id) {
    const { text } = this.transcript.find(id);
    this.transcript.remove(id);
    this.composer.restore(text);
    this.draw();
  }

  speak(language) {
    if (!this.words.use(language)) return false;
    part("language-code").textContent = language.toUpperCase();
    for (const item of document.querySelectorAll("[data-language]")) {
      item.setAttribute("aria-checked", String(item.dataset.language === language));
    }
    this.composer.refresh();
    this.draw();
    return true;
  }

  /** The session ended: its history is another's now. What was said but not heard goes into the new one. */
  reset() {
    this.transcript.clear();
    this.unread.reset();
    for (const { frame, text, at } of this.outbox.waiting) {
      if (frame.type === "press") this.outbox.drop(frame.id); // the buttons are gone
      else this.showOwn(frame, text, at);
    }
    this.draw();
  }

  connectionChanged(state) {
    const isUp = state === "online" || state === "polling";
    part("chat").dataset.state = state;
    clearTimeout(this.bannerTimer);
    if (isUp) {
      part("banner").hidden = true;
      this.photos.retryAll();
      return;
    }
    this.bannerTimer = setTimeout(() => {
      part("banner").hidden = false;
    }, BANNER_AFTER_MS);
  }

  /** Draw once for all that happened since the last frame of the screen. */
  draw() {
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => {
      this.drawing = false;
      this.drawNow();
    });
  }

  drawNow() {
    const entries = this.transcript.entries();
    const isLate = performance.now() > this.historyUntil;
    this.log.show(entries, { isHistory: !isLate });
    part("empty").hidden = entries.length > 0 || !isLate;
    this.unread.count(entries);
  }

  greetHost() {
    part("close").hidden = false;
    const style = getComputedStyle(document.documentElement);
    const [color, ink] = ["--brand", "--on-brand"].map((name) => style.getPropertyValue(name));
    this.frame.tell("ready", { color, ink, name: this.boot.name });
    if (this.frame.isOpen) this.opened();
  }

  opened() {
    this.composer.focus();
    this.log.toEnd();
    this.draw();
  }

  showUnread(count) {
    this.frame.tell("unread", { count });
    document.title = document.title.replace(/^\(\d+\) /, "");
    if (count > 0) document.title = `(${count}) ${document.title}`;
  }

  closeByKey(event) {
    const isMine = event.key === "Escape" && !event.defaultPrevented && !part("lightbox").open;
    if (isMine && this.frame.hasHost) this.frame.tell("close");
  }
}

/** The page that the customer came from: the widget gives it, else the browser may. */
function hostPage() {
  return new URLSearchParams(location.hash.slice(1)).get("page") ?? document.referrer;
}

function enlarge(url, alt) {
  Object.assign(part("lightbox-image"), { src: url, alt });
  part("lightbox").showModal();
}

new Chat(JSON.parse(part("boot").textContent)).start();
