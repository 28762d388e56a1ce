// What an applicant gets at once: the case number, the token, and the report when it is there.
import { definitions } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { actions, button } from "../shared/forms.js";
import { spoken, t } from "../shared/language.js";

const NEXT = {
  issuing: "apply.next_issuing",
  received: "apply.next_received",
  identity_review: "apply.next_identity",
};

/** The answer to an application. */
export function receivedCard(answer) {
  const { case_number: number, report, stage, warnings } = answer;
  // Who signed in needs no token, and the link does less than the session.
  const token = answer.proven_by === "identity_provider" ? null : answer.access_token;
  // The token is in the first answer alone: whoever lost that one is told what is left to do.
  const isLost = !answer.access_token && answer.proven_by !== "identity_provider";
  const follow = `case#${new URLSearchParams({ n: number, ...(token ? { t: token } : {}) })}`;
  const next = report ? "apply.next_report" : NEXT[stage] || "apply.next_by_hand";
  return el("section", { class: `card result ${report ? "valid" : "unknown"}`, tabindex: "-1" },
    el("div", { class: "verdict" },
      el("span", { class: "sign", "aria-hidden": "true" }, report ? "✓" : "…"),
      el("div", {},
        el("h2", {}, t(report ? "apply.reported" : "apply.received")), el("p", {}, t(next)))),
    el("div", {}, el("div", { class: "keep" }, t(isLost ? "apply.no_token" : "apply.keep")),
      definitions([
        [t("apply.case_number"), number, "code"],
        token && [t("apply.token"), token, "code"],
        report && [t("apply.report_number"), report.report_number, "code"],
        report && [t("apply.check_code"), report.check_code, "code"],
      ]),
      warnings.length ? notes(warnings) : null,
      actions(
        report ? link(report.url, "apply.download", "button", "noreferrer") : null,
        isLost ? link("sign-in?to=my", "apply.sign_in", "button")
          : report ? link(follow, "apply.open_case", "button plain")
            : link(follow, "apply.follow", "button"),
        button(t("apply.print"), () => print()))));
}

function notes(warnings) {
  return el("div", {}, el("h2", {}, t("apply.notes")),
    el("ul", {}, warnings.map((each) => el("li", {}, spoken(each)))));
}

const link = (href, key, kind, rel) => el("a", { class: kind, href, rel }, t(key));
