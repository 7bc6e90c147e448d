/**
 * The line to the server: always one, whatever happens to the network.
 *
 * A WebSocket is tried first and again after each loss; when it cannot be opened twice in a row, plain HTTP carries the
 * chat until a socket opens. Nothing is sent that is not in the outbox first, so a line may break at any moment.
 */

import { Polling } from "./polling.js";
import { NoAnswer } from "./request.js";
import { Socket } from "./socket.js";

const UNAUTHORISED = 4401;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
const RETRY_SOCKET_WHILE_POLLING_MS = 30_000;
const STUCK_MS = 20_000;
const LOOK_FOR_STUCK_MS = 5_000;

/** @typedef {"connecting"|"online"|"polling"|"offline"} State */

export class Connection {
  #options;
  #socket = null;
  #polling;
  #failures = 0;
  #timer = null;
  #state = "connecting";
  #readyAt = 0;

  /**
   * @param {object} options
   * @param {string} options.business
   * @param {import("./session.js").Session} options.session
   * @param {import("./outbox.js").Outbox} options.outbox
   * @param {() => number} options.cursor seq of the last message that is shown
   * @param {() => string} options.language of the customer
   * @param {(frame: Record<string, any>) => void} options.onFrame
   * @param {(state: State) => void} options.onState called when it changes
   * @param {() => void} options.onReset the session ended; what is shown belongs to nobody
   */
  constructor(options) {
    this.#options = options;
    this.#polling = new Polling({
      ...options,
      url: `/chat/${options.business}/messages`,
      onRound: (alive) => this.#enter(alive ? "polling" : "offline"),
      onRefused: (token) => this.refused(token),
    });
  }

  /** @returns {State} */
  get state() {
    return this.#state;
  }

  /** Open the line and keep it open for as long as the page lives. */
  start() {
    window.addEventListener("online", () => this.hurry());
    window.addEventListener("offline", () => this.#socket?.probe());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    setInterval(() => this.#unstick(), LOOK_FOR_STUCK_MS);
    void this.#open();
  }

  /** Do not wait for the next attempt: the network or the customer has come back. */
  hurry() {
    if (this.#socket !== null) this.#socket.probe();
    else void this.#open();
    if (this.#polling.active) this.#polling.hurry();
  }

  /**
   * Send a frame that lies in the outbox. When the line is down it goes out as soon as it is up.
   *
   * @param {import("./outbox.js").Frame} frame
   */
  deliver(frame) {
    if (this.#socket?.ready) this.#socket.send(frame);
    else if (this.#polling.active) this.#polling.hurry();
  }

  /**
   * Send what may be lost: that the customer types, that a message was seen.
   *
   * @param {object} frame
   */
  mention(frame) {
    if (this.#socket?.ready) this.#socket.send(frame);
  }

  /**
   * The server does not know this token any more: start anew with another.
   *
   * @param {string} token
   */
  refused(token) {
    this.#options.session.refuse(token);
    this.#options.onReset();
    if (this.#socket !== null) this.#socket.giveUp();
    else this.#later();
  }

  async #open() {
    this.#clearTimer();
    const token = await this.#options.session.token().catch((failure) => {
      if (failure instanceof NoAnswer) return null;
      throw failure;
    });
    if (this.#socket !== null) return;
    if (token === null) {
      this.#failed();
      return;
    }
    this.#socket = new Socket({
      url: socketUrl(this.#options.business),
      token,
      after: this.#options.cursor(),
      onFrame: (frame) => this.#heard(frame),
      onClose: (code, wasReady) => this.#closed(code, wasReady, token),
    });
  }

  #heard(frame) {
    this.#options.onFrame(frame);
    if (frame.type !== "ready") return;
    this.#failures = 0;
    this.#readyAt = Date.now();
    this.#polling.stop();
    this.#enter("online");
    this.#options.outbox.waiting.forEach((waiting) => this.#socket.send(waiting.frame));
  }

  #closed(code, wasReady, token) {
    this.#socket = null;
    if (code === UNAUTHORISED) {
      this.#options.session.refuse(token);
      this.#options.onReset();
    }
    if (wasReady) this.#failures = 0;
    this.#failed();
  }

  #failed() {
    this.#failures += 1;
    if (this.#failures >= 2 && !this.#polling.active) this.#polling.hurry();
    if (this.#state !== "polling") this.#enter("offline");
    this.#later();
  }

  #later() {
    this.#clearTimer();
    const grown = Math.min(FIRST_DELAY_MS * 2 ** (this.#failures - 1), LONGEST_DELAY_MS);
    const delay = this.#state === "polling" ? RETRY_SOCKET_WHILE_POLLING_MS : grown;
    // Half to full: when a server restarts, its customers must not all come back in the same instant.
    this.#timer = setTimeout(() => void this.#open(), delay * (0.5 + Math.random() / 2));
  }

  #clearTimer() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** A line that takes frames and never confirms them is no line. */
  #unstick() {
    const [oldest] = this.#options.outbox.waiting;
    if (oldest === undefined || !this.#socket?.ready) return;
    const sentAt = Math.max(Date.parse(oldest.at), this.#readyAt);
    if (Date.now() - sentAt > STUCK_MS) this.#socket.giveUp();
  }

  #enter(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state);
  }
}

function socketUrl(business) {
  const url = new URL(`/chat/${business}/socket`, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
