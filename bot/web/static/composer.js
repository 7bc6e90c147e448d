/**
 * Where the customer writes.
 *
 * Enter sends, Shift+Enter makes a new line; what was being written survives a reload. The keyboard of a phone follows
 * the kind of answer that the bot waits for.
 */

import { part } from "./element.js";

const LIMIT = 4000;
const WARN_BELOW = 400;
const TYPING_EVERY_MS = 3_000;
const DRAFT = "draft";

/** Answer asked for -> keyboard and what the browser may fill in. */
const KEYBOARDS = {
  tel: { inputMode: "tel", autocomplete: "tel" },
  email: { inputMode: "email", autocomplete: "email" },
  number: { inputMode: "decimal", autocomplete: "off" },
  text: { inputMode: "text", autocomplete: "off" },
};

export class Composer {
  #parts = { form: part("composer"), text: part("text"), send: part("send"), counter: part("counter") };
  #words;
  #keep;
  #photos;
  #onTyping;
  #typedAt = -TYPING_EVERY_MS;

  /**
   * @param {object} options
   * @param {import("./words.js").Words} options.words
   * @param {import("./keep.js").Keep} options.keep
   * @param {import("./photos.js").Photos} options.photos a photo that was picked goes out before the text
   * @param {(text: string) => void} options.onText
   * @param {() => void} options.onTyping at most once in three seconds
   */
  constructor({ words, keep, photos, onText, onTyping }) {
    const { form, text } = this.#parts;
    this.#words = words;
    this.#keep = keep;
    this.#photos = photos;
    this.#onTyping = onTyping;
    text.addEventListener("keydown", (event) => this.#sendByKey(event));
    text.addEventListener("input", () => this.#changed());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(onText);
    });
    text.value = text.value || (keep.get(DRAFT) ?? ""); // somebody may have typed before the scripts came
    this.refresh();
  }

  focus() {
    this.#parts.text.focus();
  }

  /** @param {string} text to be put before what is being written, for another try */
  restore(text) {
    this.#parts.text.value = [text, this.#parts.text.value].filter((part) => part !== "").join("\n");
    this.#changed();
    this.focus();
  }

  /** @param {string|null|undefined} kind one of tel, email, number, text; anything else is plain text */
  expect(kind) {
    Object.assign(this.#parts.text, KEYBOARDS[kind] ?? KEYBOARDS.text);
  }

  /** Bring the button, the counter and the height in line with what is written and picked. */
  refresh() {
    const { text, send, counter } = this.#parts;
    const left = LIMIT - text.value.length;
    send.disabled = left < 0 || (text.value.trim() === "" && !this.#photos.hasPicked);
    counter.hidden = left >= WARN_BELOW;
    counter.classList.toggle("over", left < 0);
    counter.textContent = counter.hidden ? "" : this.#words.say("characters_left", { count: left });
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`; // the style sheet says how high at most
  }

  #changed() {
    const { value } = this.#parts.text;
    if (value === "") this.#keep.drop(DRAFT);
    else this.#keep.set(DRAFT, value);
    this.refresh();
    if (value === "" || performance.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = performance.now();
    this.#onTyping();
  }

  #sendByKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#parts.form.requestSubmit();
  }

  #submit(onText) {
    const { text } = this.#parts;
    const written = text.value.trim();
    if (text.value.length > LIMIT) return; // it stays as it was pasted; the counter says by how much it is too long
    this.#photos.sendPicked();
    text.value = "";
    this.#changed();
    if (written !== "") onText(written);
    this.focus();
  }
}
