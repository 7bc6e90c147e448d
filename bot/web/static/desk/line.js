/**
 * One message as operators see it: who said it, when, and all of it. Whatever a customer wrote becomes a text node.
 */

import { element, icon } from "../element.js";
import { openable, outward } from "../links.js";
import { laidOut } from "../paragraphs.js";

/**
 * Draw a message.
 *
 * @param {import("../transcript.js").Entry} entry
 * @param {{words: import("../words.js").Words, clock: import("./clock.js").FirmClock, opens: boolean}} how `opens`: first of a group of one author
 * @returns {HTMLElement}
 */
export function drawLine(entry, { words, clock, opens }) {
  const who = speaker(entry, words);
  const time = clock.time(entry.at);
  const head = opens
    ? element("p", { class: "line-who" }, element("bdi", {}, who), " ", element("time", { datetime: entry.at }, time))
    : element("span", { class: "reading-only" }, `${who}, ${time}: `);
  return element(
    "article",
    { class: opens ? "line opens" : "line", "data-from": entry.from, "data-seq": entry.seq, title: time },
    head,
    element("div", { class: entry.removed ? "said removed" : "said" }, ...content(entry, words)),
    ...choices(entry),
  );
}

function speaker(entry, words) {
  if (entry.from === "human") return entry.author;
  return words.say(entry.from === "customer" ? "customer" : "bot");
}

function content(entry, words) {
  if (entry.removed) return [words.say("removed")];
  const files = [entry.media, ...(entry.more ?? [])].filter((file) => file !== undefined).map((file) => drawMedia(file, words));
  const text = entry.text ? [element("div", { class: "line-text", dir: "auto" }, ...laidOut(entry.text))] : [];
  const links = (entry.links ?? []).map((link) => openable(link.url) && outward(openable(link.url), {}, link.label));
  const marks = ["public", "edited"].filter((mark) => entry[mark]);
  return [...files, ...text, ...links, ...marks.map((mark) => element("span", { class: "mark" }, words.say(mark)))];
}

function drawMedia(media, words) {
  const url = media.url && openable(media.url);
  const word = words.say(media.kind === "image" ? "photo" : ["voice", "video", "place"].includes(media.kind) ? media.kind : "file");
  const name = media.alt && media.kind !== "image" ? `${word}: ${media.alt}` : word;
  if (!url) return element("span", { class: "line-file", dir: "auto" }, name);
  if (media.kind !== "image") return outward(url, { class: "line-file", dir: "auto" }, icon("file"), name);
  const image = element("img", { src: url.href, alt: media.alt || word, width: media.width, height: media.height, loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(media.alt || word));
  return outward(url, { class: "line-photo" }, image);
}

/** What the bot offered, as a list that cannot be pressed here. */
function choices({ choices: offered = [] }) {
  if (offered.length === 0) return [];
  return [element("ul", { class: "offered" }, ...offered.map(({ label }) => element("li", { dir: "auto" }, label)))];
}
