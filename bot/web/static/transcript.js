/**
 * The conversation as this browser knows it: no drawing, no network.
 *
 * A message is known by its seq; the customer's own also by the id under which it was sent. Whatever arrives twice, in
 * whatever order, stands here once. Confirmed messages stand by seq, unconfirmed ones after them in order of writing.
 */

/**
 * @typedef {{id: string, label: string, description?: string}} Choice
 * @typedef {{kind: string, url: string, alt?: string, width?: number, height?: number}} Media
 * @typedef {"sending"|"accepted"|"refused"|"failed"} Progress
 * @typedef {object} Entry
 * @property {string} key stays the same when an own message is confirmed
 * @property {number|null} seq null until confirmed
 * @property {"customer"|"bot"|"human"} from
 * @property {string} text
 * @property {string} at ISO instant
 * @property {Progress} state `failed` can be tried again, `refused` cannot
 * @property {number} [after] of a refused one: the seq behind which it stays
 * @property {string} [reason] why it was refused, in the customer's language
 * @property {number} [uploaded] 0 to 1, of a photo under way
 * @property {string} [author] name of the human
 * @property {Choice[]} [choices]
 * @property {string|null} [chosen] id of the choice that the customer took
 * @property {Media} [media]
 * @property {{url: string, label: string}} [link]
 * @property {string|null} [input] what kind of answer is expected
 * @property {{step: number, of: number}|null} [progress]
 * @property {{message: number, choice: string}} [press] own: which choice it is
 * @property {boolean} [edited] its author has changed it since
 * @property {boolean} [removed] its author has taken it back
 */

export class Transcript {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  #keyOfSeq = new Map();
  #changes = new Map();
  #cursor = 0;
  #first = null;

  /** @returns {number} the highest seq received; what follows it is to be asked for */
  get cursor() {
    return this.#cursor;
  }

  /** @returns {number|null} the lowest seq received; what precedes it may be asked for */
  get first() {
    return this.#first;
  }

  /**
   * Give all entries in the order in which they are read, with `chosen` filled in.
   *
   * @returns {Entry[]}
   */
  entries() {
    const all = [...this.#entries.values()];
    return marked(all.sort((a, b) => place(a) - place(b) || 0)); // of two that wait, Infinity twice, neither is first
  }

  /**
   * @param {string} key
   * @returns {Entry|null}
   */
  find(key) {
    return this.#entries.get(key) ?? null;
  }

  /**
   * Take in a message from the server. One that replaces another changes that one where it stands, whichever of the
   * two comes first, and has no place of its own.
   *
   * @param {Record<string, any>} message
   * @returns {boolean} false when it was known already
   */
  receive(message) {
    this.#cursor = Math.max(this.#cursor, message.seq);
    this.#first = Math.min(this.#first ?? message.seq, message.seq);
    if (message.replaces !== undefined) return this.#change(message);
    const key = this.#keyOfSeq.get(message.seq) ?? message.client_id ?? `seq-${message.seq}`;
    const known = this.#entries.get(key);
    const isNew = known === undefined;
    const media = known?.media ?? message.media; // the photo that is on the screen stays, it need not be loaded again
    this.#put({ ...known, ...message, media, key, state: "accepted" });
    this.#amendBySeq(message.seq);
    return isNew;
  }

  /**
   * Show what the customer has just done, before the server knows.
   *
   * @param {{id: string, text: string, at: string, press?: {message: number, choice: string}, media?: Media}} own
   */
  write({ id, text, at, press, media }) {
    if (this.#entries.has(id)) return;
    this.#put({ key: id, seq: null, from: "customer", text, at, press, media, state: "sending" });
  }

  /**
   * The server has an own message on disk. The cursor stays: what stands before it may be on its way still.
   *
   * @param {string} id
   * @param {number} seq
   */
  accept(id, seq) {
    const entry = this.#entries.get(id);
    if (entry?.seq === null) this.#put({ ...entry, seq: Number.isInteger(seq) ? seq : null, state: "accepted" });
  }

  /**
   * Change an own message that is not confirmed yet. Unknown and confirmed ones are left alone.
   *
   * @param {string} id
   * @param {Partial<Entry>} change
   */
  amend(id, change) {
    const entry = this.#entries.get(id);
    if (entry?.seq === null) this.#put({ ...entry, after: this.#cursor, ...change });
  }

  /** @param {string} id of an own message that is taken back */
  remove(id) {
    this.#entries.delete(id);
  }

  /** Forget everything: the session has ended. */
  clear() {
    this.#entries.clear();
    this.#keyOfSeq.clear();
    this.#changes.clear();
    this.#cursor = 0;
    this.#first = null;
  }

  #change(message) {
    const newest = this.#changes.get(message.replaces);
    if (newest !== undefined && newest.seq >= message.seq) return false;
    this.#changes.set(message.replaces, message);
    this.#amendBySeq(message.replaces);
    return true;
  }

  #amendBySeq(seq) {
    const change = this.#changes.get(seq);
    const entry = this.#entries.get(this.#keyOfSeq.get(seq));
    if (change === undefined || entry === undefined || entry.from !== change.from) return;
    const { text, media } = change;
    this.#put({ ...entry, text, media, edited: true, removed: text === "" && media === undefined });
  }

  #put(entry) {
    this.#entries.set(entry.key, entry);
    if (entry.seq !== null) this.#keyOfSeq.set(entry.seq, entry.key);
  }
}

/** Confirmed messages stand by seq, refused ones where they were refused, those that still wait at the end. */
function place({ seq, state, after }) {
  if (seq !== null) return seq;
  return state === "refused" ? after + 0.5 : Infinity;
}

/**
 * Mark in each message the choice that was taken. A press says it itself, the last one counts; of other answers, and of
 * all that were given before the page was loaded, the first one in the words of a label does.
 */
function marked(entries) {
  const asked = [];
  for (const entry of entries) {
    if (entry.choices?.length) {
      entry.chosen = null;
      asked.push(entry);
    } else if (entry.from === "customer") {
      const [question, choice] = pressed(entry, asked) ?? [];
      if (question !== undefined && entry.state !== "refused") question.chosen = choice;
    }
  }
  return entries;
}

function pressed(entry, asked) {
  if (entry.press !== undefined) {
    const question = asked.find(({ seq }) => seq === entry.press.message);
    return question && [question, entry.press.choice];
  }
  for (const question of [...asked].reverse().filter(({ chosen }) => chosen === null)) {
    const choice = question.choices.find(({ label }) => label === entry.text);
    if (choice !== undefined) return [question, choice.id];
  }
  return undefined;
}
