// The page of a person who signed in: what is asked of them, what is under way, their reports.
import { call, fragment, refused } from "../shared/api.js";
import { words } from "../shared/data.js";
import { card, code, hint, list, moment, table, time } from "../shared/display.js";
import { byId, clear, el, show } from "../shared/dom.js";
import { actions, button } from "../shared/forms.js";
import "../shared/frame.js";
import { onLanguage, spoken, t } from "../shared/language.js";
import { forgetPerson, onSessionEnd, signedIn } from "../shared/person.js";
import { trouble } from "../shared/trouble.js";
import { disavowalPart } from "./disavowal.js";
import { viewersOf, viewersPart } from "./viewers.js";

// What is asked of somebody must be seen at once, however old its case is.
const AT_ONCE = 100;
let person = null;
const cases = [];
let next = null;
// The case of which the person is about to say something.
let chosen = null;
// What became of what was said last.
let note = null;
// Who has viewed a case, while the person looks at it.
let viewed = null;

const hasEnded = (one) => one.held_by === "nobody";

function caseLink({ case_number: number }) {
  return el("a", { class: "code", href: `case#${new URLSearchParams({ n: number })}` }, number);
}

/** Leads to who has viewed a case. */
function viewers({ case_number: number }) {
  const node = button(t("my.viewers"), () => openViewers(number));
  node.id = `viewers-${number}`;
  node.setAttribute("aria-label", `${t("my.viewers")} ${number}`);
  return el("p", {}, node);
}

/** What may be said of a case: a button for each, or nothing. */
function sayings(one) {
  return one.allowed_actions.map((action) => {
    const saying = t(`my.${action}`);
    const node = button(saying, () => choose(one));
    node.id = `say-${one.case_number}`;
    node.setAttribute("aria-label", `${saying} ${one.case_number}`);
    return el("p", {}, node);
  });
}

function degree({ institution_name: institution, category }) {
  return el("span", { class: "said" }, `${institution} ${category}`);
}

/** What the case waits for; what a reviewer or an institution asks is in their words. */
function nextOf({ next: words, asks_applicant: asked, request }) {
  return el("div", {}, spoken(words), asked && request ? [
    el("p", { class: "said" }, request.reason),
    list(request.fields.map(spoken)),
  ] : null);
}

function proof({ proven_by_name: name }) {
  return name ? spoken(name) : t("my.not_proven");
}

function reportOf({ report_number: number, links }) {
  return el("div", {}, code(number), el("p", {},
    el("a", { href: `v1/applications/${links.self.split("/").at(-1)}/report`, rel: "noreferrer" },
      t("my.download"))));
}

function part(key, found, lastHead, last) {
  const heads = ["case", "degree", "received_at", "proven_by", "stage", lastHead];
  const rows = found.map((one) => [
    el("div", {}, caseLink(one), viewers(one), sayings(one)), degree(one),
    time(one.received_at), proof(one), spoken(one.stage_name), last(one),
  ]);
  return card(t(`my.${key}`),
    found.length ? table(heads.map((head) => t(`my.${head}`)), rows) : el("p", {}, t("my.none")));
}

function draw() {
  if (!person) return;
  const frozen = cases.filter((one) => one.stage === "frozen");
  const asked = cases.filter((one) => one.asks_applicant);
  const reports = cases.filter((one) => one.report_number && !frozen.includes(one));
  const ended = cases.filter((one) => hasEnded(one) && !one.report_number);
  const told = [...frozen, ...asked, ...reports, ...ended];
  const underWay = cases.filter((one) => !told.includes(one));
  byId("sign-in").hidden = true;
  show(byId("mine"),
    card(t("my.signed_in", { name: person.name }),
      hint(t("my.until", { at: moment(person.session_ends_at) })),
      actions(
        el("a", { class: "button", href: "apply" }, t("my.apply")),
        button(t("my.sign_out"), leave))),
    note ? el("p", { class: "card", id: "note", role: "status", tabindex: "-1" }, t(note)) : null,
    chosen ? disavowalPart(chosen, said, cancel) : null,
    viewed ? viewersPart(viewed, moreViewers, closeViewers) : null,
    frozen.length ? part("frozen", frozen, "next", nextOf) : null,
    part("asked", asked, "next", nextOf),
    part("under_way", underWay, "next", nextOf),
    part("reports", reports, "report", reportOf),
    ended.length ? part("ended", ended, "next", nextOf) : null,
    next ? actions(button(t("my.more"), more)) : null);
}

async function openViewers(number) {
  viewed = await viewersOf(number);
  draw();
  byId("viewers").focus();
}

async function moreViewers() {
  viewed = await viewersOf(viewed.number, viewed);
  draw();
  byId("viewers").focus();
}

function closeViewers() {
  const { number } = viewed;
  viewed = null;
  draw();
  byId(`viewers-${number}`).focus();
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
  const before = cases.length;
  do {
    const query = next ? `?${new URLSearchParams({ cursor: next })}` : "";
    const page = await call("GET", `v1/me/applications${query}`);
    cases.push(...page.applications);
    next = page.next_cursor;
  } while (next && cases.length - before < AT_ONCE);
  draw();
}

async function leave() {
  await call("DELETE", "v1/me/session");
  forgetPerson();
  empty();
}

function empty() {
  person = null;
  chosen = null;
  viewed = null;
  note = null;
  cases.length = 0;
  clear(byId("mine"));
  byId("sign-in").hidden = false;
}

/** Why a sign-in came to nothing, when one has just led here. */
function sayWhy() {
  const key = `refused.${fragment().get("refused")}`;
  if (!words[key]) return;
  history.replaceState(null, "", location.pathname);
  trouble(refused(key));
}

async function start() {
  try {
    person = await signedIn();
  } catch (refusal) {
    byId("sign-in").hidden = false;
    if (refusal.status !== 401) trouble(refusal);
    return;
  }
  await more().catch(trouble);
}

onLanguage(draw);
onSessionEnd(empty);
sayWhy();
start();
