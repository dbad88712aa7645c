import { readFileSync } from "node:fs";

/** Cases that the Python and the JavaScript rules share. */
export function vectors(name) {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), "utf8"));
}

/** The demonstration form, as it is shipped. */
export function monthly() {
  const path = "../../../webapp/forms/data/monthly-1.json";
  return JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
}
