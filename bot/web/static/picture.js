/** What the server takes for a picture. */

const LARGEST_BYTES = 10 * 1024 * 1024;
const KINDS = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);

/** Give the word that says why a file cannot be sent, or null. */
export function faultOf(file) {
  if (!KINDS.has(file.type)) return "photo_kind";
  return file.size > LARGEST_BYTES ? "photo_too_big" : null;
}
