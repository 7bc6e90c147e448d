/**
 * The life of one WebSocket, from hello to its end.
 *
 * A phone that changes networks leaves sockets that look open for minutes. So each socket proves itself: it must say
 * `ready` in time and answer pings, or it is given up at once without waiting for the browser to notice.
 */

const READY_WITHIN_MS = 10_000;
const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 8_000;
const PROBE_WITHIN_MS = 3_000;

/** Close code of our own for a socket that was given up here. */
const GIVEN_UP = 4000;

export class Socket {
  #socket;
  #onFrame;
  #onClose;
  #watchdog;
  #pinger;
  #ready = false;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {string} options.token
   * @param {number} options.after seq of the last message that is shown; the server sends what follows
   * @param {(frame: Record<string, any>) => void} options.onFrame
   * @param {(code: number, wasReady: boolean) => void} options.onClose called once, whatever ended it
   */
  constructor({ url, token, after, onFrame, onClose }) {
    this.#onFrame = onFrame;
    this.#onClose = onClose;
    this.#socket = new WebSocket(url);
    this.#socket.onopen = () => this.send({ type: "hello", token, after });
    this.#socket.onmessage = (event) => this.#heard(JSON.parse(event.data));
    this.#socket.onclose = (event) => this.#end(event.code);
    this.#expectWithin(READY_WITHIN_MS);
  }

  /** @returns {boolean} whether frames can be sent */
  get ready() {
    return this.#ready && this.#socket.readyState === WebSocket.OPEN;
  }

  /** @param {object} frame not kept: what must arrive goes through the outbox */
  send(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  /** Ask for a sign of life now, for example when the page comes back to the front. */
  probe() {
    if (!this.ready) return;
    this.send({ type: "ping" });
    this.#expectWithin(PROBE_WITHIN_MS);
  }

  /** Give the socket up; `onClose` is called before this returns. */
  giveUp() {
    this.#socket.close(GIVEN_UP);
    this.#end(GIVEN_UP);
  }

  #heard(frame) {
    clearTimeout(this.#watchdog);
    if (frame.type === "ready") {
      this.#ready = true;
      this.#pinger = setInterval(() => this.#ping(), PING_EVERY_MS);
    }
    if (frame.type !== "pong") this.#onFrame(frame);
  }

  #ping() {
    this.send({ type: "ping" });
    this.#expectWithin(PONG_WITHIN_MS);
  }

  #expectWithin(milliseconds) {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.giveUp(), milliseconds);
  }

  #end(code) {
    clearTimeout(this.#watchdog);
    clearInterval(this.#pinger);
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    const wasReady = this.#ready;
    this.#ready = false;
    this.#onClose(code, wasReady);
  }
}
