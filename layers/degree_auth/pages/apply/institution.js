// The institution: a few characters of its name offer the names of the code list, and a name that
// is chosen fills in the code. A code never stays that belongs to another name.
import { call } from "../shared/api.js";
import { facts } from "../shared/data.js";
import { byId, el, show } from "../shared/dom.js";
import { t } from "../shared/language.js";
import { places } from "./fields.js";

const PAUSE = 250;
const FEWEST = 2;
const MOST = 20;
const codes = new Map();
let typedByHand = false;
let waiting = 0;

/** Watches the form; `changed` is called when a code was filled in or taken out. */
export function followInstitution(changed) {
  const name = () => byId(places("degree.institution_name"));
  const code = () => byId(places("degree.institution_code"));
  const fill = () => {
    const known = codes.get(name().value.trim());
    const stale = !typedByHand || [...codes.values()].includes(code().value.trim());
    if (known || stale) code().value = known || "";
    if (known) typedByHand = false;
    changed();
  };
  byId("application").addEventListener("input", (event) => {
    if (event.target === code()) typedByHand = code().value.trim() !== "";
    if (event.target !== name()) return;
    fill();
    clearTimeout(waiting);
    const query = name().value.trim().slice(0, facts.longest.query);
    if (query.length < FEWEST || codes.has(name().value.trim())) return;
    waiting = setTimeout(() => look(query).then(fill).catch(() => {}), PAUSE);
  });
}

async function look(query) {
  const { institutions } = await call("GET", `v1/institutions?${new URLSearchParams({ query })}`);
  for (const each of institutions) codes.set(each.name, each.code);
  const offered = institutions.slice(0, MOST);
  show(byId("institutions"),
    offered.map((each) => el("option", { value: each.name }, about(each))));
}

// Browsers offer only what holds the typed text, so that a name found by another one shows both.
const about = (each) => (each.found_by ? t("apply.found_by", each) : each.code);
