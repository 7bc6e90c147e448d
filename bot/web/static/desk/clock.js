/**
 * Times as the firm's clocks show them, wherever the operator sits. Days are written in figures, the same in every
 * language.
 */

export class FirmClock {
  #time;
  #day;

  /** @param {string} zone IANA name */
  constructor(zone) {
    this.#time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
    this.#day = new Intl.DateTimeFormat("de-DE", { timeZone: zone, day: "2-digit", month: "2-digit", year: "numeric" });
  }

  /** @param {string} at ISO instant */
  time(at) {
    return this.#time.format(new Date(at));
  }

  /** @param {string} at ISO instant */
  day(at) {
    return this.#day.format(new Date(at));
  }

  /**
   * Name a day: today, yesterday, or its date.
   *
   * @param {string} at ISO instant
   * @param {import("../words.js").Words} words
   */
  dayName(at, words) {
    const day = this.day(at);
    if (day === this.day(Date.now())) return words.say("today");
    return day === this.day(Date.now() - 24 * 60 * 60 * 1000) ? words.say("yesterday") : day;
  }

  /** The time of today, the date of any other day. */
  short(at) {
    return this.day(at) === this.day(Date.now()) ? this.time(at) : this.day(at).slice(0, 5);
  }
}
