/**
 * One message as it stands in the log.
 *
 * Its content is built once; what changes later (confirmed, chosen, grouped with its neighbours) is written onto the
 * same elements, so a focused button keeps the focus and a screen reader hears nothing twice.
 */

import { element, icon } from "./element.js";
import { openable, outward } from "./links.js";
import { laidOut } from "./paragraphs.js";
import { timeOfDay } from "./dates.js";

/** Longer labels, or more of them, are easier to scan one below the other. */
const LONG_LABEL = 26;
const MANY_CHOICES = 6;
/** A label that begins so leads out of the question instead of answering it. */
const ASIDE = "‹";
/** Presses of one choice that come faster are one press by an unsteady finger. */
const DOUBLE_TAP_MS = 600;

/** Words that every dialog understands, shown as the button that sends them. */
export const COMMANDS = { main_menu: "MENU", back: "BACK", cancel: "CANCEL", help: "HELP", human: "HUMAN" };

/**
 * @typedef {object} Context what all messages share
 * @property {import("./words.js").Words} words
 * @property {string} name the firm's
 * @property {{press: Function, retry: Function, edit: Function, enlarge: Function}} actions what the buttons do
 *
 * @typedef {object} Place what a message's neighbours make of it
 * @property {boolean} opens first of a group of one author
 * @property {boolean} closes last of it
 * @property {boolean} isLive its choices are the question that waits for an answer
 */

export class Message {
  #words;
  #name;
  #actions;
  #built = "";
  #told = "";
  #buttons = [];
  #status = element("span", { class: "status-word" });
  #time = element("time", {});
  #meta = element("p", { class: "meta" }, this.#time, this.#status);

  /**
   * @param {Context} context
   */
  constructor({ words, name, actions }) {
    this.#words = words;
    this.#name = name;
    this.#actions = actions;
    this.element = element("article", { class: "message" });
  }

  /**
   * Show the entry as it is now.
   *
   * @param {import("./transcript.js").Entry} entry
   * @param {Place} place
   */
  show(entry, place) {
    const { text, choices, media, links, progress, author, from, edited } = entry;
    const content = JSON.stringify([text, choices, media, links, progress, author, from, edited, this.#words.language]);
    if (content !== this.#built) this.#build(entry);
    this.#built = content;
    Object.assign(this.element.dataset, { key: entry.key, seq: entry.seq ?? "", from, state: entry.state });
    this.element.classList.toggle("opens", place.opens);
    this.element.classList.toggle("closes", place.closes);
    this.#buttons.forEach((button) => markChoice(button, entry, place));
    this.#tell(entry);
  }

  #build(entry) {
    const human = entry.from === "human" && entry.author;
    this.#buttons = (entry.choices ?? []).map((choice) => this.#choice(entry, choice));
    this.element.replaceChildren(
      element("span", { class: "reading-only" }, `${this.#speaker(entry)}: `),
      ...(human ? [element("p", { class: "author", dir: "auto", "aria-hidden": "true" }, entry.author)] : []),
      ...this.#bubble(entry),
      ...this.#progress(entry),
      ...(this.#buttons.length > 0 ? [this.#choices(entry)] : []),
      this.#meta,
    );
  }

  #bubble(entry) {
    const parts = [];
    if (entry.removed) return [element("div", { class: "bubble removed" }, this.#words.say("removed"))];
    if (entry.media) parts.push(this.#media(entry.media));
    const text = this.#text(entry);
    if (text) parts.push(element("div", { class: "text", dir: "auto" }, ...laidOut(text)));
    for (const link of entry.links ?? []) {
      const url = openable(link.url);
      if (url !== null) parts.push(outward(url, { class: "open" }, link.label, icon("link")));
    }
    const only = entry.media?.kind === "image" && parts.length === 1;
    if (entry.edited) parts.push(element("span", { class: "edited" }, this.#words.say("edited")));
    return parts.length > 0 ? [element("div", { class: only ? "bubble picture" : "bubble" }, ...parts)] : [];
  }

  #text(entry) {
    if (entry.from !== "customer") return entry.text;
    const command = Object.keys(COMMANDS).find((name) => COMMANDS[name] === entry.text);
    return command === undefined ? entry.text : this.#words.say(command);
  }

  #speaker(entry) {
    if (entry.from === "customer") return this.#words.say("you");
    return entry.author || this.#name;
  }

  #media(media) {
    const url = media.url.startsWith("blob:") ? new URL(media.url) : openable(media.url);
    const alt = media.alt || this.#words.say(media.kind === "image" ? "photo" : "file");
    if (url === null) return element("span", {}, alt);
    if (media.kind !== "image") return outward(url, { class: "open" }, icon("file"), alt);
    const image = element("img", { src: url.href, alt, width: media.width, height: media.height, decoding: "async" });
    image.addEventListener("error", () => image.replaceWith(element("span", { class: "unseen" }, alt)));
    const label = `${this.#words.say("open_photo")}: ${alt}`;
    const button = element("button", { type: "button", class: "photo", "aria-label": label }, image);
    button.addEventListener("click", () => this.#actions.enlarge(url.href, alt));
    return button;
  }

  #progress({ progress }) {
    if (!progress) return [];
    const bar = element("progress", { max: progress.of, value: progress.step, "aria-hidden": "true" });
    return [element("p", { class: "progress" }, bar, this.#words.say("step", progress))];
  }

  #choices({ choices }) {
    const stacked = choices.some(({ label, description }) => description || label.length > LONG_LABEL);
    const many = choices.length > MANY_CHOICES ? "choices many" : "choices";
    return element("div", { class: stacked ? "choices stacked" : many, role: "group", "aria-label": this.#words.say("choices") }, ...this.#buttons);
  }

  #choice(entry, { id, label, description }) {
    const lines = [element("span", { class: "choice-label", dir: "auto" }, label)];
    if (description) lines.push(element("span", { class: "choice-more", dir: "auto" }, description));
    const isAside = label.startsWith(ASIDE);
    const spoken = isAside ? label.slice(ASIDE.length).trim() : null;
    const shape = isAside ? "choice aside" : "choice";
    const button = element("button", { type: "button", class: shape, "data-choice": id, "aria-label": spoken }, ...lines);
    let pressedAt = -DOUBLE_TAP_MS;
    button.addEventListener("click", ({ timeStamp }) => {
      if (timeStamp - pressedAt < DOUBLE_TAP_MS) return;
      pressedAt = timeStamp;
      this.#actions.press(entry.seq, id, label);
    });
    return button;
  }

  #tell(entry) {
    const told = JSON.stringify([entry.at, entry.state, entry.reason, entry.uploaded, this.#words.language]);
    if (told === this.#told) return;
    this.#told = told;
    this.#time.dateTime = entry.at;
    this.#time.textContent = timeOfDay(new Date(entry.at));
    if (entry.from === "customer") this.#tellOutcome(entry);
  }

  #tellOutcome(entry) {
    const { word, sign } = OUTCOMES[entry.state];
    const said = this.#words.say(word);
    const isOpen = entry.state === "refused" || entry.state === "failed";
    const percent = entry.uploaded === undefined || entry.state !== "sending" ? [] : [percentBar(entry.uploaded)];
    const shown = isOpen ? entry.reason || said : element("span", { class: "reading-only" }, said);
    this.#status.replaceChildren(...percent, icon(sign), shown, ...this.#remedy(entry, isOpen));
  }

  #remedy(entry, isOpen) {
    const remedy = entry.state === "failed" ? "retry" : "edit";
    if (!isOpen || (remedy === "edit" && (entry.press || entry.media))) return [];
    const button = element("button", { type: "button", class: "remedy" }, this.#words.say(remedy));
    button.addEventListener("click", () => this.#actions[remedy](entry.key));
    return [button];
  }
}

const OUTCOMES = {
  sending: { word: "sending", sign: "clock" },
  accepted: { word: "sent", sign: "tick" },
  refused: { word: "not_sent", sign: "warning" },
  failed: { word: "not_sent", sign: "warning" },
};

function percentBar(uploaded) {
  return element("progress", { max: 1, value: uploaded, "aria-hidden": "true" });
}

function markChoice(button, entry, place) {
  const isChosen = entry.chosen === button.dataset.choice;
  button.classList.toggle("chosen", isChosen);
  button.classList.toggle("quiet", !place.isLive);
  button.setAttribute("aria-pressed", String(isChosen));
}
