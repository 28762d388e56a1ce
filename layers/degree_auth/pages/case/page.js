// The page on which an applicant follows a case and acts on it.
import { fragment } from "../shared/api.js";
import { byId, clear, show } from "../shared/dom.js";
import { forgetDrafts, keepDraft } from "../shared/drafts.js";
import "../shared/frame.js";
import { onLanguage } from "../shared/language.js";
import { onSessionEnd, signedIn } from "../shared/person.js";
import { act, trouble } from "../shared/trouble.js";
import { forgetNotifications } from "./notifications.js";
import { statusParts } from "./parts.js";
import { closeCase, onStatus, openCase, refresh } from "./session.js";

const KEPT = "case";
const DRAFT = "entry-of-case";
let latest = null;

function draw() {
  if (!latest) return;
  byId("entry").hidden = true;
  show(byId("status"), statusParts(latest, leave));
}

function leave() {
  sessionStorage.removeItem(KEPT);
  forgetDrafts("case/");
  latest = null;
  closeCase();
  forgetNotifications();
  clear(byId("status"));
  byId("sign-in").reset();
  byId("entry").hidden = false;
}

async function enter(opened) {
  openCase(opened);
  await refresh();
  // Whoever needs no link is signed in, and the tab is theirs for as long.
  if (!opened.token) await signedIn();
  sessionStorage.setItem(KEPT, JSON.stringify(opened));
  forgetDrafts(DRAFT);
}

function fromAddress() {
  const given = fragment();
  if (given.has("n")) {
    // The token must not stay in the address bar and the history; it is kept for this tab alone.
    // Who signed in has none.
    history.replaceState(null, "", location.pathname);
    return { number: given.get("n"), token: given.get("t") };
  }
  return JSON.parse(sessionStorage.getItem(KEPT) || "null");
}

function start() {
  const given = fromAddress();
  if (!given) return;
  enter(given).catch((refusal) => {
    // A service that cannot be reached for now does not end what was opened in this tab.
    if (refusal.status === 404) leave();
    byId("number").value = given.number;
    trouble(refusal);
  });
}

byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const number = byId("number").value.trim().toUpperCase();
  act(event.submitter, () => enter({ number, token: byId("token").value.trim() }));
});
keepDraft(byId("sign-in"), DRAFT);
onStatus((status) => {
  latest = status;
  draw();
});
onLanguage(draw);
onSessionEnd(leave);
addEventListener("hashchange", start);
start();
