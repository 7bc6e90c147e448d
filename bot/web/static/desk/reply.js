/**
 * Where the operator writes. Enter sends, Shift+Enter makes a new line; what was begun for one customer waits there
 * while another is answered. What could not be sent stays in the field, and its next try is known by the same id.
 */

import { element, part } from "../element.js";
import { faultOf } from "../picture.js";
import { newId } from "../request.js";

const LIMIT = 4000;

export class Reply {
  #parts = {
    form: part("composer"), text: part("text"), send: part("send"), notice: part("notice"), aside: part("aside"),
    preview: part("preview"), image: part("preview-image"), name: part("preview-name"), file: part("photo-file"), photo: part("photo"),
  };
  #words;
  #post;
  #templates;
  #case = "";
  #drafts = new Map();
  #picked = null;
  #busy = false;
  #closed = false;
  #tried = { text: "", id: "" };

  /**
   * @param {import("../words.js").Words} words
   * @param {(act: string, what: {text?: string, file?: File, id: string}) => Promise<{status: number, body: object}>} post
   * @param {import("./template.js").Templates} templates what is asked when words come too late
   */
  constructor(words, post, templates) {
    this.#words = words;
    this.#post = post;
    this.#templates = templates;
    const { form, text, file, photo } = this.#parts;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    text.addEventListener("keydown", (event) => this.#sendByKey(event));
    text.addEventListener("input", () => this.#refresh());
    text.addEventListener("paste", (event) => this.#paste(event));
    photo.addEventListener("click", () => file.click());
    file.addEventListener("change", () => this.#pick(file.files[0]));
    part("preview-remove").addEventListener("click", () => this.#unpick());
  }

  /** @param {string} id of the case that is answered from now on */
  open(id) {
    this.#drafts.set(this.#case, this.#parts.text.value);
    this.#case = id;
    this.#unpick();
    this.say("");
    this.#parts.text.value = this.#drafts.get(id) ?? "";
    this.#refresh();
  }

  /**
   * @param {Record<string, any>} card of the open case: a closed one takes no words, and another may only for a while
   */
  allow(card) {
    const { text, photo, aside } = this.#parts;
    this.#closed = card.status === "closed";
    text.disabled = photo.disabled = this.#closed;
    const lines = this.#closed ? [this.#words.say("closed")] : [this.#warning(card), card.window].filter(Boolean);
    aside.hidden = lines.length === 0;
    aside.classList.toggle("late", card.window !== "" && card.window_changes_in_seconds === null);
    aside.replaceChildren(...lines.map((line) => element("span", { dir: "auto" }, line)));
    this.#refresh();
  }

  /** @param {string} sentence what could not be done; empty takes it away */
  say(sentence) {
    this.#parts.notice.hidden = sentence === "";
    this.#parts.notice.textContent = sentence;
  }

  focus() {
    this.#parts.text.focus();
  }

  #warning({ status, mine, owner }) {
    if (status === "taken" && !mine) return this.#words.say("takes_over", { name: owner });
    return status === "open" ? this.#words.say("takes") : "";
  }

  #refresh() {
    const { text, send } = this.#parts;
    const isLong = text.value.length > LIMIT;
    if (isLong) this.say(this.#words.say("too_long"));
    else if (this.#parts.notice.textContent === this.#words.say("too_long")) this.say("");
    send.disabled = this.#busy || this.#closed || isLong || (text.value.trim() === "" && this.#picked === null);
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }

  #sendByKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.#parts.send.disabled) this.#parts.form.requestSubmit();
  }

  async #submit() {
    const { text } = this.#parts;
    const [written, about] = [text.value.trim(), this.#case];
    this.#busy = true;
    this.#refresh();
    this.say("");
    if (this.#picked !== null && (await this.#try("picture", this.#picked))) this.#unpick();
    if (this.#picked === null && written !== "" && (await this.#try("say", { text: written, id: this.#idOf(written) }))) {
      this.#tried = { text: "", id: "" };
      if (this.#case === about && text.value.trim() === written) text.value = "";
      else this.#drafts.delete(about);
    }
    this.#busy = false;
    this.#refresh();
  }

  /** The id of a text stays the same while it is the same text, so that a second try is no second message. */
  #idOf(written) {
    if (this.#tried.text !== `${this.#case}\n${written}`) this.#tried = { text: `${this.#case}\n${written}`, id: newId() };
    return this.#tried.id;
  }

  async #try(act, what) {
    const { status, body } = await this.#post(act, what);
    if (status === 202) return true;
    if (body.template) this.#offer(body.text, what);
    this.say(body.text ?? this.#words.say("not_sent"));
    return false;
  }

  /** Words that come too late may leave as a template; until then they stand in the field. */
  #offer(why, what) {
    const { text } = this.#parts;
    const about = this.#case;
    this.#templates.ask(why, what.text, async () => {
      const answer = await this.#post("say", { ...what, template: "relay" });
      if (answer.status !== 202) return answer;
      this.#tried = { text: "", id: "" };
      if (this.#case === about && text.value.trim() === what.text) text.value = "";
      this.say("");
      this.#refresh();
      return answer;
    });
  }

  #paste(event) {
    const file = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    if (file === undefined) return;
    event.preventDefault();
    this.#pick(file);
  }

  #pick(file) {
    this.#parts.file.value = "";
    if (file === undefined) return;
    const fault = faultOf(file);
    this.say(fault === null ? "" : this.#words.say(fault));
    if (fault !== null) return;
    this.#unpick();
    this.#picked = { file, id: newId(), url: URL.createObjectURL(file) };
    this.#parts.image.src = this.#picked.url;
    this.#parts.name.textContent = file.name;
    this.#parts.preview.hidden = false;
    this.#refresh();
    this.focus();
  }

  #unpick() {
    if (this.#picked === null) return;
    URL.revokeObjectURL(this.#picked.url);
    this.#picked = null;
    this.#parts.preview.hidden = true;
    this.#parts.image.removeAttribute("src");
    this.#refresh();
  }
}
