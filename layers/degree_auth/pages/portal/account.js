// The account that is signed in.
import { definitions, hint, moment } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { disclosure } from "../shared/forms.js";
import { t } from "../shared/language.js";
import { departmentName, loadNames } from "./names.js";
import { account, endsAt } from "./session.js";
import { passwordForm } from "./sign_in.js";
import { title } from "./view.js";

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
      hint(t("portal.change_password_hint")), passwordForm({ username })));
}
