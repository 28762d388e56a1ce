// What else may be done with a task: announce an extension, give it on, report a wrong answer.
import { facts } from "../shared/data.js";
import { el } from "../shared/dom.js";
import { actions, disclosure, field, form, select, submit } from "../shared/forms.js";
import { t } from "../shared/language.js";
import { draftOf, signed } from "./session.js";

/** A form that opens on demand; `send` calls the API, `done` shows the task afterwards. */
function command(task, name, { send, done }, ...content) {
  return el("section", { class: "card" }, disclosure(name, t(`portal.${name}`),
    form({
      draft: draftOf(`${task.task_id}/${name}`), send, spot: (path) => `${name}-${path}`,
      sent: (after) => done(after, t(`portal.${name}_done`)),
    }, content, actions(submit(t(`portal.${name}_submit`), "plain")))));
}

const reason = (name) => field(`${name}-reason`, t(`portal.${name}_reason`), {
  name: "reason", rows: 2, maxlength: facts.longest.staff_reason,
});

export function extensionPart(task, done) {
  const send = ({ elements }) => {
    const body = { due: elements.due.value.trim(), reason: elements.reason.value.trim() };
    return signed("POST", `v1/tasks/${task.task_id}/extension`, { body });
  };
  return command(task, "extension", { send, done },
    field("extension-due", t("portal.new_deadline"), {
      name: "due", maxlength: 20, placeholder: "YYYY-MM-DD", hint: t("portal.new_deadline_hint"),
    }), reason("extension"));
}

export function reassignmentPart(task, departments, done) {
  const send = ({ elements }) => {
    const chosen = elements.department_id.value || null;
    const body = { department_id: chosen, reason: elements.reason.value.trim() };
    return signed("POST", `v1/tasks/${task.task_id}/reassignment`, { body });
  };
  const others = departments
    .filter((each) => each.active && each.department_id !== task.department_id)
    .map((each) => [each.department_id, each.name]);
  if (task.department_id !== null) others.unshift(["", t("portal.lead_department")]);
  return command(task, "reassignment", { send, done },
    select("reassignment-department_id", t("portal.department"), others, { name: "department_id" }),
    reason("reassignment"));
}

export function correctionPart(task, done) {
  const send = ({ elements }) => {
    const body = { reason: elements.reason.value.trim() };
    return signed("POST", `v1/tasks/${task.task_id}/correction`, { body });
  };
  return command(task, "correction", { send, done }, reason("correction"));
}
