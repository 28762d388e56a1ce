// The application: fill in, look at every answer once more, send.
import { call, refusalOf, refused } from "../shared/api.js";
import { byId, clear, show } from "../shared/dom.js";
import { fillIn, forgetDrafts, keepDraft, saveDraft } from "../shared/drafts.js";
import "../shared/frame.js";
import { onLanguage } from "../shared/language.js";
import { onSessionEnd, signedIn, wasSignedIn } from "../shared/person.js";
import { calm, mark, trouble } from "../shared/trouble.js";
import { followLevel, offerCategories } from "./category.js";
import { drawFields, missing, PATHS, places, typed } from "./fields.js";
import { followInstitution } from "./institution.js";
import { receivedCard } from "./received.js";
import { reviewCard } from "./review.js";

const DRAFT = "apply";
const application = byId("application");
let draw = drawEntry;
// One key for one content: a second press, or a retry after a lost answer, is the same application.
let key = crypto.randomUUID();

function drawEntry() {
  drawFields();
  fillIn(application, DRAFT);
  offerCategories();
}

/** Shows one of the three parts of the page; `make` gives its content, nothing for the form. */
function turnTo(part, make) {
  for (const other of ["review", "received"]) clear(byId(other));
  byId("entry").hidden = part !== "entry";
  draw = make ? () => show(byId(part), make()) : drawEntry;
  if (make) draw();
  scrollTo(0, 0);
  if (make) byId(part).firstChild.focus();
}

function showFaults(refusal) {
  turnTo("entry");
  for (const path of [...PATHS, "consent"]) {
    mark(places(path), refusal.details.filter((each) => each.field === path));
  }
  trouble(refusal, places);
}

function review() {
  const faults = missing();
  if (Object.keys(faults).length) return showFaults(refused("apply.incomplete", faults));
  for (const path of [...PATHS, "consent"]) mark(places(path), []);
  return turnTo("review", () => reviewCard(typed(), send, () => turnTo("entry")));
}

async function send() {
  try {
    // Whoever signed in to apply does not mean to apply without.
    if (wasSignedIn()) await signedIn();
    const headers = { "Idempotency-Key": key };
    const answer = await call("POST", "v1/applications", { body: typed(), headers });
    forgetDrafts(DRAFT);
    turnTo("received", () => receivedCard(answer));
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal.details.length) showFaults(refusal);
    else throw refusal.code === "api.unreachable" ? refused("apply.no_answer") : refusal;
  }
}

// Nothing of whoever was signed in stands in the form any more.
onSessionEnd(() => {
  application.reset();
  key = crypto.randomUUID();
  turnTo("entry");
  drawEntry();
});
// Only who is not signed in is asked to; an application is possible either way.
signedIn().catch(() => { byId("who").hidden = false; });
drawEntry();
keepDraft(application, DRAFT);
const changed = () => saveDraft(application, DRAFT);
followInstitution(changed);
followLevel(changed);
application.addEventListener("input", () => { key = crypto.randomUUID(); });
application.addEventListener("submit", (event) => {
  event.preventDefault();
  calm();
  review();
});
onLanguage(() => {
  // What the review shows is read from the form, which is drawn in the other language first.
  drawEntry();
  if (draw !== drawEntry) draw();
});
