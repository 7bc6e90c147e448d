/**
 * What is known of the customer and the case. The server says it in words; here they only find their place.
 */

import { element, part } from "../element.js";

/**
 * Draw the card and the notes.
 *
 * @param {Record<string, any>} card
 * @param {{words: import("../words.js").Words, clock: import("./clock.js").FirmClock}} how
 */
export function drawCard(card, { words, clock }) {
  const call = card.phone ? [element("a", { class: "call", href: `tel:${card.phone}` }, card.phone)] : [];
  part("card").replaceChildren(
    element("h2", {}, element("span", { "aria-hidden": "true" }, `${card.icon} `), element("bdi", {}, card.name || words.say("visitor"))),
    element("p", { class: "case-id" }, `#${card.id} · ${clock.short(card.opened_at)}`),
    ...call,
    element("p", { class: "state" }, card.state),
    ...(card.window === "" ? [] : [element("p", { class: "window", dir: "auto" }, card.window)]),
    ...card.facts.map((fact) => element("p", { class: "fact", dir: "auto" }, fact)),
    ...block(words.say("summary"), card.summary === "" ? [] : [card.summary]),
    ...block(words.say("answers"), card.answers),
    ...block(words.say("next"), [card.step]),
  );
  part("noting").hidden = false;
  part("note").disabled = card.status === "closed";
  part("noting").querySelector("button").disabled = card.status === "closed";
  part("notes").replaceChildren(...card.notes.map((note) => drawNote(note, clock)));
}

function block(heading, lines) {
  if (lines.length === 0) return [];
  return [element("h3", {}, heading), ...lines.map((line) => element("p", { class: "fact", dir: "auto" }, line))];
}

function drawNote({ text, by, at }, clock) {
  const head = element("p", { class: "note-head" }, element("bdi", {}, by), ` · ${clock.short(at)} ${clock.short(at).includes(":") ? "" : clock.time(at)}`.trimEnd());
  return element("div", { class: "note" }, head, element("p", { class: "note-text", dir: "auto" }, text));
}
