// Signing in. The tokens live in this tab alone, never in an address.
const SESSION = "session";
let session = JSON.parse(sessionStorage.getItem(SESSION) || "null");
let renewal = null;

function keepSession(next) {
  session = next;
  if (next) sessionStorage.setItem(SESSION, JSON.stringify(next));
  else sessionStorage.removeItem(SESSION);
}

const isLead = () => session.account.tier === 1;

/** The next pair of tokens. One exchange at a time: a refresh token that is used twice ends the session. */
function renew() {
  renewal = renewal || call("POST", "v1/sessions/refresh", { body: { refresh_token: session.refresh_token } }).then(keepSession).finally(() => { renewal = null; });
  return renewal;
}

/** A piece of work with the access token; a token that has run out is exchanged, once. Ends at the sign-in form when the session is over. */
async function withToken(work) {
  if (!session) throw new Refusal(401, SIGN_IN_AGAIN);
  const used = session.access_token;
  try {
    return await work(used);
  } catch (refusal) {
    if (refusal.status !== 401) throw refusal;
  }
  try {
    if (session && session.access_token === used) await renew();
    if (!session) throw new Refusal(401, SIGN_IN_AGAIN);
    return await work(session.access_token);
  } catch (refusal) {
    if (refusal.status === 401) leave();
    throw refusal.status === 401 ? new Refusal(401, SIGN_IN_AGAIN) : refusal;
  }
}

const SIGN_IN_AGAIN = { code: "signed_out", message: "登录已结束，请重新登录。", message_en: "Your session has ended; please sign in again." };
const signed = (method, path, options = {}) => withToken((token) => call(method, path, { ...options, token }));

/** The same operation's answer as a file of comma-separated values, saved by the browser. */
function saveCsv(path, name) {
  return withToken(async (token) => {
    const answer = await fetch(base + path, { headers: { Accept: "text/csv", Authorization: `Bearer ${token}` }, cache: "no-store", referrerPolicy: "no-referrer" }).catch(() => { throw new Refusal(0, UNREACHABLE); });
    if (!answer.ok) {
      const content = await answer.json().catch(() => null);
      throw new Refusal(answer.status, (content && content.error) || NOT_UNDERSTOOD);
    }
    // The text would lose the mark by which spreadsheets know UTF-8.
    saveFile(name, "text/csv", await answer.blob());
  });
}

function entered(next) {
  keepSession(next);
  $("sign-in").reset();
  $("enrolment").replaceChildren();
  $("enrolment").hidden = true;
  return fragment().has("view") ? turn() : go("tasks");
}

function leave() {
  keepSession(null);
  $("view").replaceChildren();
  for (const part of ["view", "views", "done"]) $(part).hidden = true;
  $("entry").hidden = false;
}

const inPassword = (field) => ({ new_password: "new-password", one_time_code: "code-now", password: "password-now" })[field];

function field(id, zh, en, attributes, hint) {
  return el("div", { class: "field" }, el("label", { for: id }, both(zh, en)), el(attributes.rows ? "textarea" : "input", { id, name: id, ...attributes }), hint ? el("p", { class: "hint" }, both(...hint)) : null);
}

/** New password, and the code of now; `known` are username and password, or the username alone. */
function passwordForm(known) {
  const send = (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    act(event.submitter, async () => {
      if (given.get("new_password") !== given.get("again")) {
        throw new Refusal(0, { code: "password", message: "密码未能设置。", message_en: "The password was not set.", details: [{ field: "new_password", message: "两次输入的新密码不同。", message_en: "The two new passwords differ." }] });
      }
      const body = { password: given.get("password"), ...known, one_time_code: given.get("one_time_code").trim(), new_password: given.get("new_password") };
      await entered(await call("POST", "v1/sessions/password", { body }));
      say("密码已设置。", "The password is set.");
    }, inPassword);
  };
  return el("form", { onsubmit: send, autocomplete: "off", novalidate: true }, el("div", { class: "fields" },
    known.password ? null : field("password-now", "现在的密码", "Present password", { name: "password", type: "password", maxlength: 128, autocomplete: "current-password" }),
    field("code-now", "动态验证码", "One-time code", { name: "one_time_code", class: "code", maxlength: 6, inputmode: "numeric", autocomplete: "one-time-code" }),
    field("new-password", "新密码", "New password", { name: "new_password", type: "password", maxlength: 128, autocomplete: "new-password" }, ["至少 12 个字符，不含用户名，不得过于常见。", "At least 12 characters, without the username, not a common one."]),
    field("again", "再输一次", "Once more", { type: "password", maxlength: 128, autocomplete: "new-password" })),
    el("div", { class: "actions" }, el("button", {}, both("设置密码", "Set the password"))));
}

function enrol(known, uri) {
  const secret = new URLSearchParams(uri.slice(uri.indexOf("?"))).get("secret");
  $("entry").hidden = true;
  show($("enrolment"), el("h2", { tabindex: "-1" }, both("首次登录：绑定动态验证码", "First sign-in: bind your authenticator")),
    el("p", {}, both("请在手机的验证器应用中添加账号：手动输入密钥，或使用下面的绑定地址。此内容只显示这一次。", "Add an account in your authenticator app: type the key, or use the address below. This is shown once only.")),
    facts([["密钥", "Key", secret, "code"], ["绑定地址", "Address", uri, "code"]]),
    el("p", { class: "hint" }, both("按时间生成，6 位，30 秒。绑定后填写应用显示的验证码，并设置密码。", "Time-based, 6 digits, 30 seconds. Then enter the code that the app shows, and set a password.")),
    passwordForm(known));
  $("enrolment").firstChild.focus();
}

$("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const known = { username: $("username").value.trim(), password: $("password").value };
  const code = $("one_time_code").value.trim();
  act(event.submitter, async () => {
    const answer = await call("POST", "v1/sessions", { body: code ? { ...known, one_time_code: code } : known });
    if (answer.next === "set_password") enrol(known, answer.otpauth_uri);
    else entered(answer);
  }, (name) => ($(name) ? name : null));
});

async function signOut(event) {
  await act(event.currentTarget, async () => {
    await signed("DELETE", "v1/sessions/current");
    history.replaceState(null, "", location.pathname);
    leave();
  });
}
