/**
 * What the customer did and the server has not yet confirmed.
 *
 * A frame lies here, in storage, from before it is first sent until the server says that it is on disk or refuses it.
 * After a lost connection or a closed tab everything here is sent again under the same ids; the server drops repeats.
 * Each frame is stored under its own name, so two tabs cannot overwrite each other's list.
 */

const DRAWER = "outbox.";

/**
 * @typedef {{id: string, type: "say"|"press"|"language", text?: string, message?: number, choice?: string,
 *   language?: string}} Frame what goes to the server
 * @typedef {{frame: Frame, text: string, at: string, order: number}} Waiting `text` is what the customer sees of it
 */

export class Outbox {
  #keep;
  #waiting = new Map();

  /** @param {import("./keep.js").Keep} keep */
  constructor(keep) {
    this.#keep = keep;
    const left = keep.all(DRAWER).map((stored) => JSON.parse(stored));
    left.sort((a, b) => a.order - b.order).forEach((waiting) => this.#waiting.set(waiting.frame.id, waiting));
  }

  /** @returns {Waiting[]} oldest first */
  get waiting() {
    return [...this.#waiting.values()];
  }

  /**
   * Lay a frame in.
   *
   * @param {Frame} frame
   * @param {string} text
   * @returns {Waiting}
   */
  add(frame, text) {
    const now = Date.now();
    const last = this.waiting.at(-1)?.order ?? 0;
    const waiting = { frame, text, at: new Date(now).toISOString(), order: Math.max(now, last + 1) };
    this.#waiting.set(frame.id, waiting);
    this.#keep.set(DRAWER + frame.id, JSON.stringify(waiting));
    return waiting;
  }

  /**
   * Take a frame out: confirmed, refused, or found in the history. Unknown ids are fine.
   *
   * @param {string} id
   * @returns {Waiting|null} what was taken out
   */
  drop(id) {
    const dropped = this.#waiting.get(id) ?? null;
    this.#waiting.delete(id);
    if (dropped !== null) this.#keep.drop(DRAWER + id);
    return dropped;
  }
}
