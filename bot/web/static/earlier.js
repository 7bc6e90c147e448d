/**
 * Older pages of the conversation, fetched when the customer scrolls up to them or asks by the button.
 */

import { part } from "./element.js";
import { ask, NoAnswer } from "./request.js";

const NEAR_TOP_PX = 120;

export class Earlier {
  #button = part("earlier");
  #scroller = part("scroller");
  #options;
  #busy = false;

  /**
   * @param {object} options
   * @param {string} options.business
   * @param {import("./session.js").Session} options.session
   * @param {() => number|null} options.first seq of the oldest message that is shown
   * @param {(messages: object[]) => void} options.onPage
   */
  constructor(options) {
    this.#options = options;
    this.#button.addEventListener("click", () => void this.#fetch());
    this.#scroller.addEventListener("scroll", () => this.#nearTop() && void this.#fetch(), { passive: true });
  }

  /** @param {boolean} isThere whether the server has older messages */
  offer(isThere) {
    this.#button.hidden = !isThere;
  }

  #nearTop() {
    return !this.#button.hidden && this.#scroller.scrollTop < NEAR_TOP_PX;
  }

  async #fetch() {
    const before = this.#options.first();
    if (this.#busy || before === null) return;
    this.#busy = true;
    try {
      const token = await this.#options.session.token();
      const { status, body } = await ask(`/chat/${this.#options.business}/messages?before=${before}`, { token });
      if (status !== 200) return; // the button stays and can be pressed again
      this.offer(Boolean(body.earlier));
      this.#options.onPage(body.messages);
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) throw failure; // the banner says that the line is down
    } finally {
      this.#busy = false;
    }
  }
}
