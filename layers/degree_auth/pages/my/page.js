// The page of a person who signed in: what is asked of them, what is under way, their reports.
import { call } from "../shared/api.js";
import { card, hint, moment, table, time } from "../shared/display.js";
import { byId, clear, el, show } from "../shared/dom.js";
import { actions, button } from "../shared/forms.js";
import "../shared/frame.js";
import { onLanguage, spoken, t } from "../shared/language.js";
import { trouble } from "../shared/trouble.js";

const ENDED = ["concluded", "withdrawn", "rejected"];
let person = null;
const cases = [];
let next = null;

function link({ case_number: number }) {
  return el("a", { class: "code", href: `case#${new URLSearchParams({ n: number })}` }, number);
}

function part(key, found, last) {
  const heads = ["case", "received_at", "stage", last].map((head) => t(`my.${head}`));
  const rows = found.map((one) => [
    link(one),
    time(one.received_at),
    spoken(one.stage_name),
    last === "report" ? el("span", { class: "code" }, one.report_number) : spoken(one.next),
  ]);
  return card(t(`my.${key}`), found.length ? table(heads, rows) : el("p", {}, t("my.none")));
}

function draw() {
  if (!person) return;
  const asked = cases.filter((one) => one.asks_applicant);
  const reports = cases.filter((one) => one.report_number);
  const ended = cases.filter((one) => !one.report_number && ENDED.includes(one.stage));
  const told = new Set([...asked, ...reports, ...ended]);
  byId("sign-in").hidden = true;
  show(byId("mine"),
    card(t("my.signed_in", { name: person.name }),
      hint(t("my.until", { at: moment(person.session_ends_at) })),
      actions(
        el("a", { class: "button", href: "apply" }, t("my.apply")),
        button(t("my.sign_out"), leave))),
    part("asked", asked, "next"),
    part("under_way", cases.filter((one) => !told.has(one)), "next"),
    part("reports", reports, "report"),
    ended.length ? part("ended", ended, "next") : null,
    next ? actions(button(t("my.more"), more)) : null);
}

async function more() {
  const query = next ? `?${new URLSearchParams({ cursor: next })}` : "";
  const page = await call("GET", `v1/me/applications${query}`);
  cases.push(...page.applications);
  next = page.next_cursor;
  draw();
}

async function leave() {
  await call("DELETE", "v1/me/session");
  person = null;
  cases.length = 0;
  clear(byId("mine"));
  byId("sign-in").hidden = false;
}

async function start() {
  try {
    person = await call("GET", "v1/me");
  } catch (refusal) {
    byId("sign-in").hidden = false;
    if (refusal.status !== 401) trouble(refusal);
    return;
  }
  await more().catch(trouble);
}

onLanguage(draw);
start();
