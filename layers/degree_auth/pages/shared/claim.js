// Values of a claim in words.
import { facts } from "./data.js";
import { t } from "./language.js";

/** A value as people read it: the word of a choice, anything else as it is. */
export function shownValue(path, value) {
  return facts.fields[path].choices ? t(`${path.split(".")[1]}.${value}`) : value;
}

/** What the applicant filled in. */
export function claimed(claim, path) {
  const [section, name] = path.split(".");
  return shownValue(path, claim[section][name]);
}
