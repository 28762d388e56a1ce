// What an applicant is asked for: corrections of fields, files, or both.
import { facts } from "../shared/data.js";
import { hint, list } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { actions, field, fields, form, select, submit } from "../shared/forms.js";
import { spoken, t } from "../shared/language.js";
import { ask, draftOf, may, showStatus } from "./session.js";

const place = (path) => `change-${path}`;

/** The request, with a form that answers it. */
export function supplementPart(status) {
  if (!status.request || !may(status, "supplements")) return null;
  const { reason, fields: asked } = status.request;
  const changeable = asked.filter((each) => facts.fields[each.field]);
  const others = asked.filter((each) => !facts.fields[each.field]);
  const send = (sent) => ask("POST", "/supplements", changesIn(sent));
  return el("section", { class: "card next" },
    el("h2", {}, t("case.supplement")), el("p", {}, reason),
    others.length ? list(others.map(spoken)) : null,
    form({ draft: draftOf("supplement"), send, sent: showStatus, spot: place },
      fields(changeable.map(control)),
      hint(t(changeable.length ? "case.supplement_hint" : "case.supplement_files_hint")),
      actions(submit(t("case.supplement_submit")))));
}

function control(asked) {
  const path = asked.field;
  const { choices, longest, date } = facts.fields[path];
  const kind = path.split(".")[1];
  if (!choices) {
    const placeholder = date ? "YYYY-MM-DD" : null;
    return field(place(path), spoken(asked), { name: path, maxlength: longest, placeholder });
  }
  const words = choices.map((value) => [value, t(`${kind}.${value}`)]);
  const options = [["", t("case.unchanged")], ...words];
  return select(place(path), spoken(asked), options, { name: path });
}

function changesIn(sent) {
  const body = {};
  for (const [path, value] of new FormData(sent)) {
    const [section, name] = path.split(".");
    if (value.trim()) body[section] = { ...body[section], [name]: value.trim() };
  }
  return body;
}
