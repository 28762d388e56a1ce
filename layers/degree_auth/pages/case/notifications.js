// How the applicant of the case is told, asked for when somebody wants to see it.
import { actions, button, disclosure } from "../shared/forms.js";
import { el } from "../shared/dom.js";
import { t } from "../shared/language.js";
import { notificationParts } from "../shared/notifications.js";
import { ask, refresh } from "./session.js";

let of = null;
let found = null;

/** Forgets what was shown of a case that is left. */
export function forgetNotifications() {
  of = null;
  found = null;
}

export function notificationsPart({ case_number: number }) {
  const show = async (answer) => {
    of = number;
    found = answer;
    await refresh();
  };
  const load = async () => show(await ask("GET", "/notifications"));
  const send = (method, rest, body) => ask(method, `/notifications${rest}`, body);
  return el("section", { class: "card noprint" }, disclosure("notifications", t("notified.title"),
    found && of === number ? notificationParts(found, { send, done: show, addressed: true })
      : actions(button(t("notified.show"), load))));
}
