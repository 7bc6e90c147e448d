/**
 * What the browser remembers for one firm's chat.
 *
 * Storage may be blocked or full (private windows, embedded frames, strict settings). Then things are kept for as long
 * as the page lives, and the chat works all the same.
 */

export class Keep {
  #prefix;
  #memory = new Map();
  #storage;

  /** @param {string} business the firm's slug; firms on one host never see each other's values */
  constructor(business) {
    this.#prefix = `dragoman.${business}.`;
    this.#storage = usableStorage();
  }

  /**
   * @param {string} name
   * @returns {string|null}
   */
  get(name) {
    return this.#memory.get(name) ?? this.#storage?.getItem(this.#prefix + name) ?? null;
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  set(name, value) {
    try {
      if (this.#storage === null) throw new DOMException("blocked", "SecurityError");
      this.#storage.setItem(this.#prefix + name, value);
      this.#memory.delete(name);
    } catch (refused) {
      if (!(refused instanceof DOMException)) throw refused;
      this.#memory.set(name, value); // full or blocked: it lives as long as the page
    }
  }

  /** @param {string} name */
  drop(name) {
    this.#memory.delete(name);
    this.#storage?.removeItem(this.#prefix + name);
  }

  /**
   * List the values whose names start with `start`, in no order.
   *
   * @param {string} start
   * @returns {string[]}
   */
  all(start) {
    const stored = Object.keys(this.#storage ?? {})
      .filter((name) => name.startsWith(this.#prefix + start))
      .map((name) => name.slice(this.#prefix.length));
    const names = new Set([...stored, ...[...this.#memory.keys()].filter((name) => name.startsWith(start))]);
    return [...names].map((name) => this.get(name)).filter((value) => value !== null);
  }
}

/** Give localStorage, or null where merely looking at it is refused. */
function usableStorage() {
  try {
    return window.localStorage;
  } catch (refused) {
    if (refused instanceof DOMException) return null;
    throw refused;
  }
}
