/**
 * Calls of the desk. The cookie goes by itself; the header says that a page of ours makes the call.
 */

/**
 * Ask the server.
 *
 * @param {string} url
 * @param {{body?: object|Blob, id?: string, signal?: AbortSignal}} [options] with a body it is a POST; a Blob goes as it is
 * @returns {Promise<{status: number, body: Record<string, any>}>} status 0 when there was no answer
 */
export async function call(url, { body, id, signal } = {}) {
  const headers = { "X-Desk": "1" };
  if (id !== undefined) headers["X-Client-Id"] = id;
  const method = body === undefined ? "GET" : "POST";
  const plain = body === undefined || body instanceof Blob;
  if (!plain) headers["Content-Type"] = "application/json";
  const sent = plain ? body : JSON.stringify(body);
  try {
    const answer = await fetch(url, { method, headers, body: sent, cache: "no-store", signal });
    const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
    return { status: answer.status, body: isJson ? await answer.json() : {} };
  } catch {
    return { status: 0, body: {} }; // no network, the server is down, or nobody waits for it any more
  }
}
