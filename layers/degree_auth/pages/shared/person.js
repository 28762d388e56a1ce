// Who is signed in in this tab. Once their session has ended, nothing of them stays in the browser.
import { call, onNobodySignedIn, refused } from "./api.js";
import { forgetDrafts } from "./drafts.js";
import { trouble } from "./trouble.js";

// In this tab somebody has been signed in.
const SIGNED_IN = "signed-in";
// Milliseconds. A clock that is not the service's must not make the page ask all the time.
const SOONEST = 60_000;
const LATEST = 3_600_000;
let whenEnded = () => {};
let timer = null;

/** Whether somebody has been signed in in this tab, and not signed out since. */
export const wasSignedIn = () => sessionStorage.getItem(SIGNED_IN) !== null;

/** Nothing of who was signed in stays in this tab: no draft, and no case that was open. */
export function forgetPerson() {
  clearTimeout(timer);
  forgetDrafts("");
  for (const key of ["case", SIGNED_IN]) sessionStorage.removeItem(key);
}

/** The person who is signed in; throws a Refusal where nobody is. */
export async function signedIn() {
  const person = await call("GET", "v1/me");
  const session = JSON.stringify([person.name, person.identity_number, person.proven_at]);
  const before = sessionStorage.getItem(SIGNED_IN);
  // Whoever signed in meanwhile in another tab of this browser finds nothing of who was here.
  if (before !== null && before !== session) throw ended();
  sessionStorage.setItem(SIGNED_IN, session);
  clearTimeout(timer);
  const left = Date.parse(person.session_ends_at) - Date.now();
  timer = setTimeout(lookAgain, Math.min(Math.max(left, SOONEST), LATEST));
  return person;
}

/** Has `empty` take from the page what is of the person, once their session has ended. */
export function onSessionEnd(empty) {
  whenEnded = empty;
}

function lookAgain() {
  if (wasSignedIn()) signedIn().catch(() => {});
}

// Who has a link alone keeps what they typed.
onNobodySignedIn(() => {
  if (wasSignedIn()) ended();
});

/** Forgets and empties, says so, and gives what was said. */
function ended() {
  const said = refused("person.ended");
  forgetPerson();
  whenEnded();
  trouble(said);
  return said;
}
// Meanwhile somebody may have signed out in another tab, or have gone.
document.addEventListener("visibilitychange", () => document.hidden || lookAgain());
addEventListener("pageshow", (event) => event.persisted && lookAgain());
