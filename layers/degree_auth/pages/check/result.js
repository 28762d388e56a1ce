// What a check found: the verdict, what the report says, what was looked at, versions and log.
import { code, definitions, hint, list, moment, saveFile, time } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { actions, button } from "../shared/forms.js";
import { spoken, t } from "../shared/language.js";
import { watchForm } from "./watch.js";

const VERDICT_SIGNS = {
  valid: "✓", superseded: "↻", revoked: "✕", unknown: "?", differs: "≠",
  notice: "i", notice_superseded: "↻",
};
// A genuine notice is no report: it never looks like a valid one.
const LOOKS = { differs: "failed", notice: "superseded", notice_superseded: "superseded" };
const SIGNS = { passed: "✓", failed: "✕", not_checked: "–" };

/** The answer to a check; `source` names the number or the file that was checked. */
export function checkCard(result, source) {
  const { report, notice } = result;
  const differs = result.checked.some((each) => each.what === "print" && each.result === "failed");
  const state = differs ? "differs" : result.state;
  return el("section", { class: `card result ${LOOKS[state] || state}`, tabindex: "-1" },
    verdict(VERDICT_SIGNS[state], t(`check.state.${state}`), spoken(result)),
    report ? part("check.report", toCompare(report, "check.compare"), reportFacts(report)) : null,
    report ? versions(report) : null,
    notice ? noticePart(notice) : null,
    part("check.looked_at", el("ul", { class: "plain looked" }, result.checked.map(lookedAt)),
      hint(t(source.file ? "check.source_file" : "check.source_number", source), " ",
        t("check.checked_at", { at: moment(Date.now()) })),
      actions(button(t("check.print"), () => print()))),
    result.log ? reportLog(result) : null,
    state === "valid" ? watchForm(result) : null);
}

/** That the check could not be done, which says nothing of the report. */
export function failureCard(refusal) {
  return el("section", { class: "card result failed", tabindex: "-1", role: "alert" },
    verdict("!", t("check.failed"), spoken(refusal)),
    el("div", {}, el("p", { class: "bare" }, t("check.no_result"))));
}

const part = (title, ...content) => el("div", {}, el("h2", {}, t(title)), content);

function verdict(sign, title, message) {
  return el("div", { class: "verdict" }, el("span", { class: "sign", "aria-hidden": "true" }, sign),
    el("div", {}, el("h2", {}, title), el("p", {}, message)));
}

function lookedAt({ what, result }) {
  const label = t(`check.result.${result}`);
  return el("li", { class: result },
    el("span", { class: "sign", role: "img", "aria-label": label }, SIGNS[result]),
    el("div", {}, el("b", {}, t(`check.${what}.name`)), hint(t(`check.${what}.${result}`))));
}

/** What to compare with what is before one, or since when nothing is left to compare. */
function toCompare({ erased_at: erased }, words) {
  if (!erased) return el("p", {}, t(words));
  return el("p", { class: "keep" }, t("check.erased", { at: moment(erased) }));
}

function reportFacts(report) {
  const masked = (value) => value && t("check.masked", { name: value });
  const missing = t(report.erased_at ? "check.erased_value" : "check.not_kept");
  return definitions([
    [t("check.number"), report.report_number, "code"],
    [t("check.version"), String(report.version)],
    [t("check.issued_at"), t("check.beijing", { at: moment(report.issued_at) })],
    ...timestamp(report),
    [t("field.holder.name"), masked(report.holder_name)],
    [t("field.holder.sex"), report.sex && t(`sex.${report.sex}`)],
    [t("field.holder.birth_date"), masked(report.birth_date)],
    [t("field.degree.institution_name"), report.institution_name],
    [t("field.degree.institution_code"), report.institution_code, "code"],
    [t("field.degree.level"), report.level && t(`level.${report.level}`)],
    [t("field.degree.category"), report.category],
    [t("field.degree.discipline"), report.discipline],
    [t("field.degree.study_form"), report.study_form && t(`study_form.${report.study_form}`)],
    [t("field.degree.award_date"), report.award_date],
    [t("field.degree.certificate_number"), masked(report.certificate_number)],
    [t("check.basis"), t(`basis.${report.basis}`)],
  ].map(([label, value, ...kind]) => [label, value || missing, ...kind]));
}

function noticePart(notice) {
  const masked = (value) => value && t("check.masked", { name: value });
  const missing = notice.erased_at && t("check.erased_value");
  const told = definitions([
    [t("check.notice_number"), notice.notice_number, "code"],
    [t("check.version"), String(notice.version)],
    [t("check.issued_at"), t("check.beijing", { at: moment(notice.issued_at) })],
    ...timestamp(notice),
    [t("check.outcome"), t(`check.outcome.${notice.outcome}`)],
    [t("field.holder.name"), masked(notice.holder_name)],
    [t("field.holder.birth_date"), masked(notice.birth_date)],
    [t("field.degree.institution_name"), notice.institution_name],
    [t("field.degree.level"), notice.level && t(`level.${notice.level}`)],
    [t("field.degree.category"), notice.category],
    [t("field.degree.discipline"), notice.discipline],
    [t("field.degree.study_form"), notice.study_form && t(`study_form.${notice.study_form}`)],
    [t("field.degree.award_date"), notice.award_date],
    [t("field.degree.certificate_number"), masked(notice.certificate_number)],
    [t("check.dispute_until"), notice.dispute_until],
    notice.superseded_by && [t("check.later_document"), notice.superseded_by, "code"],
  ].filter(Boolean).map(([label, value, ...kind]) => [label, value || missing, ...kind]));
  return part("check.notice", toCompare(notice, "check.compare_notice"), told);
}

function timestamp({ timestamp: stamped }) {
  if (!stamped) return [[t("check.timestamp"), t("check.timestamp_none")]];
  return [
    [t("check.timestamp"), t("check.beijing", { at: moment(stamped.at) })],
    [t("check.timestamp_authority"), stamped.authority, "said"],
  ];
}

function versions({ versions: chain, report_number: number, changed_at: changed, cause }) {
  if (chain.length < 2 && !changed) return null;
  const place = chain.findIndex((each) => each.report_number === number);
  const [former, later] = [chain[place - 1], chain[place + 1]];
  const line = (...content) => el("p", {}, content);
  return part("check.versions",
    changed ? line(t("check.changed", { at: moment(changed) })) : null,
    changed && cause ? line(t("check.cause", { cause: spoken(cause) })) : null,
    later ? line(t("check.later"), " ", code(later.report_number)) : null,
    former ? line(t("check.former"), " ", code(former.report_number)) : null,
    el("ol", {}, chain.map((each, n) => versionItem(each, n === place))),
    line(el("a", { href: "notices" }, t("check.all_notices"))));
}

function versionItem(version, shown) {
  const issued = t("check.issued", { at: moment(version.issued_at) });
  return el("li", { value: version.version, "aria-current": shown && "true" },
    code(version.report_number), "　", t(`check.version.${version.state}`), "　", issued,
    shown ? `　${t("check.this_one")}` : null);
}

const LOG_STATES = { unavailable: "check.log_unavailable", pending: "check.log_pending" };

function reportLog(result) {
  const { state, entries, head } = result.log;
  const number = result.report?.report_number || result.notice.notice_number;
  const name = `check-${number}.json`;
  const save = () => saveFile(name, "application/json", `${JSON.stringify(result, null, 2)}\n`);
  return part("check.log",
    entries.length ? list(entries.map(({ index, content }) =>
      [t(`check.logged.${content.event}`, { index }), "　", time(content.at)])) : null,
    head ? el("p", {}, t("check.log_head", { size: head.size, at: moment(head.at) })) : null,
    LOG_STATES[state] ? el("p", { class: "keep" }, t(LOG_STATES[state]))
      : el("p", {}, t("check.log_complete")),
    hint(t("check.offline")),
    el("div", { class: "actions noprint" }, button(t("check.save"), save)));
}
