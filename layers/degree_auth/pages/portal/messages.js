// Messages between institution and centre on a task.
import { facts } from "../shared/data.js";
import { time } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { actions, field, form, submit } from "../shared/forms.js";
import { t } from "../shared/language.js";
import { draftOf, signed } from "./session.js";

export function messagesPart(task, messages) {
  const list = el("ol", { class: "time" });
  const fill = (all) => list.replaceChildren(...all.map(message));
  fill(messages);
  // One key for one text: a retry after a lost answer is the same message.
  let key = crypto.randomUUID();
  const send = (sent) => {
    const body = { text: sent.elements.text.value };
    const headers = { "Idempotency-Key": key };
    return signed("POST", `v1/tasks/${task.task_id}/messages`, { body, headers });
  };
  const refill = async () => {
    node.reset();
    key = crypto.randomUUID();
    fill((await signed("GET", `v1/tasks/${task.task_id}/messages`)).messages);
  };
  const draft = draftOf(`${task.task_id}/message`);
  const node = form({ draft, send, sent: refill, spot: () => "message-text" },
    field("message-text", t("portal.message"), {
      name: "text", rows: 3, maxlength: facts.longest.message,
    }), actions(submit(t("portal.send_message"), "plain")));
  node.addEventListener("input", () => { key = crypto.randomUUID(); });
  return el("section", { class: "card" }, el("h3", {}, t("portal.messages")), list,
    task.allowed_actions.includes("messages") ? node : null);
}

function message({ at, from, text }) {
  const sender = el("b", {}, t(`portal.by.${from}`));
  return el("li", {}, time(at), sender, el("div", { class: "said" }, text));
}
