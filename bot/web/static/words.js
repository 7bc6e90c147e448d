/**
 * The words of the page itself, in the customer's language.
 *
 * The page carries the words of all its languages, so a switch is immediate and needs no answer from the server.
 * An element says by `data-text`, `data-label` or `data-hint` which word it shows.
 */

const SHOWN_IN = { text: null, label: "aria-label", hint: "placeholder", title: "title" };

export class Words {
  #strings;
  #language;

  /**
   * @param {Record<string, Record<string, string>>} strings by language, then by name
   * @param {string} language one that `strings` has
   */
  constructor(strings, language) {
    this.#strings = strings;
    this.#language = language in strings ? language : "en";
  }

  /** @returns {string} the code of the language that is shown */
  get language() {
    return this.#language;
  }

  /**
   * Speak another language from now on and rewrite what the page shows. An unknown language changes nothing.
   *
   * @param {string} language
   * @returns {boolean} whether the language changed
   */
  use(language) {
    if (!(language in this.#strings) || language === this.#language) return false;
    this.#language = language;
    document.documentElement.lang = language;
    for (const kind of Object.keys(SHOWN_IN)) {
      document.querySelectorAll(`[data-${kind}]`).forEach((place) => this.#write(place, kind));
    }
    return true;
  }

  /**
   * Give a word or sentence with its values filled in.
   *
   * @param {string} name
   * @param {Record<string, string|number>} [values]
   * @returns {string}
   */
  say(name, values = {}) {
    const sentence = this.#strings[this.#language][name] ?? this.#strings.en[name];
    return sentence.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
  }

  #write(place, kind) {
    const said = this.say(place.dataset[kind]);
    const attribute = SHOWN_IN[kind];
    if (attribute === null) place.textContent = said;
    else place.setAttribute(attribute, said);
  }
}
