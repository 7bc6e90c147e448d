/**
 * The slim line that says that the connection is being restored.
 *
 * Most losses last less than a second; only one that lasts is worth the customer's attention.
 */

import { part } from "./element.js";

const AFTER_MS = 1_500;
let timer = null;

/** @param {import("./connection.js").State} state of the line, each time it changes */
export function showLine(state) {
  const isUp = state === "online" || state === "polling";
  part("chat").dataset.state = state;
  clearTimeout(timer);
  if (isUp) part("banner").hidden = true;
  else timer = setTimeout(() => (part("banner").hidden = false), AFTER_MS);
}
