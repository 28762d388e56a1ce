// The page of a person who signed in: what is asked of them, what is under way, their reports.
import { call } from "../shared/api.js";
import { card, hint, moment, table, time } from "../shared/display.js";
import { byId, clear, el, show } from "../shared/dom.js";
import { forgetDrafts } from "../shared/drafts.js";
import { actions, button } from "../shared/forms.js";
import "../shared/frame.js";
import { onLanguage, spoken, t } from "../shared/language.js";
import { trouble } from "../shared/trouble.js";
import { DRAFTS, disavowalPart } from "./disavowal.js";

const ENDED = ["concluded", "withdrawn", "rejected", "annulled"];
let person = null;
const cases = [];
let next = null;
// The case of which the person is about to say something.
let chosen = null;
// What became of what was said last.
let note = null;

function link({ case_number: number }) {
  return el("a", { class: "code", href: `case#${new URLSearchParams({ n: number })}` }, number);
}

/** What may be said of a case: a button for each, or nothing. */
function sayings(one) {
  return one.allowed_actions.map((action) => {
    const words = t(`my.${action}`);
    const node = button(words, () => choose(one));
    node.id = `say-${one.case_number}`;
    node.setAttribute("aria-label", `${words} ${one.case_number}`);
    return node;
  });
}

function part(key, found, last) {
  const heads = ["case", "received_at", "stage", last, "not_mine"].map((head) => t(`my.${head}`));
  const rows = found.map((one) => [
    link(one),
    time(one.received_at),
    spoken(one.stage_name),
    last === "report" ? el("span", { class: "code" }, one.report_number) : spoken(one.next),
    sayings(one),
  ]);
  return card(t(`my.${key}`), found.length ? table(heads, rows) : el("p", {}, t("my.none")));
}

function draw() {
  if (!person) return;
  const frozen = cases.filter((one) => one.stage === "frozen");
  const asked = cases.filter((one) => one.asks_applicant);
  const reports = cases.filter((one) => one.report_number && !frozen.includes(one));
  const ended = cases.filter((one) => !one.report_number && ENDED.includes(one.stage));
  const told = new Set([...frozen, ...asked, ...reports, ...ended]);
  byId("sign-in").hidden = true;
  show(byId("mine"),
    card(t("my.signed_in", { name: person.name }),
      hint(t("my.until", { at: moment(person.session_ends_at) })),
      actions(
        el("a", { class: "button", href: "apply" }, t("my.apply")),
        button(t("my.sign_out"), leave))),
    note ? el("p", { class: "card", id: "note", role: "status", tabindex: "-1" }, t(note)) : null,
    chosen ? disavowalPart(chosen, said, cancel) : null,
    frozen.length ? part("frozen", frozen, "next") : null,
    part("asked", asked, "next"),
    part("under_way", cases.filter((one) => !told.has(one)), "next"),
    part("reports", reports, "report"),
    ended.length ? part("ended", ended, "next") : null,
    next ? actions(button(t("my.more"), more)) : null);
}

function choose(one) {
  chosen = one;
  note = null;
  draw();
  byId("disavowal").focus();
}

function cancel() {
  const number = chosen.case_number;
  chosen = null;
  draw();
  byId(`say-${number}`).focus();
}

/** The answer to what was said takes the place of what the list had of the case. */
function said(answer) {
  cases.splice(cases.findIndex((one) => one.case_number === answer.case_number), 1, answer);
  chosen = null;
  note = answer.stage === "frozen" ? "my.is_frozen" : "my.goes_on";
  draw();
  byId("note").focus();
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
  chosen = null;
  note = null;
  cases.length = 0;
  forgetDrafts(DRAFTS);
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
