// What an applicant is asked for: corrections of fields, files, or both.
import { CATEGORY, categoryChoices, OTHER_CATEGORY, openOther } from "../shared/categories.js";
import { claimed } from "../shared/claim.js";
import { facts } from "../shared/data.js";
import { hint, list } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { actions, field, fields, form, select, submit } from "../shared/forms.js";
import { spoken, t } from "../shared/language.js";
import { ask, draftOf, may, showStatus } from "./session.js";

// What is corrected along with a field: another level has other categories.
const ALONG = {
  "degree.level": ["degree.level", CATEGORY, OTHER_CATEGORY],
  [CATEGORY]: [CATEGORY, OTHER_CATEGORY],
};
// A file is chosen in the part of the files.
const place = (path) => (facts.fields[path] || path === OTHER_CATEGORY ? `change-${path}` : "file");

/** The request, with a form that answers it. */
export function supplementPart(status) {
  if (!status.request || !may(status, "supplements")) return null;
  const { reason, fields: asked } = status.request;
  const changeable = correctable(asked);
  const others = asked.filter((each) => !facts.fields[each.field]);
  const send = (sent) => ask("POST", "/supplements", changesIn(sent));
  const node = form({ draft: draftOf("supplement"), send, sent: showStatus, spot: place },
    fields(changeable.map((path) => control(status.claim, path))),
    hint(t(changeable.length ? "case.supplement_hint" : "case.supplement_files_hint")),
    actions(submit(t("case.supplement_submit"))));
  if (changeable.includes(CATEGORY)) followCategory(node);
  return el("section", { class: "card next" },
    el("h2", {}, t("case.supplement")), el("p", {}, reason),
    others.length ? list(others.map(spoken)) : null, node);
}

/** The names of the fields that can be corrected, each once. */
function correctable(asked) {
  const paths = asked.map((each) => each.field).filter((path) => facts.fields[path]);
  return [...new Set(paths.flatMap((path) => ALONG[path] || path))];
}

function followCategory(node) {
  const open = () => openOther(node.elements[CATEGORY], node.elements[OTHER_CATEGORY]);
  node.addEventListener("input", open);
  open();
}

function control(claim, path) {
  const label = t(`field.${path}`);
  if (path === OTHER_CATEGORY) {
    return line(path, label, { ...facts.fields[CATEGORY], hint: t("category.other_hint") });
  }
  const words = path === CATEGORY ? categoryChoices()
    : facts.fields[path].choices?.map((value) => [value, t(`${path.split(".")[1]}.${value}`)]);
  const present = claim && t("case.present_value", { value: claimed(claim, path) });
  if (!words) return line(path, label, { ...facts.fields[path], hint: present });
  return select(place(path), label, [["", t("case.unchanged")], ...words],
    { name: path, hint: present });
}

function line(path, label, { longest, date, hint: words }) {
  const more = { placeholder: date ? "YYYY-MM-DD" : null, hint: words };
  return field(place(path), label, { name: path, maxlength: longest, ...more });
}

/** What was filled in. The line for other words of a category is sent once it is open. */
function changesIn(sent) {
  const body = {};
  for (const [path, value] of new FormData(sent)) {
    const [section, name] = path.split(".");
    const filled = path === OTHER_CATEGORY || (value.trim() && value !== OTHER_CATEGORY);
    if (filled) body[section] = { ...body[section], [name]: value.trim() };
  }
  return body;
}
