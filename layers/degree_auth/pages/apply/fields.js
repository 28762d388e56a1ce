// The fields of an application, in the order of the form.
import { CATEGORY, categoryChoices, OTHER_CATEGORY } from "../shared/categories.js";
import { facts } from "../shared/data.js";
import { byId, el, show } from "../shared/dom.js";
import { field, select } from "../shared/forms.js";
import { t } from "../shared/language.js";

const DATE = { placeholder: "YYYY-MM-DD", inputmode: "numeric" };
// What a control has beside the domain's limits.
const MORE = {
  "holder.name": { autocomplete: "name", hint: "apply.name_hint" },
  "holder.birth_date": { autocomplete: "bday" },
  "holder.identity_number": { class: "code" },
  "degree.institution_code": { class: "code", inputmode: "numeric", hint: "apply.code_hint" },
  "degree.institution_name": { list: "institutions", hint: "apply.institution_hint" },
  [CATEGORY]: { hint: "apply.category_hint" },
  [OTHER_CATEGORY]: { hint: "category.other_hint" },
  "degree.certificate_number": { class: "code" },
  "contact.mobile": { type: "tel", autocomplete: "tel" },
  "contact.email": { type: "email", autocomplete: "email" },
};
// The name of an institution is asked before its code, which the name fills in; the certificate's
// words for a category after the categories to choose from.
const CODE = "degree.institution_code";
const NAME = "degree.institution_name";
const MOVED = { [CODE]: NAME, [NAME]: CODE, [CATEGORY]: [CATEGORY, OTHER_CATEGORY] };

/** The dotted names of the fields. */
export const PATHS = Object.keys(facts.fields).flatMap((path) => MOVED[path] || path);

/** The id of the control of a field. */
export const places = (path) => path.replace(".", "-");

/** Draws every field anew, empty. */
export function drawFields() {
  for (const section of ["holder", "degree", "contact"]) {
    show(byId(section), PATHS.filter((path) => path.startsWith(`${section}.`)).map(control));
  }
}

function control(path) {
  const id = places(path);
  const { longest, date } = facts.fields[path === OTHER_CATEGORY ? CATEGORY : path];
  const choices = options(path);
  const { hint, ...more } = MORE[path] || {};
  const described = `${hint ? `hint-${id} ` : ""}fault-${id}`;
  const attributes = { hint: hint && t(hint), "aria-describedby": described, ...more };
  const label = t(`field.${path}`);
  const node = choices
    ? select(id, label, [["", t("apply.choose")], ...choices], attributes)
    : field(id, label, { maxlength: longest, ...(date ? DATE : {}), ...attributes });
  node.append(el("p", { class: "fault", id: `fault-${id}`, hidden: true }));
  return node;
}

/** Pairs of value and words of a field that is a choice. */
function options(path) {
  if (path === CATEGORY) return categoryChoices();
  return facts.fields[path]?.choices?.map((value) => [value, t(`${path.split(".")[1]}.${value}`)]);
}

const words = (path, value) => options(path)?.find(([choice]) => choice === value)?.[1] ?? value;
const isAsked = (path) => !byId(places(path)).disabled;

/** What the form holds, as the API takes it. */
export function typed() {
  const body = { holder: {}, degree: {}, contact: {}, consent: byId("consent").checked };
  for (const path of PATHS.filter(isAsked)) {
    const [section, name] = path.split(".");
    const { value } = byId(places(path));
    if (value !== OTHER_CATEGORY) body[section][name] = value;
  }
  return body;
}

/** Label and value of every field of a section, in words. */
export function answers(body, section) {
  return PATHS.filter((path) => path.startsWith(`${section}.`)).map((path) => {
    const value = body[section][path.split(".")[1]];
    return value === undefined ? null : [t(`field.${path}`), words(path, value)];
  });
}

/** What is still to be filled in: the key of its fault by field. */
export function missing() {
  const empty = PATHS.filter((path) => isAsked(path) && !byId(places(path)).value.trim());
  const faults = Object.fromEntries(empty.map((path) => [path, "apply.required"]));
  return byId("consent").checked ? faults : { ...faults, consent: "apply.consent_required" };
}
