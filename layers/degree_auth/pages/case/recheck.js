// Beside the plain course of a case: the written notice, urgent handling, rechecks and disputes.
import { facts } from "../shared/data.js";
import { card, code, definitions, hint, list, moment, time } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { fileChoices, fileField } from "../shared/files.js";
import {
  actions, button, disclosure, field, fields, form, group, submit,
} from "../shared/forms.js";
import { spoken, t } from "../shared/language.js";
import { ask, draftOf, may, showStatus } from "./session.js";

/** The written notice of a case that ended without a report. */
export function noticePart({ notice, next }) {
  if (!notice) return null;
  // What happens next says the way to dispute it already, as a rule.
  const repeated = notice.dispute.zh === next.zh;
  return el("section", { class: "card next" },
    el("h2", {}, t("case.notice")), el("p", {}, spoken(notice.reason)),
    repeated ? null : el("p", {}, spoken(notice.dispute)),
    notice.document ? documentOf(notice) : null);
}

/** The signed notice: its number, until when it may be disputed, the file, and its check. */
function documentOf({ dispute_until: until, document: issued }) {
  const { notice_number: number, check_code: secret } = issued;
  const download = async () => location.assign((await ask("GET", "")).notice.document.url);
  const check = `check#${new URLSearchParams({ n: number, c: secret })}`;
  return [
    definitions([
      [t("case.notice_number"), number, "code"], [t("case.check_code"), secret, "code"],
      [t("case.dispute_until"), until],
    ]),
    actions(button(t("case.download_notice"), download, ""),
      el("a", { class: "button plain", href: check }, t("case.check"))),
  ];
}

/** The rechecks of a case, and the reports that they took out of force. */
export function rechecksPart({ rechecks, former_reports: reports }) {
  if (!rechecks.length && !reports.length) return null;
  return card(t("case.rechecks"),
    rechecks.length ? list(rechecks.map((each) => [
      spoken(each.cause_name), "　", el("b", {}, spoken(each.status_name)), "　",
      time(each.opened_at),
    ])) : null,
    reports.length ? list(reports.map((each) => [
      code(each.report_number), "　", t("case.version", { version: each.version }), "　",
      el("b", {}, t(`case.former.${each.state}`)),
    ])) : null);
}

/** Evidence and reason of a dispute; `upload` sends the file of a form. */
export function disputePart(status, upload) {
  if (!may(status, "disputes")) return null;
  const evidence = status.attachments
    .filter((each) => each.kind === "evidence" && each.state === "stored");
  const send = (sent) => {
    const given = new FormData(sent);
    const body = { reason: given.get("reason"), evidence: given.getAll("files") };
    return ask("POST", "/disputes", body);
  };
  const attach = (sent) => upload(sent, "evidence");
  return el("section", { class: "card noprint" },
    disclosure("dispute", t("case.dispute"), hint(t("case.dispute_hint")),
      el("h3", {}, t("case.dispute_evidence")),
      form({ send: attach, sent: showStatus, spot: () => "evidence-file" },
        fields(fileField("evidence-file")), actions(submit(t("case.upload_evidence"), "plain"))),
      el("h3", {}, t("case.dispute_reason")),
      form({ draft: draftOf("dispute"), send, sent: showStatus, spot: (name) => `dispute-${name}` },
        group("dispute-evidence", t("case.evidence_relied_on"),
          evidence.length ? fileChoices(evidence, "dispute") : hint(t("case.no_evidence"))),
        field("dispute-reason", t("case.why_dispute"), {
          name: "reason", rows: 4, maxlength: facts.longest.dispute,
        }),
        actions(submit(t("case.dispute_submit"))))));
}

/** Whether the case is urgent, whether that was asked for, or the form that asks for it. */
export function urgencyPart(status) {
  const request = status.urgency_request;
  const ended = status.held_by === "nobody";
  if (status.urgent) return card(t("case.urgency"), t("case.urgent"));
  if (request && !ended) {
    return card(t("case.urgency"),
      el("p", {}, t("case.urgency_asked", { at: moment(request.requested_at) })),
      el("p", { class: "bare" }, request.reason));
  }
  // While the report is being issued there is nothing left to hurry.
  if (!may(status, "urgency") || status.stage === "issuing") return null;
  const send = (sent) => ask("POST", "/urgency", { reason: sent.elements.reason.value });
  return el("section", { class: "card noprint" },
    disclosure("urgency", t("case.urgency_ask"),
      form({ draft: draftOf("urgency"), send, sent: showStatus, spot: (name) => `urgency-${name}` },
        field("urgency-reason", t("case.why_urgent"), {
          name: "reason", rows: 3, maxlength: facts.longest.urgency, hint: t("case.urgency_hint"),
        }),
        actions(submit(t("case.urgency_submit"), "plain")))));
}
