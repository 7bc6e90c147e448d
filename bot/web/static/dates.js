/**
 * Days and times as the customer's language writes them, in the customer's own time zone.
 *
 * Not every browser knows Armenian, Uzbek or Georgian; where it does not, days are written in figures, which all of
 * them read, and never in another language.
 */

const DAY_MS = 24 * 60 * 60 * 1000;
const FIGURES = { locale: "en-GB", day: { day: "2-digit", month: "2-digit", year: "numeric" } };

/**
 * Give a key that two instants share when they fall on one local day.
 *
 * @param {Date} at
 * @returns {string}
 */
export function dayKey(at) {
  return `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;
}

/**
 * Name a day: today, yesterday, or its date; the year only when it is not this one.
 *
 * @param {Date} at
 * @param {import("./words.js").Words} words
 * @param {Date} now
 * @returns {string}
 */
export function dayName(at, words, now) {
  if (dayKey(at) === dayKey(now)) return words.say("today");
  if (dayKey(at) === dayKey(new Date(now.getTime() - DAY_MS))) return words.say("yesterday");
  if (!known(words.language)) return new Intl.DateTimeFormat(FIGURES.locale, FIGURES.day).format(at);
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(words.language, { weekday: "long", day: "numeric", month: "long", year }).format(at);
}

/**
 * Give the time of day, 24 hours.
 *
 * @param {Date} at
 * @returns {string}
 */
export function timeOfDay(at) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(at);
}

function known(language) {
  return Intl.DateTimeFormat.supportedLocalesOf([language]).length > 0;
}
