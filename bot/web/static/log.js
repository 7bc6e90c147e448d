/**
 * The log: messages by day and author, and where the customer stands in it.
 *
 * It is drawn by comparison: elements of messages that stay are left where they are. Someone who reads at the end is
 * kept at the end; someone who has scrolled up is not moved.
 */

import { dayKey, dayName } from "./dates.js";
import { element, part } from "./element.js";
import { Message } from "./message.js";

const NEAR_END_PX = 60;
const GROUP_WITHIN_MS = 5 * 60 * 1000;
const TYPING_FOR_MS = 10_000;

export class Log {
  #parts = {
    scroller: part("scroller"),
    log: part("log"),
    typing: part("typing"),
    typingWord: part("typing-word"),
    tagline: part("tagline"),
    jump: part("jump"),
    jumpWord: part("jump-word"),
  };
  #context;
  #messages = new Map();
  #days = new Map();
  #atEnd = true;
  #top = 0;
  #unseen = false;
  #typingTimer = null;

  /**
   * @param {import("./message.js").Context} context
   */
  constructor(context) {
    const { scroller, log, jump } = this.#parts;
    this.#context = context;
    scroller.addEventListener("scroll", () => this.#noticePlace(), { passive: true });
    jump.addEventListener("click", () => this.toEnd());
    const keeper = new ResizeObserver(() => this.#atEnd && this.toEnd());
    [scroller, log].forEach((watched) => keeper.observe(watched));
  }

  /**
   * Draw the conversation as it is now.
   *
   * @param {import("./transcript.js").Entry[]} entries in order
   * @param {{isHistory?: boolean}} [how] history comes in without being read aloud and without moving what is read
   */
  show(entries, { isHistory = false } = {}) {
    const { log, scroller } = this.#parts;
    const below = scroller.scrollHeight - scroller.scrollTop;
    const last = log.lastElementChild;
    log.setAttribute("aria-live", isHistory ? "off" : "polite");
    this.#arrange(this.#wanted(entries));
    if (this.#atEnd) this.toEnd();
    else if (isHistory) scroller.scrollTop = scroller.scrollHeight - below;
    else if (last !== log.lastElementChild) this.#offerJump(true);
  }

  /** Show that someone writes; it fades by itself, because the word that they stopped may get lost. */
  startTyping() {
    this.#setTyping(true);
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.stopTyping(), TYPING_FOR_MS);
  }

  stopTyping() {
    clearTimeout(this.#typingTimer);
    this.#setTyping(false);
  }

  /** Go to the newest message and stay with it. */
  toEnd() {
    const { scroller } = this.#parts;
    this.#atEnd = true;
    scroller.scrollTop = scroller.scrollHeight;
    this.#offerJump(false);
  }

  #setTyping(isTyping) {
    const { typing, typingWord, tagline } = this.#parts;
    typing.hidden = typingWord.hidden = !isTyping;
    tagline.hidden = isTyping;
    if (this.#atEnd) this.toEnd();
  }

  #wanted(entries) {
    const live = liveQuestion(entries);
    const now = new Date();
    return entries.flatMap((entry, index) => {
      const [before, after] = [entries[index - 1], entries[index + 1]];
      const opensDay = before === undefined || dayOf(before) !== dayOf(entry);
      const place = { opens: !together(before, entry), closes: !together(entry, after), isLive: entry === live };
      const drawn = this.#message(entry, place);
      return opensDay ? [this.#day(entry, now), drawn] : [drawn];
    });
  }

  #message(entry, place) {
    if (!this.#messages.has(entry.key)) this.#messages.set(entry.key, new Message(this.#context));
    const message = this.#messages.get(entry.key);
    message.show(entry, place);
    return message.element;
  }

  #day(entry, now) {
    const key = dayOf(entry);
    if (!this.#days.has(key)) this.#days.set(key, element("h2", { class: "day" }));
    const heading = this.#days.get(key);
    const name = dayName(new Date(entry.at), this.#context.words, now);
    if (heading.textContent !== name) heading.textContent = name;
    return heading;
  }

  #arrange(wanted) {
    let standing = this.#parts.log.firstChild;
    for (const node of wanted) {
      if (node === standing) standing = standing.nextSibling;
      else this.#parts.log.insertBefore(node, standing);
    }
    while (standing !== null) {
      const gone = standing;
      standing = standing.nextSibling;
      gone.remove();
      this.#messages.delete(gone.dataset.key);
    }
  }

  #noticePlace() {
    const { scroller } = this.#parts;
    const isNear = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
    // A log that grew after the scroll is also far from its end; only who moved up has left it.
    if (isNear) this.#atEnd = true;
    else if (scroller.scrollTop < this.#top) this.#atEnd = false;
    this.#top = scroller.scrollTop;
    this.#offerJump(this.#atEnd ? false : this.#unseen);
  }

  #offerJump(hasNew) {
    const { jump, jumpWord } = this.#parts;
    this.#unseen = hasNew;
    jump.hidden = this.#atEnd;
    jump.classList.toggle("has-new", hasNew);
    jumpWord.classList.toggle("reading-only", !hasNew);
    jumpWord.dataset.text = hasNew ? "new_messages" : "to_latest";
    jumpWord.textContent = this.#context.words.say(jumpWord.dataset.text);
  }
}

/** The question whose buttons stand out: the last one asked, unless the customer has answered. */
function liveQuestion(entries) {
  const answered = entries.findLastIndex((entry) => entry.from === "customer" && entry.state !== "refused");
  const asked = entries.findLastIndex((entry) => entry.choices?.length > 0);
  return asked > answered ? entries[asked] : null;
}

/** Messages of one author on one day, close in time, make one group. */
function together(first, second) {
  if (first === undefined || second === undefined) return false;
  const isSame = first.from === second.from && first.author === second.author && dayOf(first) === dayOf(second);
  return isSame && Math.abs(Date.parse(second.at) - Date.parse(first.at)) < GROUP_WITHIN_MS;
}

function dayOf(entry) {
  return dayKey(new Date(entry.at));
}
