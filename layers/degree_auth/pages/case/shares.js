// Links by which the holder shares the result: made, listed with the views used, closed.
import { facts } from "../shared/data.js";
import { badge, definitions, hint, moment, table } from "../shared/display.js";
import { byId, el } from "../shared/dom.js";
import {
  actions, box, button, disclosure, field, fields, form, group, select, submit,
} from "../shared/forms.js";
import { t } from "../shared/language.js";
import { ask, draftOf, isHolders, refresh } from "./session.js";

const OF_HOLDER = ["sex", "birth_date"];
const USUAL = ["institution_name", "level", "category", "discipline", "award_date"];
// What was made is shown once, so it outlasts a new drawing of the page.
let shown = { of: null, made: null, listed: null };

/** The part with the links of a report, for whoever may make them. */
export function sharesPart({ case_number: number, report, proven_by: provenBy }) {
  if (!report || (!isHolders() && provenBy === "identity_provider")) return null;
  if (shown.of !== number) shown = { of: number, made: null, listed: null };
  return el("section", { class: "card noprint" }, disclosure("shares", t("case.shares"),
    hint(t("case.shares_hint")),
    shown.made ? el("div", { class: "keep", id: "share-made", tabindex: "-1" },
      el("p", {}, t("case.share_keep")),
      definitions([[t("case.share_address"), shown.made, "code"]])) : null,
    makeForm(),
    shown.listed ? listOf(shown.listed) : null,
    actions(button(t("case.shares_list"), list))));
}

const nameOf = (name) => t(`field.${OF_HOLDER.includes(name) ? "holder" : "degree"}.${name}`);

function makeForm() {
  const names = ["masked", "whole"].map((each) => [each, t(`case.share_name.${each}`)]);
  const number = (id, value, max) => field(`share-${id}`, t(`case.share_${id}`),
    { name: id, type: "number", min: 1, max, value, inputmode: "numeric" });
  return form({ draft: draftOf("share"), send: make, sent: made, spot: (path) => `share-${path}` },
    group("share-fields", t("case.share_fields"), facts.shares.fields.map((each) =>
      box(`share-field-${each}`, nameOf(each),
        { name: "fields", value: each, checked: USUAL.includes(each) }))),
    fields(select("share-name", t("field.holder.name"), names),
      number("days", 30, facts.shares.most_days), number("views", 10, facts.shares.most_views)),
    actions(submit(t("case.share_make"))));
}

function make(sent) {
  const given = new FormData(sent);
  return ask("POST", "/shares", {
    fields: given.getAll("fields"),
    name: given.get("share-name"),
    days: Number(given.get("days")),
    views: Number(given.get("views")),
  });
}

async function made(answer) {
  shown.made = answer.link;
  await list();
  byId("share-made").focus();
}

async function list() {
  shown.listed = (await ask("GET", "/shares")).shares;
  await refresh();
}

function listOf(listed) {
  if (!listed.length) return el("p", {}, t("case.shares_none"));
  const keys = ["made_at", "shows", "used", "ends_at", "state"];
  const heads = keys.map((key) => t(`case.share_${key}`));
  return table(heads, listed.map((one) => [
    moment(one.made_at),
    [t(`case.share_name.${one.name}`), ...one.fields.map(nameOf)].join(t("case.share_comma")),
    t("case.share_views_used", { used: one.used, views: one.views }),
    moment(one.ends_at),
    one.state === "open" ? closeButton(one) : badge("slate", t(`case.share_state.${one.state}`)),
  ]));
}

function closeButton({ share_id: id, made_at: at }) {
  const node = button(t("case.share_close"), async () => {
    await ask("DELETE", `/shares/${encodeURIComponent(id)}`);
    await list();
  });
  node.setAttribute("aria-label", `${t("case.share_close")} ${moment(at)}`);
  return node;
}
