/**
 * Addresses inside text: what may be opened, and how text becomes links.
 *
 * Only http, https, tel, mailto and a chat with a Viber bot are ever opened. Everything else, `javascript:` first of
 * all, stays plain text.
 */

import { element } from "./element.js";

const SCHEMES = new Set(["http:", "https:", "tel:", "mailto:"]);
const BOT = "viber://pa?"; // the only form that Viber has for it
const ADDRESS = /\b(?:https?:\/\/|mailto:|tel:)[^\s<>"'«»“”]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
/** Marks that belong to the sentence and not to the address that ends it. */
const TRAILING = /[.,;:!?։՝…]+$/u;

/**
 * Read an address that came from outside.
 *
 * @param {string} address absolute, or relative to this page
 * @returns {URL|null} null when it is not one that may be opened
 */
export function openable(address) {
  try {
    const url = new URL(address, location.href);
    return SCHEMES.has(url.protocol) || url.href.startsWith(BOT) ? url : null;
  } catch {
    return null; // not an address; `URL.canParse` would say so too, but phones of 2022 lack it
  }
}

/**
 * Make a link that leaves the chat, in a tab of its own and without telling where from.
 *
 * @param {URL} url
 * @param {Record<string, string>} attributes
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function outward(url, attributes, ...children) {
  const target = url.protocol.startsWith("http") ? "_blank" : null;
  return element("a", { ...attributes, href: url.href, target, rel: "noopener noreferrer" }, ...children);
}

/**
 * Turn text into text nodes and links. The text is kept letter for letter.
 *
 * @param {string} text
 * @returns {Array<Node|string>}
 */
export function linked(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const shown = trimmed(found[0]);
    const url = openable(shown.includes(":") ? shown : `mailto:${shown}`);
    if (url === null) continue;
    parts.push(text.slice(from, found.index), outward(url, {}, shown));
    from = found.index + shown.length;
  }
  parts.push(text.slice(from));
  return parts.filter((piece) => piece !== "");
}

/** Cut the sentence's marks off an address, and a closing bracket that it does not open. */
function trimmed(address) {
  const bare = address.replace(TRAILING, "");
  const isOpened = bare.split("(").length >= bare.split(")").length;
  if (bare.endsWith(")") && !isOpened) return trimmed(bare.slice(0, -1));
  return bare;
}
