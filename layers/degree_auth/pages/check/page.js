// The page that checks a report: by number and code, or by the file, whose digest alone is sent.
import { call, fragment, own, refusalOf, refused } from "../shared/api.js";
import { byId, clear, show } from "../shared/dom.js";
import { forgetDrafts, keepDraft } from "../shared/drafts.js";
import "../shared/frame.js";
import { onLanguage } from "../shared/language.js";
import { busy, mark } from "../shared/trouble.js";
import { codesIn, qrText } from "./photo.js";
import { checkCard, failureCard } from "./result.js";

const CONTROLS = { report_number: "number", check_code: "code" };
const PRINT = {
  holder_name: "holder-name", birth_date: "birth-date", certificate_number: "certificate-number",
};
const EVERY_CONTROL = { ...CONTROLS, ...PRINT };
const DRAFT = "check";
// The answer to an older question must not stand over a newer one.
let latest = 0;
let draw = () => {};

function answer(make) {
  draw = () => show(byId("answer"), make());
  draw();
  byId("answer").firstChild.focus();
}

function begin() {
  latest += 1;
  draw = () => {};
  byId("answer").replaceChildren();
  showFaults([]);
  return latest;
}

function showFaults(details) {
  for (const [field, id] of Object.entries(EVERY_CONTROL)) {
    mark(id, details.filter((each) => each.field === field));
  }
  const first = details.find((each) => EVERY_CONTROL[each.field]);
  if (first) byId(EVERY_CONTROL[first.field]).focus();
}

/** Checks what `content` promises to be the body of the question. */
async function check(content, source) {
  const mine = begin();
  try {
    const result = await call("POST", "v1/report-checks", { body: await content });
    if (mine !== latest) return;
    forgetDrafts(DRAFT);
    answer(() => checkCard(result, source));
  } catch (error) {
    if (mine !== latest) return;
    const refusal = refusalOf(error);
    if (refusal.details.some((each) => EVERY_CONTROL[each.field])) showFaults(refusal.details);
    else answer(() => failureCard(refusal));
  }
}

function typedIn(controls) {
  const entries = Object.entries(controls);
  return Object.fromEntries(entries.map(([field, id]) => [field, byId(id).value.trim()]));
}

async function checkCodes() {
  const print = typedIn(PRINT);
  const compared = Object.values(print).some((value) => value);
  const typed = compared ? { ...typedIn(CONTROLS), ...print } : typedIn(CONTROLS);
  const missing = Object.keys(typed).filter((field) => !typed[field]);
  if (!missing.length) return check(typed, { number: typed.report_number });
  begin();
  return showFaults(missing.map((field) => ({ field, ...own("check.required") })));
}

async function digestOf(file) {
  try {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const bytes = [...new Uint8Array(digest)];
    return { sha256: bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("") };
  } catch {
    throw refused("check.unreadable");
  }
}

function checkFile(file) {
  if (file) check(digestOf(file), { file: file.name });
}

/** Checks by the QR code in a picture, which says nothing of what else is on it. */
async function checkPhoto(file) {
  if (!file) return;
  const mine = begin();
  try {
    const given = codesIn(await qrText(file));
    if (mine === latest) await checkGiven(given);
  } catch (error) {
    if (mine === latest) answer(() => failureCard(refusalOf(error)));
  }
}

function fromAddress() {
  const given = fragment();
  if (given.has("n")) checkGiven(given);
}

function checkGiven(given) {
  byId("number").value = given.get("n");
  byId("code").value = given.get("c") || "";
  return checkCodes();
}

byId("codes").addEventListener("submit", (event) => {
  event.preventDefault();
  busy(event.submitter, checkCodes);
});
byId("file").addEventListener("change", (event) => {
  checkFile(event.target.files[0]);
  event.target.value = "";
});
byId("photo").addEventListener("change", (event) => {
  checkPhoto(event.target.files[0]);
  event.target.value = "";
});
// A file dropped beside the field must not make the browser leave the page.
for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
const drop = byId("drop");
drop.addEventListener("dragover", () => drop.classList.add("over"));
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  drop.classList.remove("over");
  checkFile(event.dataTransfer.files[0]);
});
keepDraft(byId("codes"), DRAFT);
onLanguage(() => draw());
addEventListener("hashchange", fromAddress);
fromAddress();
