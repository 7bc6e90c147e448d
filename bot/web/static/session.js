/**
 * Who this browser is to the firm: one token, made on the first visit and kept.
 *
 * A token that the server refuses is gone for good and its history with it; a new one is asked for without a word.
 */

import { ask, NoAnswer } from "./request.js";

const TOKEN = "token";

export class Session {
  #business;
  #keep;
  #about;
  #asked = null;

  /**
   * @param {string} business
   * @param {import("./keep.js").Keep} keep
   * @param {() => {language: string, page: string}} about what a new session is told
   */
  constructor(business, keep, about) {
    this.#business = business;
    this.#keep = keep;
    this.#about = about;
  }

  /**
   * Give the token, asking for one if there is none. Callers at the same time share one request.
   *
   * @returns {Promise<string>} rejects with `NoAnswer` when there is none to be had now
   */
  token() {
    const kept = this.#keep.get(TOKEN);
    if (kept !== null) return Promise.resolve(kept);
    this.#asked ??= this.#ask().finally(() => {
      this.#asked = null;
    });
    return this.#asked;
  }

  /**
   * Forget a token that the server refused. A newer one, from another tab, stays.
   *
   * @param {string} token
   */
  refuse(token) {
    if (this.#keep.get(TOKEN) === token) this.#keep.drop(TOKEN);
  }

  async #ask() {
    const { status, body } = await ask(`/chat/${this.#business}/session`, { method: "POST", body: this.#about() });
    if (status !== 201) throw new NoAnswer(`No session: the server answered ${status}.`);
    this.#keep.set(TOKEN, body.token);
    return body.token;
  }
}
