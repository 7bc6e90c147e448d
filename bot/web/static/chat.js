/**
 * The chat page: puts its parts together. The only module that knows all of them.
 */

import { showLine } from "./banner.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Earlier } from "./earlier.js";
import { part } from "./element.js";
import { Frame } from "./frame.js";
import { Keep } from "./keep.js";
import { enlarge, isLightboxOpen, readyLightbox } from "./lightbox.js";
import { Log } from "./log.js";
import { Menu } from "./menu.js";
import { COMMANDS } from "./message.js";
import { notify } from "./notice.js";
import { Outbox } from "./outbox.js";
import { Photos } from "./photos.js";
import { newId } from "./request.js";
import { Session } from "./session.js";
import { Transcript } from "./transcript.js";
import { Unread } from "./unread.js";
import { Words } from "./words.js";

/** The server does not say where the history ends: what comes later than this after `ready` is news. */
const HISTORY_FOR_MS = 400;
/** Messages come one by one, also fifty at a time; those of one moment are drawn together. */
const DRAW_AFTER_MS = 16;

class Chat {
  constructor(boot) {
    this.boot = boot;
    this.keep = new Keep(boot.business);
    this.words = new Words(boot.strings, boot.language);
    this.transcript = new Transcript();
    this.outbox = new Outbox(this.keep);
    this.session = new Session(boot.business, this.keep, () => ({ language: this.words.language, page: hostPage() }));
    this.historyUntil = Infinity;
    this.drawing = false;
    this.buildView();
    this.buildLine();
  }

  start() {
    for (const { frame, text, at } of this.outbox.waiting) this.showOwn(frame, text, at);
    this.draw();
    document.addEventListener("visibilitychange", () => this.draw());
    document.addEventListener("keydown", (event) => this.closeByKey(event));
    this.connectionChanged("connecting");
    this.connection.start();
    if (!this.boot.embed && hasKeyboard()) this.composer.focus();
  }

  buildView() {
    const { words, boot } = this;
    const actions = {
      press: (message, choice, label) => this.press(message, choice, label),
      retry: (id) => this.photos.retry(id),
      edit: (id) => this.edit(id),
      enlarge,
    };
    this.log = new Log({ words, name: boot.name, actions });
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
    readyLightbox();
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
      language: () => this.words.language,
      onFrame: (frame) => this.heard(frame),
      onState: (state) => this.connectionChanged(state),
      onReset: () => this.reset(),
    });
    this.earlier = new Earlier({
      ...shared,
      first: () => this.transcript.first,
      onPage: (messages) => this.takePage(messages),
    });
    this.photos = this.buildPhotos(shared);
    this.composer = new Composer({
      words: this.words,
      keep: this.keep,
      photos: this.photos,
      onText: (text) => this.deliver({ type: "say", id: newId(), text }, text),
      onTyping: () => this.connection.mention({ type: "typing" }),
    });
  }

  buildPhotos(shared) {
    return new Photos({
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
    else if (frame.type === "typing") this.typing(frame.from);
    else if (frame.type === "language") this.speak(frame.language);
  }

  ready({ earlier, language }) {
    part("skeleton").hidden = true;
    if (this.transcript.cursor === 0) {
      this.earlier.offer(Boolean(earlier));
      this.historyUntil = performance.now() + HISTORY_FOR_MS;
      setTimeout(() => this.draw(), HISTORY_FOR_MS);
    }
    const isChanging = this.outbox.waiting.some(({ frame }) => frame.type === "language");
    if (language && !isChanging) this.speak(language);
    this.unread.repeat();
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

  /** The bot writes only to answer; word of it that comes after the answer is late. */
  typing(from) {
    const last = this.transcript.entries().at(-1);
    if (from === "human" || last?.from === "customer") this.log.startTyping();
  }

  refused({ id, text }) {
    const refused = this.outbox.drop(id);
    this.amend(id, { state: "refused", reason: text });
    if (refused?.frame.type === "language") notify(text);
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
    showLine(state);
    if (state === "online" || state === "polling") this.photos.retryAll();
  }

  /** Draw soon, once for all that happens until then. */
  draw() {
    if (this.drawing) return;
    this.drawing = true;
    setTimeout(() => {
      this.drawing = false;
      this.drawNow();
    }, DRAW_AFTER_MS); // not by animation frame: a closed widget gets none and still has to count
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
    if (hasKeyboard()) this.composer.focus();
    else part("chat").focus();
    this.log.toEnd();
    this.draw();
  }

  showUnread(count) {
    this.frame.tell("unread", { count });
    document.title = document.title.replace(/^\(\d+\) /, "");
    if (count > 0) document.title = `(${count}) ${document.title}`;
  }

  closeByKey(event) {
    const isMine = event.key === "Escape" && !event.defaultPrevented && !isLightboxOpen();
    if (isMine && this.frame.hasHost) this.frame.tell("close");
  }
}

/** The page that the customer came from: the widget gives it, else the browser may. */
function hostPage() {
  return new URLSearchParams(location.hash.slice(1)).get("page") ?? document.referrer;
}

/** Where keys are on the screen, to focus the field would cover half of the chat with them. */
function hasKeyboard() {
  return matchMedia("(pointer: fine)").matches;
}

new Chat(JSON.parse(part("boot").textContent)).start();
