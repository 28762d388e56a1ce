// Signing in, binding an authenticator at the first time, and setting a password.
import { call, fragment, refused } from "../shared/api.js";
import { facts } from "../shared/data.js";
import { definitions, hint, qrCode } from "../shared/display.js";
import { byId, clear, el, show } from "../shared/dom.js";
import { forgetDrafts, keepDraft } from "../shared/drafts.js";
import { actions, field, fields, form, submit } from "../shared/forms.js";
import { t } from "../shared/language.js";
import { act } from "../shared/trouble.js";
import { keepSession } from "./session.js";
import { announce, go, title, turn } from "./view.js";

const DRAFT = "entry-of-portal";
// What the first sign-in has told, which it tells once.
let enrolment = null;

/** Shows the form to sign in with, or the enrolment that has begun. */
export function showSignIn() {
  byId("entry").hidden = enrolment !== null;
  if (enrolment) showEnrolment();
}

async function entered(session) {
  keepSession(session);
  enrolment = null;
  byId("sign-in").reset();
  forgetDrafts(DRAFT);
  clear(byId("enrolment"));
  await (fragment().has("view") ? turn() : go("tasks"));
}

function showEnrolment() {
  const { known, uri, qr } = enrolment;
  const secret = new URLSearchParams(uri.slice(uri.indexOf("?"))).get("secret");
  show(byId("enrolment"), title(t("portal.enrol")), el("p", {}, t("portal.enrol_how")),
    qrCode(qr, t("portal.enrol_qr")),
    el("p", {}, el("a", { href: uri }, t("portal.enrol_here"))),
    definitions([
      [t("portal.secret"), secret.match(/.{1,4}/g).join(" "), "code"],
      [t("portal.binding"), uri, "code"],
    ]),
    hint(t("portal.enrol_hint")), passwordForm(known));
  byId("enrolment").firstChild.focus();
}

const SPOTS = { new_password: "new-password", one_time_code: "code-now", password: "password-now" };

/** New password and present code; `known` are username and password, or the username alone. */
export function passwordForm(known) {
  const send = (sent) => {
    const given = Object.fromEntries(new FormData(sent));
    if (given.new_password !== given.again) {
      throw refused("portal.password_not_set", { new_password: "portal.passwords_differ" });
    }
    const { password, one_time_code: code, new_password: wanted } = given;
    const body = { password, ...known, one_time_code: code.trim(), new_password: wanted };
    return call("POST", "v1/sessions/password", { body });
  };
  const sent = async (session) => {
    await entered(session);
    announce(t("portal.password_set"));
  };
  const secret = { type: "password", maxlength: facts.longest.password };
  return form({ send, sent, spot: (name) => SPOTS[name] }, fields(
    known.password ? null : field("password-now", t("portal.present_password"),
      { ...secret, name: "password", autocomplete: "current-password" }),
    field("code-now", t("portal.one_time_code"), {
      name: "one_time_code", class: "code", maxlength: 6, inputmode: "numeric",
      autocomplete: "one-time-code",
    }),
    field("new-password", t("portal.new_password"), {
      ...secret, name: "new_password", autocomplete: "new-password",
      hint: t("portal.password_rules", { shortest: facts.shortest_password }),
    }),
    field("again", t("portal.once_more"), { ...secret, autocomplete: "new-password" })),
  actions(submit(t("portal.set_password"))));
}

keepDraft(byId("sign-in"), DRAFT);
byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const known = { username: byId("username").value.trim(), password: byId("password").value };
  const code = byId("one_time_code").value.trim();
  act(event.submitter, async () => {
    const body = code ? { ...known, one_time_code: code } : known;
    const answer = await call("POST", "v1/sessions", { body });
    if (answer.next !== "set_password") return entered(answer);
    enrolment = { known, uri: answer.otpauth_uri, qr: answer.otpauth_qr };
    return showSignIn();
  }, (name) => name);
});
