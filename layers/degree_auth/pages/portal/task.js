// One task: what is asked, the files, the answer, and what else may be done with it.
import { claimed, shownValue } from "../shared/claim.js";
import { facts } from "../shared/data.js";
import { badge, definitions, glance, hint, list, moment, time } from "../shared/display.js";
import { byId, el, show } from "../shared/dom.js";
import { fillIn } from "../shared/drafts.js";
import { fileChoices, fileField, fileItem, sendFile, settled } from "../shared/files.js";
import { actions, fields, form, group, submit } from "../shared/forms.js";
import { spoken, t } from "../shared/language.js";
import { correctionPart, extensionPart, reassignmentPart } from "./commands.js";
import { feedbackDraft, feedbackPart } from "./feedback.js";
import { messagesPart } from "./messages.js";
import { departmentName, loadDepartments, loadNames } from "./names.js";
import { draftOf, signed } from "./session.js";
import { taskMarks } from "./tasks.js";
import { announce, title } from "./view.js";

/** The view of the task whose id the address names. */
export async function taskView(wanted) {
  return taskParts(await signed("GET", `v1/tasks/${encodeURIComponent(wanted.get("id") || "")}`));
}

async function taskParts(task) {
  const may = (action) => task.allowed_actions.includes(action);
  const [{ messages }, departments] = await Promise.all([
    task.messages.count ? signed("GET", `v1/tasks/${task.task_id}/messages`) : { messages: [] },
    may("reassignment") ? loadDepartments() : [],
    loadNames(),
  ]);
  const done = async (after, words) => {
    show(byId("view"), await taskParts(after));
    announce(words);
  };
  const attached = el("div");
  const changed = (stored) => {
    attached.replaceChildren(...choices(stored));
    // A box that was unticked stays so when one more file has come.
    if (attached.closest("form")) fillIn(attached.closest("form"), draftOf(feedbackDraft(task)));
  };
  return [
    topPart(task), secondQuestionPart(task.second_question),
    answerPart(task.answer, t("portal.answer")), claimPart(task), explanationsPart(task),
    scansPart(task), evidencePart(task, changed),
    may("feedback") ? feedbackPart(task, attached, done) : null,
    may("extension") ? extensionPart(task, done) : null,
    may("reassignment") ? reassignmentPart(task, departments, done) : null,
    may("correction") ? correctionPart(task, done) : null,
    messagesPart(task, messages), historyPart(task.history),
  ];
}

/** A part of the task, under a heading of the third rank. */
const part = (words, ...content) => el("section", { class: "card" }, el("h3", {}, words), content);

function topPart(task) {
  const { deadline } = task;
  const { due, overdue, provisional, working_day: day, of } = deadline;
  const state = overdue ? t("portal.overdue") : provisional ? t("portal.provisional") : null;
  return el("section", { class: "card" }, title(t("portal.task_title")),
    el("p", { class: "number" }, t("portal.task_id"),
      el("span", { class: "code" }, task.task_id), " ", taskMarks({ ...task, ...deadline })),
    el("div", { class: "glance" },
      glance(t("portal.status"), spoken(task.status_name)),
      glance(t("portal.deadline"), due || "—", due ? state : t("portal.not_running")),
      glance(t("portal.working_day"), t("portal.day_of", { day, of }))),
    hint(t("portal.department"), " ", departmentName(task.department_id), "　",
      t("portal.received_at", { at: moment(task.opened_at) })),
    provisional && due ? hint(t("portal.provisional_why")) : null);
}

function claimPart({ claim, comparison, birth_date_self_stated: selfStated }) {
  const heading = t("portal.claim");
  if (!claim) return part(heading, el("p", { class: "bare" }, t("portal.no_claim")));
  const differing = comparison ? comparison.fields.map((each) => each.field) : [];
  const differs = (path) => differing.some((each) => path === each || path.startsWith(`${each}.`));
  const paths = facts.material_fields.filter((path) => path in facts.fields);
  return part(heading,
    definitions(paths.map((path) => [t(`field.${path}`),
      [claimed(claim, path), differs(path) ? [" ", badge("amber", t("portal.differs"))] : null]])),
    selfStated ? hint(t("portal.birth_date_self_stated")) : null,
    comparison ? hint(t("portal.compared"), " ", t(`portal.match.${comparison.result}`)) : null);
}

function explanationsPart({ explanations }) {
  return explanations.length
    ? part(t("portal.explanations_apply"), list(explanations.map(spoken))) : null;
}

function scansPart({ scans }) {
  if (!scans.length) return part(t("portal.scans"), el("p", { class: "bare" }, t("portal.none")));
  return part(t("portal.scans"), el("ul", {}, scans.map(fileItem)), hint(t("portal.links_last")));
}

/** The institution's own files. What is typed elsewhere stays when one more has come. */
function evidencePart(task, changed) {
  const files = el("ul");
  const fill = ({ evidence }) => {
    files.replaceChildren(...evidence.map(fileItem));
    changed(evidence.filter((each) => each.state === "stored"));
  };
  const announceFile = (body) => signed("POST", `v1/tasks/${task.task_id}/attachments`, { body });
  const look = () => signed("GET", `v1/tasks/${task.task_id}`);
  const send = async (sent) => {
    const id = await sendFile(sent.elements.file.files[0], announceFile);
    sent.reset();
    return settled(id, look, (after) => after.evidence);
  };
  fill(task);
  const open = task.allowed_actions.includes("attachments");
  if (!open && !task.evidence.length) return null;
  return part(t("portal.evidence"), files,
    open ? form({ send, sent: fill, spot: () => "evidence-file" },
      fields(fileField("evidence-file")), actions(submit(t("portal.upload"), "plain"))) : null);
}

function choices(stored) {
  if (!stored.length) return [];
  const boxes = fileChoices(stored, "named");
  return [group("feedback-attachments", t("portal.files_with_answer"), boxes)];
}

/** Why the institution is asked a second time, and its own first answer. */
function secondQuestionPart(again) {
  if (!again) return null;
  const { cause, reason, statement, evidence, first_answer: first } = again;
  const told = (words, said) => (said ? [t(words), el("div", { class: "said" }, said)] : null);
  return [part(t("portal.second_question"), definitions([
    cause && [t("portal.cause"), spoken(cause)],
    told("portal.stated_for_it", statement),
    told("portal.centre_asks", reason),
  ]), evidence.length ? el("ul", {}, evidence.map(fileItem)) : null),
  answerPart(first, t("portal.first_answer"))];
}

function answerPart(answer, heading) {
  if (!answer) return null;
  const values = Object.entries(answer.archive_values);
  const asked = answer.fields.map((path) => t(`field.${path}`));
  const written = answer.channel === "written" ? ` ${t("portal.in_writing")}` : null;
  const optional = (name) => answer[name] && [t(`portal.${name}`), answer[name]];
  return part(heading, definitions([
    [t("portal.result"), t(`portal.answer.${answer.result}`)],
    [t("portal.handler"), answer.handler],
    optional("archive_searched"),
    optional("archive_reference"),
    ...values.map(([path, value]) => [
      t("portal.archive_says", { field: t(`field.${path}`) }), shownValue(path, value)]),
    asked.length && [t("portal.asked_for"), list(asked)],
    optional("reason"),
    optional("remark"),
    [t("portal.received"), [moment(answer.received_at), written]],
  ]));
}

function historyPart(history) {
  return part(t("portal.history"), el("ol", { class: "time" }, [...history].reverse().map((each) =>
    el("li", {}, time(each.at), el("b", {}, t(`portal.by.${each.by}`)), " ", spoken(each)))));
}
