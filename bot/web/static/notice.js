/**
 * One line above the composer that says what could not be done. It is read aloud at once.
 */

import { part } from "./element.js";

/** @param {string|null} sentence null takes the line away */
export function notify(sentence) {
  part("notice").hidden = sentence === null;
  part("notice").textContent = sentence ?? "";
}
