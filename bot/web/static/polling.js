/**
 * The chat over plain HTTP, for networks that let no WebSocket through.
 *
 * A round sends what waits in the outbox, in order, and then asks for what is new; a round follows the other.
 */

import { ask, isUnauthorised, NoAnswer } from "./request.js";

const EVERY_MS = 3_000;

export class Polling {
  #url;
  #session;
  #outbox;
  #cursor;
  #language;
  #onFrame;
  #onRound;
  #onRefused;
  #timer = null;
  #running = false;
  #again = false;
  #greeted = false;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {import("./session.js").Session} options.session
   * @param {import("./outbox.js").Outbox} options.outbox
   * @param {() => number} options.cursor seq of the last message that is shown
   * @param {() => string} options.language in which a refusal is said
   * @param {(frame: Record<string, any>) => void} options.onFrame gets the same frames as from a socket
   * @param {(isAlive: boolean) => void} options.onRound called after each round
   * @param {(token: string) => void} options.onRefused the token is no longer good
   */
  constructor({ url, session, outbox, cursor, language, onFrame, onRound, onRefused }) {
    this.#url = url;
    this.#session = session;
    this.#outbox = outbox;
    this.#cursor = cursor;
    this.#language = language;
    this.#onFrame = onFrame;
    this.#onRound = onRound;
    this.#onRefused = onRefused;
  }

  /** @returns {boolean} whether rounds are being made */
  get active() {
    return this.#timer !== null || this.#running;
  }

  /** Start with a round at once, or make the next round at once. */
  hurry() {
    if (this.#running) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = null;
    void this.#run();
  }

  /** Stop after what is under way; what it still brings is delivered. */
  stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#running = false;
    this.#greeted = false;
  }

  async #run() {
    this.#running = true;
    this.#again = false;
    const alive = await this.#round();
    if (!this.#running) return; // stopped meanwhile
    this.#running = false;
    this.#timer = setTimeout(() => this.hurry(), this.#again ? 0 : EVERY_MS);
    this.#onRound(alive);
  }

  async #round() {
    try {
      const token = await this.#session.token();
      return (await this.#sendWaiting(token)) && (await this.#fetchNew(token));
    } catch (failure) {
      if (failure instanceof NoAnswer) return false;
      throw failure;
    }
  }

  async #sendWaiting(token) {
    for (const { frame } of this.#outbox.waiting) {
      const { status, body } = await ask(`${this.#url}?lang=${this.#language()}`, { method: "POST", token, body: frame });
      if (isUnauthorised(status)) return this.#refused(token);
      if (status === 429 || status >= 500) return status === 429; // it stays in the outbox for the next round
      this.#onFrame({ ...body, type: status < 300 ? "accepted" : "refused", id: frame.id });
    }
    return true;
  }

  async #fetchNew(token) {
    const { status, body } = await ask(`${this.#url}?after=${this.#cursor()}`, { token });
    if (isUnauthorised(status)) return this.#refused(token);
    if (status !== 200 || !Array.isArray(body.messages)) return false;
    if (!this.#greeted) this.#onFrame({ type: "ready", earlier: body.earlier, language: body.language });
    this.#greeted = true;
    body.messages.forEach((message) => this.#onFrame({ ...message, type: "message" }));
    return true;
  }

  #refused(token) {
    this.#onRefused(token);
    return false;
  }
}
