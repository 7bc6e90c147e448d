/**
 * A photo at full size, over the page. Escape, the cross and a tap anywhere close it.
 */

import { part } from "./element.js";

/** Make the page's dialog close by a tap. */
export function readyLightbox() {
  part("lightbox").addEventListener("click", () => part("lightbox").close());
}

/** @returns {boolean} whether it is open, and Escape is its own */
export function isLightboxOpen() {
  return part("lightbox").open;
}

/**
 * @param {string} url
 * @param {string} alt
 */
export function enlarge(url, alt) {
  Object.assign(part("lightbox-image"), { src: url, alt });
  part("lightbox").showModal();
}
