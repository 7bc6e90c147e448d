/**
 * What the customer has not looked at yet.
 *
 * A message is seen when it stands in the log while the page is at the front and, in the widget, opened. How far that
 * went is kept, so that a reload does not make old messages new.
 */

const SEEN = "seen";

export class Unread {
  #keep;
  #isLooking;
  #onSeen;
  #onCount;
  #seen;
  #count = 0;

  /**
   * @param {object} options
   * @param {import("./keep.js").Keep} options.keep
   * @param {() => boolean} options.isLooking whether the customer can see the chat now
   * @param {(seq: number) => void} options.onSeen
   * @param {(count: number) => void} options.onCount called when the number changes
   */
  constructor({ keep, isLooking, onSeen, onCount }) {
    this.#keep = keep;
    this.#isLooking = isLooking;
    this.#onSeen = onSeen;
    this.#onCount = onCount;
    this.#seen = Number(keep.get(SEEN) ?? 0);
  }

  /** @param {import("./transcript.js").Entry[]} entries all of them, in order */
  count(entries) {
    const last = entries.reduce((highest, entry) => Math.max(highest, entry.seq ?? 0), 0);
    if (this.#isLooking() && last > this.#seen) this.#see(last);
    const waiting = entries.filter((entry) => entry.from !== "customer" && entry.seq > this.#seen).length;
    if (waiting === this.#count) return;
    this.#count = waiting;
    this.#onCount(waiting);
  }

  /** Say again how far the customer has read: the line may have been down when it happened. */
  repeat() {
    if (this.#seen > 0) this.#onSeen(this.#seen);
  }

  /** The session ended, its numbers start anew. */
  reset() {
    this.#seen = 0;
    this.#keep.drop(SEEN);
  }

  #see(seq) {
    this.#seen = seq;
    this.#keep.set(SEEN, String(seq));
    this.#onSeen(seq);
  }
}
