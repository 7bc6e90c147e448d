/**
 * Templates: what is sent after the window of the customer's channel has closed, once the operator has seen it.
 */

import { element, part } from "../element.js";
import { Menu } from "../menu.js";
import { newId } from "../request.js";

export class Templates {
  #words;
  #known = [];
  #send = null;

  /**
   * @param {import("../words.js").Words} words
   * @param {(act: string, what: {text: string, to: string, id: string}) => Promise<{status: number, body: object}>} post
   */
  constructor(words, post) {
    this.#words = words;
    new Menu(part("template"), part("template-menu"), (item) => this.#choose(item.dataset.name, post));
    part("late-no").addEventListener("click", () => part("late").close());
    part("late-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /** @param {Record<string, any>} card of the open case, with the templates that its channel has */
  allow({ templates, status }) {
    this.#known = templates;
    part("template-place").hidden = templates.length === 0 || status === "closed";
    const items = templates.map(({ name, label }) => element("button", { type: "button", role: "menuitem", tabindex: "-1", "data-name": name, dir: "auto" }, label));
    if (part("template-menu").hidden) part("template-menu").replaceChildren(...items);
  }

  /**
   * Ask whether words that come too late leave as a template.
   *
   * @param {string} why the server's sentence
   * @param {string} text what was written
   * @param {() => Promise<{status: number, body: object}>} send
   */
  ask(why, text, send) {
    part("late-values").replaceChildren();
    this.#show(why, text, send);
  }

  #choose(name, post) {
    const { asked, says } = this.#known.find((each) => each.name === name);
    const fields = asked.map(() => element("input", { type: "text", required: true, maxlength: 200, dir: "auto" }));
    const written = () => fields.map((field) => field.value.trim());
    const draw = () => (part("late-text").textContent = says.map((each) => (typeof each === "number" ? written()[each] || `[${asked[each]}]` : each)).join(""));
    fields.forEach((field) => field.addEventListener("input", draw));
    part("late-values").replaceChildren(...fields.map((field, n) => element("label", {}, asked[n], field)));
    const id = newId();
    this.#show(this.#words.say("will_read"), "", () => post("template", { to: name, text: written().join("\n"), id }));
    draw();
  }

  #show(why, text, send) {
    this.#send = send;
    part("late-why").textContent = why;
    part("late-text").textContent = text;
    part("late-notice").hidden = true;
    part("late").showModal();
  }

  async #submit() {
    part("late-yes").disabled = true;
    const { status, body } = await this.#send();
    part("late-yes").disabled = false;
    if (status === 202) return part("late").close();
    part("late-notice").textContent = body.text ?? this.#words.say("not_sent");
    part("late-notice").hidden = false;
  }
}
