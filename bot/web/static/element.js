/**
 * Elements built by hand.
 *
 * The page never parses markup at run time: whatever a customer or a firm wrote becomes a text node, so it cannot
 * become anything else. The page's policy (Trusted Types) would stop it in any case.
 */

const SVG = "http://www.w3.org/2000/svg";

/** Shapes of the icons that are drawn at run time, on a grid of 24; the others stand in the page itself. */
const ICONS = {
  tick: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18",
  warning: "M12 8v5M12 16.5v.01M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18",
  link: "M14 5h5v5M19 5l-8 8M11 6H6a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1v-5",
  file: "M13 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V8zM13 3v5h5",
};

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Record<string, string|number|boolean|null|undefined>} [attributes] null, undefined and false leave one out
 * @param {...(Node|string|null)} children strings become text nodes, null is skipped
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * Draw one of the line icons. It is decoration: whatever it says must also be said in words.
 *
 * @param {keyof typeof ICONS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  return drawing;
}

/**
 * Find an element of the page's own skeleton.
 *
 * @param {string} id
 * @returns {HTMLElement}
 * @throws {Error} when the page has none: page and scripts are of different versions
 */
export function part(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element #${id}; reload it, its scripts are newer than it is.`);
  return found;
}
