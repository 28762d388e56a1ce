// A case as its applicant sees it, part by part.
import { claimed } from "../shared/claim.js";
import { facts } from "../shared/data.js";
import { card, code, definitions, glance, hint, list, timeline } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { fileField, fileItem, sendFile, settled } from "../shared/files.js";
import { actions, button, disclosure, fields, form, select, submit } from "../shared/forms.js";
import { spoken, t } from "../shared/language.js";
import { notificationsPart } from "./notifications.js";
import { disputePart, noticePart, rechecksPart, urgencyPart } from "./recheck.js";
import {
  ask, draftOf, isHolders, madeLink, may, refresh, renewLink, revokeLink, showStatus,
} from "./session.js";
import { sharesPart } from "./shares.js";
import { supplementPart } from "./supplement.js";

/** Every part of the page for a status; `leave` closes the case. */
export function statusParts(status, leave) {
  return [
    topPart(status), supplementPart(status), nextPart(status), noticePart(status),
    reportPart(status), claimPart(status), comparisonPart(status), explanationsPart(status),
    rechecksPart(status),
    filesPart(status), urgencyPart(status), disputePart(status, upload), historyPart(status),
    notificationsPart(status),
    sharesPart(status), linkPart(status), leavingPart(status, leave),
  ];
}

const hasEnded = (status) => status.held_by === "nobody";

function topPart(status) {
  const { clock } = status;
  const ended = hasEnded(status);
  // While a recheck is open the former outcome is not where the case stands.
  const outcome = ended && status.outcome && t(`case.outcome.${status.outcome}`);
  const days = { day: clock.working_day, of: clock.of };
  const counted = ended ? "case.days_in_all" : daysKey(clock);
  return el("section", { class: "card" },
    el("p", { class: "number" }, t("case.number"), code(status.case_number)),
    el("div", { class: "glance" },
      glance(t("case.stage"), outcome || spoken(status.stage_name)),
      glance(t("case.held_by"), spoken(status.held_by_name)),
      glance(t("case.working_day"), t(counted, days))),
    daysUsed(clock, ended),
    status.expected ? hint(spoken(status.expected.words)) : null);
}

const daysKey = (clock) => clock.promise_broken ? "case.days_past" : "case.day_of";

function daysUsed(clock, ended) {
  const { working_day: day, of, centre, institution, due, provisional } = clock;
  const used = [
    ...Array(centre.used).fill("centre"), ...Array(institution.used).fill("institution"),
  ];
  const cells = Array.from({ length: of }, (_, n) => el("i", { class: used[n] }));
  const key = (kind, share) => el("span", {}, el("i", { class: kind }),
    t("case.share", { who: t(`case.${kind}`), used: share.used, of: share.of }));
  const past = { due, day, of, over: day - of };
  const promise = due ? t(clock.promise_broken ? "case.promise_past" : "case.promise", past)
    : t("case.clock_stands");
  return [
    el("div", { class: "days", role: "img", "aria-label": t(daysKey(clock), { day, of }) }, cells),
    el("div", { class: "key" }, key("centre", centre), key("institution", institution),
      ended ? null : el("span", {}, promise)),
    provisional && !ended ? hint(t("case.provisional")) : null,
  ];
}

function nextPart(status) {
  return el("section", { class: "card next" },
    el("h2", {}, t("case.next")), el("p", {}, spoken(status.next)),
    untilWhen(status));
}

function untilWhen({ asked_until: until }) {
  if (!until) return null;
  const key = until.lapses ? "case.asked_until" : "case.asked_until_stays";
  return el("p", {}, t(key, { due: until.due }));
}

function reportPart({ report }) {
  if (!report) return null;
  const { report_number: number, check_code: secret } = report;
  // The link lives for minutes only, so that a fresh one is asked for at the click.
  const download = async () => location.assign((await ask("GET", "")).report.url);
  const check = `check#${new URLSearchParams({ n: number, c: secret })}`;
  return card(t("case.report"),
    definitions([
      [t("case.report_number"), number, "code"], [t("case.check_code"), secret, "code"],
    ]),
    actions(button(t("case.download"), download, ""),
      el("a", { class: "button plain", href: check }, t("case.check"))));
}

/** What the applicant stated, with the corrections made since. */
function claimPart({ claim, proven_by_name: proven }) {
  if (!claim) return card(t("case.claim"), el("p", { class: "bare" }, t("case.claim_unconfirmed")));
  const paths = facts.material_fields.filter((path) => path in facts.fields);
  return el("section", { class: "card" }, disclosure("claim", t("case.claim"),
    definitions([
      ...paths.map((path) => [t(`field.${path}`), claimed(claim, path)]),
      [t("case.proven_by"), proven ? spoken(proven) : t("case.not_proven")],
    ]),
    hint(t("case.claim_hint"))));
}

function comparisonPart({ comparison }) {
  if (!comparison) return null;
  return card(t("case.comparison"),
    el("p", { class: "bare" }, t(`case.result.${comparison.result}`)),
    comparison.fields.length ? list(comparison.fields.map(spoken)) : null);
}

function explanationsPart({ explanations }) {
  return explanations.length ? card(t("case.explanations"), list(explanations.map(spoken))) : null;
}

/** Sends the file that a form holds, and gives the status once it has been examined. */
async function upload(sent, kind) {
  const announce = (file) => ask("POST", "/attachments", { kind, ...file });
  const id = await sendFile(sent.elements.file.files[0], announce);
  return settled(id, () => ask("GET", ""), (status) => status.attachments);
}

function filesPart(status) {
  const open = may(status, "attachments");
  if (!open && !status.attachments.length) return null;
  const kinds = facts.files.kinds.map((kind) => [kind, t(`kind.${kind}`)]);
  const send = (sent) => upload(sent, sent.elements.kind.value);
  return card(t("case.files"),
    status.attachments.length ? el("ul", {}, status.attachments.map(fileItem)) : null,
    open ? form({ draft: draftOf("file"), send, sent: showStatus, spot: () => "file" },
      fields(select("kind", t("case.file_kind"), kinds), fileField("file")),
      actions(submit(t("case.upload"), "plain"))) : null);
}

function historyPart({ timeline: entries }) {
  return card(t("case.history"), timeline(entries.map((each) => [each.at, spoken(each)])));
}

/** The link for others, which the holder who signed in makes and takes back. */
function linkPart({ stage, proven_by: provenBy }) {
  if (!isHolders() && provenBy === "identity_provider") {
    return el("section", { class: "card noprint", id: "by-link" }, hint(t("case.by_link")),
      actions(el("a", { class: "button plain", href: "sign-in?to=my" }, t("case.sign_in"))));
  }
  // Nothing is changed in a frozen case, and there is nothing to follow in an annulled one.
  if (!isHolders() || ["frozen", "annulled"].includes(stage)) return null;
  const made = madeLink();
  return el("section", { class: "card noprint" }, disclosure("link", t("case.link"),
    hint(t("case.link_hint")),
    made ? definitions([[t("case.link_address"), made, "code"]]) : null,
    actions(
      button(t("case.link_renew"), renewLink, ""),
      button(t("case.link_revoke"), revokeLink))));
}

function leavingPart(status, leave) {
  const withdraw = async () => showStatus(await ask("POST", "/withdrawal"));
  // Once a case has been concluded, what can be withdrawn is a dispute.
  const what = status.rechecks.length ? "dispute" : "application";
  return el("section", { class: "card noprint" },
    may(status, "withdrawal") ? disclosure("withdrawal", t(`case.withdraw_${what}`),
      hint(t(`case.withdraw_${what}_hint`)),
      actions(button(t(`case.withdraw_${what}_now`), withdraw))) : null,
    actions(button(t("case.refresh"), refresh), button(t("case.leave"), leave)));
}
