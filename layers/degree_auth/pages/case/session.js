// The case that is open in this tab, and calls of the API on it.
import { call } from "../shared/api.js";
import { signedIn } from "../shared/person.js";

let current = null;
let link = null;
let listener = () => {};

/** Opens a case: { number, token }. */
export function openCase(opened) {
  current = opened;
}

export function closeCase() {
  current = null;
  link = null;
}

/** Whether who looks is the holder who signed in, and has no link. */
export const isHolders = () => !current.token;

/** The address that this page had made for the case, if it had. */
export const madeLink = () => link;

/** Gives the case another link; the former one is void. */
export async function renewLink() {
  link = (await ask("PUT", "/link")).links.page;
  await refresh();
}

/** Makes the case's link void. */
export async function revokeLink() {
  await ask("DELETE", "/link");
  link = null;
  await refresh();
}

/** Has `shown` called with every new status of the case. */
export function onStatus(shown) {
  listener = shown;
}

/** One call on the case; `rest` is what follows its number in the address. */
export async function ask(method, rest, body) {
  const path = `v1/applications/${encodeURIComponent(current.number)}${rest}`;
  const { token } = current;
  try {
    return await call(method, path, { body, token });
  } catch (refusal) {
    // Of a case that is the holder's alone, an answer of 404 may mean that the session has ended.
    if (!token && refusal.status === 404) await signedIn().catch(() => {});
    throw refusal;
  }
}

/** Shows a status that the API has answered with. */
export function showStatus(status) {
  // An answer that comes after the case was left is shown to nobody.
  if (current) listener(status);
}

/** Asks for the case anew and shows it. */
export async function refresh() {
  showStatus(await ask("GET", ""));
}

/** The name of the draft of one of the forms of this case. */
export const draftOf = (form) => `case/${current.number}/${form}`;

/** Whether the case admits an action of the applicant now. */
export const may = (status, action) => status.allowed_actions.includes(action);
