/**
 * Photos from the customer: picked, pasted or dropped, looked at, sent.
 *
 * A photo is too big for storage, so it is kept in memory until the server has it and is tried again under the same id
 * when the line comes back; a reload before that loses it, and the log says so by not showing it.
 */

import { part } from "./element.js";
import { notify } from "./notice.js";
import { faultOf } from "./picture.js";
import { isUnauthorised, newId } from "./request.js";

export class Photos {
  #parts = {
    area: part("chat"),
    button: part("photo"),
    file: part("photo-file"),
    preview: part("preview"),
    image: part("preview-image"),
    name: part("preview-name"),
    remove: part("preview-remove"),
    drop: part("drop"),
    text: part("text"),
  };
  #options;
  #picked = null;
  #pending = new Map();

  /**
   * @param {object} options
   * @param {string} options.business
   * @param {import("./words.js").Words} options.words
   * @param {import("./session.js").Session} options.session
   * @param {(photo: {id: string, url: string, name: string, width: number, height: number}) => void} options.onStart
   * @param {(id: string, change: object) => void} options.onChange progress or outcome of one under way
   * @param {(id: string, seq: number) => void} options.onAccepted
   * @param {(token: string) => void} options.onUnauthorised
   * @param {() => void} options.onPicked something was picked or put back
   */
  constructor(options) {
    const { button, file, image, remove, text } = this.#parts;
    this.#options = options;
    image.addEventListener("error", () => (image.hidden = true)); // the server will say what is wrong with it
    button.addEventListener("click", () => file.click());
    file.addEventListener("change", () => this.#pick(file.files[0]));
    remove.addEventListener("click", () => this.#unpick());
    text.addEventListener("paste", (event) => this.#pickFrom(event, event.clipboardData));
    this.#acceptDrops();
  }

  /** @returns {boolean} whether a photo waits to be sent with the next message */
  get hasPicked() {
    return this.#picked !== null;
  }

  /** Send the photo that waits, if there is one. */
  sendPicked() {
    if (this.#picked === null) return;
    const { file, url } = this.#picked;
    const id = newId();
    const { naturalWidth: width, naturalHeight: height } = this.#parts.image;
    this.#picked = null;
    this.#hidePreview();
    this.#pending.set(id, { file, isUnderWay: false });
    this.#options.onStart({ id, url, name: file.name, width, height });
    void this.#upload(id);
  }

  /** Try again those that did not get through. */
  retryAll() {
    for (const [id, { isUnderWay }] of this.#pending) if (!isUnderWay) void this.#upload(id);
  }

  /** @param {string} id of one that failed */
  retry(id) {
    if (this.#pending.has(id)) void this.#upload(id);
  }

  async #upload(id) {
    const photo = this.#pending.get(id);
    photo.isUnderWay = true;
    this.#options.onChange(id, { state: "sending", uploaded: 0 });
    const token = await this.#options.session.token().catch(() => null); // the line says that it is down
    const answer = token === null ? null : await this.#post(id, photo.file, token);
    photo.isUnderWay = false;
    const isLost = answer === null || answer.status >= 500 || answer.status === 429;
    if (isLost) this.#options.onChange(id, { state: "failed" });
    else if (isUnauthorised(answer.status)) this.#refusedToken(id, token);
    else this.#settle(id, answer);
  }

  #refusedToken(id, token) {
    this.#options.onChange(id, { state: "failed" });
    this.#options.onUnauthorised(token);
  }

  #settle(id, { status, body }) {
    this.#pending.delete(id);
    if (status < 300) this.#options.onAccepted(id, body.seq);
    else this.#options.onChange(id, { state: "refused", reason: body.text });
  }

  /** `fetch` cannot tell how much has gone out; this older call can. */
  #post(id, file, token) {
    const call = new XMLHttpRequest();
    const { business, words } = this.#options;
    call.open("POST", `/chat/${business}/images?lang=${words.language}`); // a refusal is said in it
    call.setRequestHeader("Authorization", `Bearer ${token}`);
    call.setRequestHeader("Content-Type", file.type);
    call.setRequestHeader("X-Client-Id", id);
    call.responseType = "json";
    call.upload.onprogress = ({ loaded, total }) => this.#options.onChange(id, { uploaded: loaded / total });
    return new Promise((resolve) => {
      call.onload = () => resolve({ status: call.status, body: call.response ?? {} });
      call.onerror = () => resolve(null);
      call.send(file);
    });
  }

  #pickFrom(event, transfer) {
    const file = [...(transfer?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (file === undefined) return;
    event.preventDefault();
    this.#pick(file);
  }

  #pick(file) {
    this.#parts.file.value = "";
    if (file === undefined) return;
    const fault = faultOf(file);
    notify(fault && this.#options.words.say(fault));
    if (fault !== null) return;
    this.#unpick();
    const url = URL.createObjectURL(file);
    this.#picked = { file, url };
    Object.assign(this.#parts.image, { src: url, hidden: false });
    this.#parts.name.textContent = file.name;
    this.#parts.preview.hidden = false;
    this.#options.onPicked();
    this.#parts.text.focus();
  }

  #unpick() {
    if (this.#picked === null) return;
    URL.revokeObjectURL(this.#picked.url);
    this.#picked = null;
    this.#hidePreview();
    this.#options.onPicked();
    this.#parts.text.focus();
  }

  #hidePreview() {
    this.#parts.preview.hidden = true;
    this.#parts.image.removeAttribute("src");
    notify(null);
  }

  #acceptDrops() {
    const { area, drop } = this.#parts;
    area.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      drop.hidden = false;
    });
    area.addEventListener("dragleave", (event) => {
      if (!area.contains(event.relatedTarget)) drop.hidden = true;
    });
    area.addEventListener("drop", (event) => {
      event.preventDefault(); // a browser would open the file in place of the chat
      drop.hidden = true;
      this.#pick(event.dataTransfer.files[0]);
    });
  }
}
