/**
 * The layout of a message's text: lines as they were written, points of a list with their continuation indented.
 *
 * Nothing is added or taken away: the text of the elements is the text of the message, letter for letter.
 */

import { element } from "./element.js";
import { linked } from "./links.js";

const LINES = /[^\n]*\n|[^\n]+$/gu;
const POINT = "• ";

/**
 * Lay a text out.
 *
 * @param {string} text
 * @returns {Array<Node|string>}
 */
export function laidOut(text) {
  const parts = [];
  let plain = "";
  for (const [line] of text.matchAll(LINES)) {
    if (!line.startsWith(POINT)) {
      plain += line;
      continue;
    }
    parts.push(...linked(plain), element("span", { class: "point" }, ...linked(line)));
    plain = "";
  }
  return [...parts, ...linked(plain)];
}
