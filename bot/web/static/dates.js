/**
 * Days and times as the customer's language writes them, in the customer's own time zone.
 *
 * Not every browser knows Armenian, Uzbek or Georgian; where it does not, the names of the months come from our own
 * words, so that a day is never written in another language.
 */

const DAY_MS = 24 * 60 * 60 * 1000;

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
  const isThisYear = at.getFullYear() === now.getFullYear();
  if (!known(words.language)) return inOurWords(at, words, isThisYear);
  const year = isThisYear ? undefined : "numeric";
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

function inOurWords(at, words, isThisYear) {
  const month = words.say("months").split(" ")[at.getMonth()];
  return words.say(isThisYear ? "day_of_year" : "day_and_year", { day: at.getDate(), month, year: at.getFullYear() });
}

function known(language) {
  return Intl.DateTimeFormat.supportedLocalesOf([language]).length > 0;
}
