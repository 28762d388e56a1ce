// The form by which somebody's own system is told when a valid report changes.
import { call, refusalOf } from "../shared/api.js";
import { facts } from "../shared/data.js";
import { definitions, hint, moment } from "../shared/display.js";
import { byId, el, show } from "../shared/dom.js";
import { forgetDrafts, keepDraft } from "../shared/drafts.js";
import { actions, disclosure, field, submit } from "../shared/forms.js";
import { t } from "../shared/language.js";
import { busy, faults } from "../shared/trouble.js";

// The secret is told once, so what was set up outlasts a new drawing of the page.
const watches = new Map();

/** The form for the report that a check found valid, or what was set up with it. */
export function watchForm(result) {
  const number = result.report.report_number;
  const answer = el("div", { class: "answer", "aria-live": "polite" });
  if (watches.has(number)) show(answer, watchFacts(watches.get(number)));
  const content = watches.has(number) ? answer : [form(result, number, answer), answer];
  return el("div", { class: "noprint" },
    disclosure("watch", t("check.watch"), hint(t("check.watch_hint")), content));
}

function form(result, number, answer) {
  const byCode = result.checked.some((each) => each.what === "code" && each.result === "passed");
  const send = (event) => {
    event.preventDefault();
    busy(event.submitter, () => watch(event.target, number, answer));
  };
  const node = el("form", { onsubmit: send, autocomplete: "off", novalidate: true },
    field("watch-url", t("check.watch_url"), {
      name: "url", type: "url", maxlength: facts.longest.url, class: "code", placeholder: "https",
    }),
    field("watch-check_code", t("check.code"), {
      name: "check_code", class: "code", maxlength: facts.longest.code,
      value: byCode ? byId("code").value.trim() : "",
    }),
    actions(submit(t("check.watch_submit"), "plain")));
  keepDraft(node, draftOf(number));
  return node;
}

// A repeat under the same name is the same watch, whose secret a lost answer did not show.
const keys = new Map();

const draftOf = (number) => `watch/${number}`;

async function watch(sent, number, answer) {
  const given = new FormData(sent);
  const body = { report_number: number };
  for (const name of ["check_code", "url"]) body[name] = given.get(name).trim();
  if (!keys.has(number)) keys.set(number, crypto.randomUUID());
  const headers = { "Idempotency-Key": keys.get(number) };
  try {
    watches.set(number, await call("POST", "v1/report-checks/watches", { body, headers }));
    forgetDrafts(draftOf(number));
    sent.hidden = true;
    show(answer, watchFacts(watches.get(number)));
  } catch (error) {
    show(answer, faults(refusalOf(error), (name) => `watch-${name}`));
  }
  answer.firstChild.focus();
}

function watchFacts({ watch_id: id, secret, expires_at: expires }) {
  return [el("div", { class: "keep", tabindex: "-1" }, t("check.watch_keep")), definitions([
    [t("check.watch_id"), id, "code"],
    [t("check.watch_secret"), secret, "code"],
    [t("check.watch_expires"), moment(expires)],
  ])];
}
