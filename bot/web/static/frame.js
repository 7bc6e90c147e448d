/**
 * The chat's side of the talk with the page that embeds it.
 *
 * The widget says hello first; its origin is taken from that and from then on is the only one that is spoken to. Only
 * the parent window is listened to. Nothing that a customer wrote ever crosses: numbers, a colour and a name do.
 */

const MARK = "dragoman-chat";

export class Frame {
  #origin = null;
  #unsent = new Map();
  #onHost;

  /** Whether the customer can see the frame; the widget also loads it unopened, to count what is new. */
  isOpen = new URLSearchParams(location.hash.slice(1)).get("open") !== "no";

  /** @param {{onHello: () => void, onOpen: () => void, onClosed: () => void}} onHost */
  constructor(onHost) {
    this.#onHost = onHost;
    if (window.parent !== window) window.addEventListener("message", (event) => this.#heard(event));
  }

  /** @returns {boolean} whether a widget has said hello */
  get hasHost() {
    return this.#origin !== null;
  }

  /**
   * Tell the widget something; before its hello the last word of each type is kept for it.
   *
   * @param {"ready"|"unread"|"close"} type
   * @param {object} [details]
   */
  tell(type, details = {}) {
    this.#unsent.set(type, details);
    if (this.#origin === null) return;
    this.#unsent.forEach((said, kind) => window.parent.postMessage({ mark: MARK, type: kind, ...said }, this.#origin));
    this.#unsent.clear();
  }

  #heard(event) {
    if (event.source !== window.parent || event.data?.mark !== MARK) return;
    if (event.data.type === "hello" && this.#origin === null) this.#greet(event);
    if (event.origin !== this.#origin) return;
    if (event.data.type === "open") this.#turn(true, this.#onHost.onOpen);
    if (event.data.type === "closed") this.#turn(false, this.#onHost.onClosed);
  }

  #greet(event) {
    this.#origin = event.origin;
    this.isOpen = event.data.open === true;
    this.#onHost.onHello();
  }

  #turn(isOpen, then) {
    this.isOpen = isOpen;
    then();
  }
}
