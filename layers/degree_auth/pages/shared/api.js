// Calls of the API.
import { words } from "./data.js";

/** The API's stage is wherever this page lies: /…/stage/check -> /…/stage/ */
export const base = location.pathname.replace(/\/+$/, "").replace(/[^/]*$/, "");

/** An answer that is not a success, or no answer at all (status 0); in both languages. */
export class Refusal extends Error {
  constructor(status, error) {
    super(error.code);
    Object.assign(this, { status, details: [] }, error);
  }
}

/** A message or a field's fault that the page itself has words for. */
export function own(key) {
  return { code: key, message: words[key].zh, message_en: words[key].en };
}

/** A refusal by the page itself; `faults` are keys of its words by field. */
export function refused(key, faults = {}) {
  const details = Object.entries(faults).map(([field, fault]) => ({ field, ...own(fault) }));
  return new Refusal(0, { ...own(key), details });
}

/** What went wrong, as a Refusal whatever it was. */
export function refusalOf(error) {
  return error instanceof Refusal ? error : refused("api.not_understood");
}

/** The answer of fetch. Throws a Refusal when there is none. */
export function reach(path, options) {
  const everywhere = { cache: "no-store", referrerPolicy: "no-referrer" };
  return fetch(base + path, { ...everywhere, ...options }).catch(() => {
    throw refused("api.unreachable");
  });
}

/** The Refusal that an unsuccessful answer of fetch stands for. */
export async function refusalIn(answer) {
  const content = await answer.json().catch(() => null);
  if (content?.error?.message) return new Refusal(answer.status, content.error);
  const key = answer.status === 429 ? "api.too_many_requests" : "api.not_understood";
  return new Refusal(answer.status, own(key));
}

let nobodySignedIn = () => {};

/** Has `listener` called when an answer says that nobody is signed in. */
export function onNobodySignedIn(listener) {
  nobodySignedIn = listener;
}

/** One call of the API; gives the JSON of a 2xx answer, null for none, throws a Refusal. */
export async function call(method, path, { body, token, headers = {} } = {}) {
  const sent = { Accept: "application/json", ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  if (token) sent.Authorization = `Bearer ${token}`;
  const answer = await reach(path, { method, headers: sent, body: JSON.stringify(body) });
  if (answer.status === 204) return null;
  if (answer.status === 401 && !token) nobodySignedIn();
  if (!answer.ok) throw await refusalIn(answer);
  return answer.json().catch(() => {
    throw refused("api.not_understood");
  });
}

/** The values after # in the address, which no browser sends to a server. */
export function fragment() {
  return new URLSearchParams(location.hash.slice(1));
}
