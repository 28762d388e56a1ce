// The account that is signed in.
import { definitions, hint, moment } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { disclosure } from "../shared/forms.js";
import { t } from "../shared/language.js";
import { notificationParts } from "../shared/notifications.js";
import { departmentName, loadNames } from "./names.js";
import { account, endsAt, signed } from "./session.js";
import { passwordForm } from "./sign_in.js";
import { announce, title, turn } from "./view.js";

/** The view of the account, with the change of its password. */
export async function accountView() {
  await loadNames();
  const { username, institution_code: institution, department_id: department, tier } = account();
  return el("section", { class: "card" }, title(t("portal.this_account")),
    definitions([
      [t("portal.username"), username, "code"],
      [t("portal.institution"), institution, "code"],
      [t("portal.department"), departmentName(department)],
      [t("portal.tier"), t(`portal.tier_${tier}`)],
      [t("portal.signed_in_until"), moment(endsAt())],
    ]),
    disclosure("change-password", t("portal.change_password"),
      hint(t("portal.change_password_hint")), passwordForm({ username })),
    await notificationsOf());
}

async function notificationsOf() {
  const send = (method, rest, body) => signed(method, `v1/notifications${rest}`, { body });
  const done = async () => {
    await turn();
    announce(t("notified.saved"));
  };
  const parts = notificationParts(await signed("GET", "v1/notifications"),
    { send, done, addressed: false, digests: true });
  return disclosure("notifications", t("notified.title"), parts);
}
