/**
 * The conversation of the case that is open: what was said, and where the operator stands in it.
 */

import { element, part } from "../element.js";
import { Transcript } from "../transcript.js";
import { drawLine } from "./line.js";

const NEAR_END_PX = 80;
const GROUP_WITHIN_MS = 5 * 60 * 1000;

export class Talk {
  #words;
  #clock;
  #transcript = new Transcript();
  #drawn = new Map();
  #atEnd = true;

  /**
   * @param {import("../words.js").Words} words
   * @param {import("./clock.js").FirmClock} clock
   * @param {() => void} onEarlier the operator wants older messages
   */
  constructor(words, clock, onEarlier) {
    this.#words = words;
    this.#clock = clock;
    part("earlier").addEventListener("click", onEarlier);
    part("scroller").addEventListener("scroll", () => (this.#atEnd = isAtEnd()), { passive: true });
    const keeper = new ResizeObserver(() => this.#atEnd && this.toEnd()); // a phone's keys come up, a picture has come
    [part("scroller"), part("lines")].forEach((watched) => keeper.observe(watched));
  }

  /** @returns {number} the highest number that is shown */
  get cursor() {
    return this.#transcript.cursor;
  }

  /** @returns {number|null} the lowest one */
  get first() {
    return this.#transcript.first;
  }

  /** Another case: forget this conversation. */
  clear() {
    this.#transcript.clear();
    this.#drawn.clear();
    part("lines").replaceChildren();
    part("earlier").hidden = true;
  }

  /** @param {boolean} isThere whether there are older messages than those that are shown */
  offerEarlier(isThere) {
    part("earlier").hidden = !isThere;
  }

  /**
   * Take messages in and draw.
   *
   * @param {object[]} messages as the server gives them
   * @param {{isOlder?: boolean}} [how] older ones do not move what is being read
   */
  take(messages, { isOlder = false } = {}) {
    const scroller = part("scroller");
    const below = scroller.scrollHeight - scroller.scrollTop;
    messages.forEach((message) => this.#transcript.receive(message));
    this.draw();
    if (isOlder) scroller.scrollTop = scroller.scrollHeight - below;
    else if (this.#atEnd) this.toEnd();
  }

  toEnd() {
    this.#atEnd = true;
    part("scroller").scrollTop = part("scroller").scrollHeight;
  }

  /** Draw again, in another language perhaps. */
  draw() {
    const entries = this.#transcript.entries();
    const nodes = entries.flatMap((entry, index) => {
      const before = entries[index - 1];
      const opensDay = before === undefined || this.#clock.day(before.at) !== this.#clock.day(entry.at);
      const line = this.#line(entry, opensDay || !together(before, entry));
      return opensDay ? [element("h3", { class: "day" }, this.#clock.dayName(entry.at, this.#words)), line] : [line];
    });
    part("lines").replaceChildren(...nodes);
  }

  #line(entry, opens) {
    const drawn = JSON.stringify([entry, opens, this.#words.language]);
    const known = this.#drawn.get(entry.key);
    if (known?.drawn === drawn) return known.line;
    const line = drawLine(entry, { words: this.#words, clock: this.#clock, opens });
    this.#drawn.set(entry.key, { drawn, line });
    return line;
  }
}

function isAtEnd() {
  const { scrollHeight, scrollTop, clientHeight } = part("scroller");
  return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
}

function together(first, second) {
  const isSame = first.from === second.from && first.author === second.author;
  return isSame && Date.parse(second.at) - Date.parse(first.at) < GROUP_WITHIN_MS;
}
