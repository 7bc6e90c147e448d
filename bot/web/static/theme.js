/**
 * The firm's colour, made readable. Runs before the first paint, so that no other colour flashes up.
 *
 * A firm gives one colour of any kind. From it come the colour of words on it (white or near black), and two shades of
 * it that can be read as words on a light and on a dark page (WCAG: contrast of 4.5 at least).
 */
(() => {
  "use strict";

  const READABLE = 4.5;
  /** More than is asked for: these shades also stand on surfaces that are tinted a little. */
  const READABLE_ON_TINT = 5.5;
  const WHITE = [255, 255, 255];
  const INK = [17, 22, 29];
  const DARK_PAGE = [30, 35, 42];
  const USUAL = "#0f766e";

  function parsed(color) {
    const hex = /^#([0-9a-f]{6})$/i.exec(color) ?? /^#([0-9a-f]{6})$/i.exec(USUAL);
    return [0, 2, 4].map((at) => parseInt(hex[1].slice(at, at + 2), 16));
  }

  function luminance(color) {
    const [red, green, blue] = color.map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(one, other) {
    const [dim, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dim + 0.05);
  }

  /** Move a colour towards another until it can be read on the page. */
  function readable(color, towards, page) {
    for (let step = 0; step <= 20; step += 1) {
      const mixed = color.map((part, at) => Math.round(part + ((towards[at] - part) * step) / 20));
      if (contrast(mixed, page) >= READABLE_ON_TINT) return mixed;
    }
    return towards;
  }

  const brand = parsed(document.querySelector('meta[name="theme-color"]').content);
  const onBrand = contrast(brand, WHITE) >= READABLE || contrast(brand, WHITE) > contrast(brand, INK) ? WHITE : INK;
  const colors = {
    "--brand": brand,
    "--on-brand": onBrand,
    "--brand-on-light": readable(brand, [0, 0, 0], WHITE),
    "--brand-on-dark": readable(brand, WHITE, DARK_PAGE),
  };
  for (const [name, color] of Object.entries(colors)) {
    document.documentElement.style.setProperty(name, `rgb(${color.join(" ")})`);
  }
})();
