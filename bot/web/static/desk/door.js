/**
 * The desk's door: sends what was typed and goes in, or says why not.
 */

import { part } from "../element.js";
import { call } from "./call.js";

const form = part("door");

function say(sentence) {
  part("notice").hidden = sentence === "";
  part("notice").textContent = sentence;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  say("");
  part("go").disabled = true;
  const { status, body } = await call(`${form.dataset.to}?lang=${form.dataset.language}`, { body: Object.fromEntries(new FormData(form)) });
  part("go").disabled = false;
  if (status === 200) location.assign(body.go);
  else say(body.text ?? form.dataset.lost);
});
