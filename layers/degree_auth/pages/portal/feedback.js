// The answer to a task, as the verification form asks it.
import { claimed, shownValue } from "../shared/claim.js";
import { facts } from "../shared/data.js";
import { hint } from "../shared/display.js";
import { el } from "../shared/dom.js";
import {
  actions, box, field, fields, form, group, select, spotIn, submit,
} from "../shared/forms.js";
import { t } from "../shared/language.js";
import { draftOf, signed } from "./session.js";

/** The name of the draft of the answer. */
export const feedbackDraft = (task) => `${task.task_id}/feedback`;

/** The form; `attached` holds the boxes of the files, `done` shows the task after the answer. */
export function feedbackPart(task, attached, done) {
  const send = (sent) =>
    signed("POST", `v1/tasks/${task.task_id}/feedback`, { body: feedbackIn(sent) });
  const results = facts.results.map((result) => [result, t(`portal.answer.${result}`)]);
  const line = (name, more = {}) => field(`feedback-${name}`, t(`portal.${name}`), {
    name, maxlength: facts.longest[name], ...more,
  });
  const node = form({
    draft: draftOf(feedbackDraft(task)), send, spot: spotIn("feedback"),
    sent: (after) => done(after, t("portal.feedback_done")),
  },
  fields(
    select("feedback-result", t("portal.result"), [["", t("portal.choose")], ...results],
      { name: "result" }),
    line("handler")),
  only(Object.keys(facts.denials),
    line("archive_searched", { hint: t("portal.archive_searched_hint") })),
  line("archive_reference", { hint: t("portal.archive_reference_hint") }),
  only(["partly_inconsistent"], group("feedback-archive_values", t("portal.archive_values"),
    hint(t("portal.archive_values_hint")),
    fields(facts.archive_fields.map((path) => archiveControl(task.claim, path))))),
  only(["needs_material"],
    group("feedback-fields", t("portal.material"), el("div", { class: "boxes" },
      facts.material_fields.map((path) =>
        box(`asked-${path}`, t(`field.${path}`), { name: "asked", value: path }))))),
  only(["needs_material", ...Object.keys(facts.denials)], line("reason", { rows: 3 })),
  attached, line("remark", { rows: 2 }),
  facts.results.map((result) => only([result], hint(follows(task, result)))),
  only(Object.keys(facts.denials), confirmation()),
  hint(t("portal.final")), actions(submit(t("portal.send_feedback"))));
  node.addEventListener("change", () => choose(node));
  choose(node);
  return el("section", { class: "card next" }, el("h3", {}, t("portal.feedback")), node);
}

/** What only some results ask for. */
const only = (results, ...content) => el("div", { "data-results": results.join(" ") }, content);

/** What happens once this result is sent. */
const follows = ({ second_question: again }, result) =>
  t(again?.cause ? "portal.follows_again" : `portal.follows.${result}`);

/** The outcomes of denials, each to be confirmed by its name. */
function confirmation() {
  const outcomes = [...new Set(Object.values(facts.denials))];
  const results = (outcome) => facts.results.filter((each) => facts.denials[each] === outcome);
  return group("feedback-confirmed_outcome", t("portal.confirm"),
    outcomes.map((outcome) => only(results(outcome),
      box(`confirmed-${outcome}`, t(`portal.confirm.${outcome}`),
        { name: "confirmed", value: outcome }))));
}

function choose(node) {
  for (const part of node.querySelectorAll("[data-results]")) {
    part.hidden = !part.dataset.results.split(" ").includes(node.elements.result.value);
  }
}

function archiveControl(claim, path) {
  const id = `feedback-archive_values.${path}`;
  const { choices, longest, date } = facts.fields[path];
  const beneath = t("portal.claimed", { value: claimed(claim, path) });
  if (!choices) {
    const placeholder = date ? "YYYY-MM-DD" : null;
    return field(id, t(`field.${path}`),
      { name: path, maxlength: longest, placeholder, hint: beneath });
  }
  const options = choices.map((value) => [value, shownValue(path, value)]);
  return select(id, t(`field.${path}`), [["", t("portal.same")], ...options],
    { name: path, hint: beneath });
}

function feedbackIn(sent) {
  const given = new FormData(sent);
  const text = (name) => given.get(name).trim();
  const body = { result: given.get("result"), handler: given.get("handler") };
  for (const name of ["archive_reference", "remark"]) if (text(name)) body[name] = given.get(name);
  if (given.has("files")) body.attachments = given.getAll("files");
  if (body.result === "partly_inconsistent") {
    const values = facts.archive_fields.map((path) => [path, text(path)]);
    body.archive_values = Object.fromEntries(values.filter(([, value]) => value));
  }
  if (body.result === "needs_material") {
    Object.assign(body, { fields: given.getAll("asked"), reason: given.get("reason") });
  }
  const outcome = facts.denials[body.result];
  if (outcome) {
    for (const name of ["archive_searched", "reason"]) body[name] = given.get(name);
    if (given.getAll("confirmed").includes(outcome)) body.confirmed_outcome = outcome;
  }
  return body;
}
