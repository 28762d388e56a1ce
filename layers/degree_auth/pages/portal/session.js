// The session of an institution's account. Its tokens live in this tab alone, never in an address.
import { call, reach, refusalIn, refused } from "../shared/api.js";
import { saveFile } from "../shared/display.js";
import { forgetDrafts } from "../shared/drafts.js";
import { language } from "../shared/language.js";
import { turn } from "./view.js";

const KEPT = "session";
let session = JSON.parse(sessionStorage.getItem(KEPT) || "null");
let renewal = null;

/** Keeps a session, or with null ends it in this tab. */
export function keepSession(next) {
  session = next;
  if (next) sessionStorage.setItem(KEPT, JSON.stringify(next));
  else sessionStorage.removeItem(KEPT);
}

/** The account that is signed in, or null. */
export const account = () => session && session.account;

export const isLead = () => session.account.tier === 1;
export const endsAt = () => session.session_ends_at;

/** The name of the draft of one of this account's forms. */
export const draftOf = (form) => `portal/${session.account.username}/${form}`;

const ended = () => Object.assign(refused("portal.signed_out"), { status: 401 });

/** The next pair of tokens. One exchange at a time: a token that is used twice ends the session. */
function renew() {
  const body = { refresh_token: session.refresh_token };
  renewal ??= call("POST", "v1/sessions/refresh", { body })
    .then(keepSession)
    .finally(() => { renewal = null; });
  return renewal;
}

/** Work with the access token. One that has run out is exchanged once; then the session is over. */
async function withToken(work) {
  if (!session) throw ended();
  const used = session.access_token;
  try {
    return await work(used);
  } catch (refusal) {
    if (refusal.status !== 401) throw refusal;
  }
  try {
    if (session && session.access_token === used) await renew();
    if (!session) throw ended();
    return await work(session.access_token);
  } catch (refusal) {
    if (refusal.status !== 401) throw refusal;
    keepSession(null);
    turn();
    throw ended();
  }
}

/** One call of the API in this session. */
export function signed(method, path, options = {}) {
  return withToken((token) => call(method, path, { ...options, token }));
}

/** The answer to a GET as a CSV file in the language of the page, saved by the browser. */
export function saveCsv(path, parameters, name) {
  const query = new URLSearchParams({ ...parameters, language: language() });
  return withToken(async (token) => {
    const answer = await reach(`${path}?${query}`, {
      headers: { Accept: "text/csv", Authorization: `Bearer ${token}` },
    });
    if (!answer.ok) throw await refusalIn(answer);
    // The text would lose the mark by which spreadsheets know UTF-8.
    saveFile(name, "text/csv", await answer.blob());
  });
}

/** Ends the session everywhere, and what it left in this tab. */
export async function signOut() {
  await signed("DELETE", "v1/sessions/current");
  keepSession(null);
  forgetDrafts("portal/");
  history.replaceState(null, "", location.pathname);
  turn();
}
