/**
 * The list of cases: who waits first, then the operator's own, colleagues', leads, what was closed today.
 *
 * It is drawn by comparison, so that a focused case keeps the focus when another one arrives.
 */

import { element, part } from "../element.js";

/** Heading -> which cases stand under it; a case stands under the first that fits. */
const GROUPS = {
  closed_today: (each) => each.status === "closed",
  leads: (each) => each.kind === "lead" && each.status === "open",
  waiting: (each) => each.status === "open",
  mine: (each) => each.mine,
  others: () => true,
};
const ORDER = ["waiting", "mine", "others", "leads", "closed_today"];

export class List {
  #words;
  #clock;
  #onOpen;
  #shown = new Map();

  /**
   * @param {object} options
   * @param {import("../words.js").Words} options.words
   * @param {import("./clock.js").FirmClock} options.clock
   * @param {(id: string) => void} options.onOpen
   */
  constructor({ words, clock, onOpen }) {
    this.#words = words;
    this.#clock = clock;
    this.#onOpen = onOpen;
  }

  /**
   * Draw the list.
   *
   * @param {object[]} cases as the server gives them
   * @param {{open: string, isSearch: boolean}} how `open` is the id of the case that is being looked at
   */
  show(cases, { open, isSearch }) {
    const wanted = isSearch ? this.#under("found", cases, open) : this.#grouped(cases, open);
    if (cases.length === 0) {
      wanted.push(element("p", { class: "empty-list" }, this.#words.say(isSearch ? "nothing_found" : "nobody_waits")));
    }
    arrange(part("cases"), wanted);
  }

  #grouped(cases, open) {
    const heaps = Object.fromEntries(ORDER.map((name) => [name, []]));
    for (const each of cases) heaps[Object.keys(GROUPS).find((name) => GROUPS[name](each))].push(each);
    return ORDER.flatMap((name) => this.#under(name, heaps[name], open));
  }

  #under(name, cases, open) {
    if (cases.length === 0) return [];
    const heading = element("h2", { class: "heap", "data-heap": name }, this.#words.say(name), element("span", { class: "count" }, String(cases.length)));
    return [heading, ...cases.map((each) => this.#case(each, open))];
  }

  #case(each, open) {
    const drawn = JSON.stringify([each, each.id === open, this.#words.language, this.#clock.short(each.opened_at)]);
    const known = this.#shown.get(each.id);
    if (known?.drawn === drawn) return known.button;
    const button = known?.button ?? this.#button(each.id);
    button.setAttribute("aria-current", String(each.id === open));
    button.replaceChildren(...this.#content(each));
    this.#shown.set(each.id, { drawn, button });
    return button;
  }

  #button(id) {
    const button = element("button", { type: "button", class: "case", "data-case": id });
    button.addEventListener("click", () => this.#onOpen(id));
    return button;
  }

  #content(each) {
    const words = this.#words;
    const waits = each.status !== "closed" && each.last?.from === "customer";
    const dot = waits ? [element("span", { class: "dot", title: words.say("unanswered") }, element("span", { class: "reading-only" }, words.say("unanswered")))] : [];
    const marks = ["lead", "complaint"].filter((kind) => kind === each.kind).map((kind) => element("span", { class: "badge" }, words.say(kind)));
    const owner = each.owner && !each.mine ? [element("bdi", { class: "owner" }, each.owner)] : [];
    const group = each.group ? [element("bdi", { class: "group" }, each.group)] : [];
    return [
      element("span", { class: "case-top" }, ...dot, element("bdi", { class: "case-name" }, each.name || words.say("visitor")),
        element("span", { class: "case-time" }, this.#clock.short(each.last?.at ?? each.opened_at))),
      element("span", { class: "case-said", dir: "auto" }, this.#said(each)),
      element("span", { class: "case-marks" }, element("span", { class: "case-id" }, `${each.icon} #${each.id}`), ...marks, ...group, ...owner),
    ];
  }

  #said({ last }) {
    if (last === null) return "";
    return last.from === "customer" ? last.text : `↩ ${last.text}`;
  }
}

function arrange(parent, wanted) {
  let standing = parent.firstChild;
  for (const node of wanted) {
    if (node === standing) standing = standing.nextSibling;
    else parent.insertBefore(node, standing);
  }
  while (standing !== null) {
    const gone = standing;
    standing = standing.nextSibling;
    gone.remove();
  }
}
