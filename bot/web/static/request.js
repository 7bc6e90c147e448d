/**
 * Calls to the server over HTTP, and names for what goes over the wire.
 */

/** There was no answer, or none of ours: no network, the server is down, a hotel's log-in page. */
export class NoAnswer extends Error {}

/**
 * Ask the server. Rejects only with `NoAnswer`.
 *
 * @param {string} url
 * @param {{method?: string, token?: string, body?: object}} [options] a body is sent as JSON
 * @returns {Promise<{status: number, body: Record<string, any>}>} an empty body when the answer was not JSON
 */
export async function ask(url, { method = "GET", token, body } = {}) {
  const headers = {};
  if (token !== undefined) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
    const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
    return { status: answer.status, body: isJson ? await answer.json() : {} };
  } catch (failure) {
    throw new NoAnswer(url, { cause: failure });
  }
}

/**
 * Tell whether the answer means that the token is no longer good.
 *
 * @param {number} status
 * @returns {boolean}
 */
export function isUnauthorised(status) {
  return status === 401 || status === 403;
}

/**
 * Make a message id that nobody else makes. `crypto.randomUUID` is missing on plain http, hence the long way.
 *
 * @returns {string} a version 4 UUID
 */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
