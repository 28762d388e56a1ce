// "Not by me": a disavowal with a reason, or taking it back. One press alone does nothing.
import { call } from "../shared/api.js";
import { facts } from "../shared/data.js";
import { code, hint } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { actions, button, field, form, submit } from "../shared/forms.js";
import { t } from "../shared/language.js";

/** Begins the names of the drafts. */
const DRAFTS = "my/";

/** What is to be confirmed of a case; `said` gets the answer, `cancel` puts it away. */
export function disavowalPart(one, said, cancel) {
  const action = one.allowed_actions[0];
  return el("section", {
    class: "card", id: "disavowal", tabindex: "-1", "aria-labelledby": "disavowal-title",
  },
    el("h2", { id: "disavowal-title" }, t(`my.${action}`)),
    el("p", { class: "number" }, code(one.case_number)),
    hint(t(`my.${action}_hint`)),
    action === "disavow" ? reasonForm(one, said, cancel)
      : actions(button(t("my.take_back_now"), () => takeBack(one, said), ""),
        button(t("my.cancel"), cancel)));
}

function reasonForm({ case_number: number }, said, cancel) {
  const send = (sent) => {
    const body = { reason: sent.elements.reason.value };
    return call("POST", `v1/me/applications/${encodeURIComponent(number)}/disavowal`, { body });
  };
  const spot = (name) => `disavowal-${name}`;
  return form({ draft: `${DRAFTS}${number}`, send, sent: said, spot },
    field("disavowal-reason", t("my.why_not_mine"), {
      name: "reason", rows: 3, maxlength: facts.longest.disavowal, hint: t("my.why_not_mine_hint"),
    }),
    actions(submit(t("my.disavow_now")), button(t("my.cancel"), cancel)));
}

async function takeBack({ case_number: number }, said) {
  said(await call("DELETE", `v1/me/applications/${encodeURIComponent(number)}/disavowal`));
}
