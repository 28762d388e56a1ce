// Standing explanations: what an institution says about some of its degrees once and for all.
import { facts } from "../shared/data.js";
import { hint } from "../shared/display.js";
import { el } from "../shared/dom.js";
import {
  actions, box, disclosure, field, fields, form, group, spotIn, submit,
} from "../shared/forms.js";
import { spoken, t } from "../shared/language.js";
import { draftOf, isLead, signed } from "./session.js";
import { announce, title, turn } from "./view.js";

/** The explanations; a lead department may change them and add to them. */
export async function explanationsView() {
  const { explanations } = await signed("GET", "v1/explanations");
  return el("section", { class: "card" }, title(t("portal.explanations")),
    hint(t("portal.explanations_hint")),
    explanations.length ? null : el("p", {}, t("portal.no_explanations")),
    explanations.map((each) => el("div", { class: "item" },
      el("p", { class: "bare" }, spoken({ zh: each.text, en: each.text_en })),
      hint(validity(each)), isLead() ? explanationForm(each) : null)),
    isLead() ? el("div", { class: "item" }, explanationForm(null)) : null);
}

function validity(each) {
  const { levels, study_forms: forms, first_award_year: first, last_award_year: last } = each;
  const all = t("portal.all");
  const chosen = (kind, values) =>
    values.map((value) => t(`${kind}.${value}`)).join(t("portal.comma")) || all;
  return t("portal.explanation_validity", {
    levels: chosen("level", levels),
    forms: chosen("study_form", forms),
    years: first || last ? `${first || "…"}–${last || "…"}` : all,
    days: `${each.valid_from}–${each.valid_until || "…"}`,
  });
}

const EMPTY = { explanation_id: "", version: 0, levels: [], study_forms: [] };
const DAY = { maxlength: 10, placeholder: "YYYY-MM-DD" };
const YEAR = { maxlength: 4, inputmode: "numeric" };

function explanationForm(explanation) {
  const present = explanation || EMPTY;
  const prefix = explanation ? `explanation-${present.explanation_id}` : "new-explanation";
  // The id is made once, so that a retry registers nothing twice.
  const id = present.explanation_id || crypto.randomUUID();
  const send = (sent) => {
    const body = { ...explanationIn(sent), version: present.version };
    return signed("PUT", `v1/explanations/${id}`, { body });
  };
  const sent = async () => {
    await turn();
    announce(t("portal.explanation_saved"));
  };
  const line = (name, more) => field(`${prefix}-${name}`, t(`portal.explanation_${name}`),
    { name, value: present[name], ...more });
  const area = (name) => line(name, { rows: 3, maxlength: facts.longest.explanation });
  return disclosure(prefix, t(explanation ? "portal.change" : "portal.new_explanation"),
    form({ draft: draftOf(`${prefix}/${present.version}`), send, sent, spot: spotIn(prefix) },
      fields(area("text"), area("text_en"),
        line("first_award_year", YEAR), line("last_award_year", YEAR),
        line("valid_from", DAY), line("valid_until", DAY)),
      choices(prefix, "levels", "level", present.levels),
      choices(prefix, "study_forms", "study_form", present.study_forms),
      actions(submit(t("portal.save"), "plain"))));
}

function choices(prefix, name, kind, ticked) {
  const values = facts.fields[`degree.${kind}`].choices;
  return group(`${prefix}-${name}`, t(`portal.explanation_${name}`), el("div", { class: "boxes" },
    values.map((value) => box(`${prefix}-${name}-${value}`, t(`${kind}.${value}`),
      { name, value, checked: ticked.includes(value) }))));
}

function explanationIn(sent) {
  const given = new FormData(sent);
  const text = (name) => given.get(name).trim();
  // What is no number goes as it is, so that the API names the fault.
  const year = (name) => (/^\d+$/.test(text(name)) ? Number(text(name)) : text(name) || null);
  return {
    text: text("text"),
    text_en: text("text_en"),
    levels: given.getAll("levels"),
    study_forms: given.getAll("study_forms"),
    first_award_year: year("first_award_year"),
    last_award_year: year("last_award_year"),
    valid_from: text("valid_from"),
    valid_until: text("valid_until") || null,
  };
}
