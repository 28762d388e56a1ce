// The verifying departments of an institution, and their accounts.
import { refused } from "../shared/api.js";
import { facts } from "../shared/data.js";
import { badge, card, hint, table } from "../shared/display.js";
import { el } from "../shared/dom.js";
import {
  actions, box, button, disclosure, field, fields, form, group, spotIn, submit,
} from "../shared/forms.js";
import { t } from "../shared/language.js";
import { machinesCard } from "./machines.js";
import { departmentName, loadDepartments } from "./names.js";
import { draftOf, signed } from "./session.js";
import { announce, title, turn } from "./view.js";

/** Departments, each with a form that changes it, and accounts. */
export async function departmentsView() {
  const departments = await loadDepartments();
  const { accounts } = await signed("GET", "v1/accounts");
  const heads = ["username", "department", "password", "sessions", "action"]
    .map((head) => t(`portal.${head}`));
  return [
    el("section", { class: "card" }, title(t("portal.departments")),
      departments.map(departmentItem), el("div", { class: "item" }, departmentForm(null))),
    card(t("portal.accounts"), table(heads, accounts.map(accountCells)),
      hint(t("portal.accounts_hint"))),
    await machinesCard(departments),
  ];
}

function departmentItem(department) {
  const { department_id: id, name, active, registered, scope } = department;
  return el("div", { class: "item" },
    el("p", { class: "bare" }, el("b", {}, name), " ", el("span", { class: "code" }, id), " ",
      active ? null : badge("amber", t("portal.inactive")),
      registered ? null : badge("slate", t("portal.unregistered"))),
    el("div", { class: "hint" }, scopeLines(scope)), departmentForm(department));
}

function scopeLines(scope) {
  return Object.keys(facts.scope).filter((part) => (scope[part] || []).length).map((part) => {
    const letters = scope[part].map((letter) => t(`portal.letter.${letter}`));
    const ticked = letters.join(t("portal.comma"));
    const other = part === "award_years" && scope.other_years;
    const line = t("portal.scope_line", { part: t(`portal.scope.${part}`), ticked });
    return el("div", {}, line, other ? ` (${scope.other_years})` : null);
  });
}

const EMPTY = { department_id: "", name: "", scope: {}, active: true, version: 0 };

function departmentForm(department) {
  const { department_id: id, name, scope, active, version } = department || EMPTY;
  const prefix = department ? `department-${id}` : "new-department";
  const send = (sent) => {
    const wanted = id || sent.elements.department_id.value.trim();
    if (!wanted) throw refused("portal.not_saved", { department_id: "portal.required" });
    const body = { ...departmentIn(sent), version };
    return signed("PUT", `v1/departments/${encodeURIComponent(wanted)}`, { body });
  };
  const sent = async () => {
    await turn();
    announce(t("portal.department_saved"));
  };
  return disclosure(prefix, t(department ? "portal.change" : "portal.new_department"),
    form({ draft: draftOf(`${prefix}/${version}`), send, sent, spot: spotIn(prefix) },
      fields(
        department ? null : field(`${prefix}-department_id`, t("portal.department_id"), {
          name: "department_id", class: "code", hint: t("portal.department_id_hint"),
        }),
        field(`${prefix}-name`, t("portal.name"), {
          name: "name", maxlength: facts.longest.name, value: name,
        })),
      Object.keys(facts.scope).map((part) => scopeBoxes(prefix, part, scope[part] || [])),
      field(`${prefix}-other_years`, t("portal.other_years"), {
        name: "other_years", maxlength: facts.longest.name, value: scope.other_years,
      }),
      box(`${prefix}-active`, t("portal.active"), { name: "active", checked: active }),
      actions(submit(t("portal.save"), "plain"))));
}

function scopeBoxes(prefix, part, ticked) {
  const boxes = facts.scope[part].map((letter) => box(
    `${prefix}-${part}-${letter}`, t(`portal.letter.${letter}`),
    { name: part, value: letter, checked: ticked.includes(letter) },
  ));
  return group(`${prefix}-${part}`, t(`portal.scope.${part}`),
    el("div", { class: "boxes" }, boxes));
}

function departmentIn(sent) {
  const given = new FormData(sent);
  const scope = { other_years: given.get("other_years").trim() };
  for (const part of Object.keys(facts.scope)) scope[part] = given.getAll(part);
  return { name: given.get("name").trim(), active: given.has("active"), scope };
}

function accountCells(each) {
  const end = async () => {
    await signed("DELETE", `v1/accounts/${each.account_id}/sessions`);
    await turn();
    announce(t("portal.sessions_ended"));
  };
  const open = each.tier === 2 && each.open_sessions;
  return [
    el("span", {}, el("span", { class: "code" }, each.username), " ",
      each.user_proposed_at ? badge("amber", t("portal.user_proposed")) : null),
    departmentName(each.department_id),
    t(each.password_set ? "portal.password_own" : "portal.password_temporary"),
    String(each.open_sessions),
    open ? button(t("portal.end_sessions"), end, "plain small") : "—",
  ];
}
