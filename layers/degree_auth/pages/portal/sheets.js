// Many tasks answered at once: the sheet out, the filled one in, each row's fate, and the answers.
import { refused } from "../shared/api.js";
import { badge, card, code, hint, saveFile, table } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { actions, button, field, form, submit } from "../shared/forms.js";
import { language, spoken, t } from "../shared/language.js";
import { account, signed } from "./session.js";
import { address, announce, title } from "./view.js";

// So many answers go with one request; each is taken by itself, and once, however often it is sent.
const BATCH = 50;
const TONES = { ready: "slate", given: "slate", blank: "slate", received: "green", refused: "red" };
// The rows of the sheet that was read last. It lives in this tab, while its account is signed in.
let read = null;

/** Sheets of the department's tasks. */
export async function sheetsView() {
  if (read && read.owner !== account().username) read = null;
  const rows = el("div", { id: "sheet-rows" }, read ? rowsPart() : null);
  return [
    el("section", { class: "card" }, title(t("portal.sheets")), el("p", {}, t("portal.sheets_how")),
      downloads(), hint(t("portal.sheets_hint"))),
    card(t("portal.filled_sheet"), uploadForm(rows)), rows,
  ];
}

function downloads() {
  let cursor = null;
  const said = el("p", { class: "hint", role: "status" });
  const save = (format) => async () => {
    const body = { format, language: language(), ...(cursor && { cursor }) };
    const made = await signed("POST", "v1/task-sheets", { body });
    if (made.tasks) saveFile(made.filename, made.content_type, bytesOf(made.content));
    cursor = made.next;
    said.textContent = t(cursor ? "portal.sheet_more" : "portal.sheet_made", { tasks: made.tasks });
  };
  return [actions(button(t("portal.sheet_xlsx"), save("xlsx"), ""),
    button(t("portal.sheet_csv"), save("csv"))), said];
}

function uploadForm(rows) {
  const send = async ({ elements }) => {
    const [file] = elements["sheet-file"].files;
    if (!file) throw refused("portal.no_sheet", { content: "portal.choose_sheet" });
    const body = { content: await base64Of(file) };
    return signed("POST", "v1/task-sheets/preview", { body });
  };
  const sent = ({ rows: found }) => {
    read = { owner: account().username, rows: found };
    rows.replaceChildren(rowsPart());
    rows.querySelector("h2").focus();
  };
  return form({ send, sent, spot: () => "sheet-file" },
    field("sheet-file", t("portal.sheet_file"), {
      type: "file", accept: ".xlsx,.csv", hint: t("portal.sheet_file_hint"),
    }), actions(submit(t("portal.preview"))));
}

/** The rows and what becomes of each; those that are ready are sent by the button beneath. */
function rowsPart() {
  const heads = ["row", "task", "result", "fate"].map((head) => t(`portal.${head}`));
  const ready = () => read.rows.filter((row) => row.fate === "ready");
  const places = new Map();
  const cells = read.rows.map((row) => {
    places.set(row, el("div", {}, fateOf(row)));
    const result = row.result_name ? spoken(row.result_name) : "—";
    return [String(row.row), taskLink(row), result, places.get(row)];
  });
  const said = el("p", { role: "status" }, t("portal.ready_rows", { rows: ready().length }));
  const send = async () => {
    while (ready().length) {
      const batch = ready().slice(0, BATCH);
      await sendBatch(batch);
      for (const row of batch) places.get(row).replaceChildren(...[fateOf(row)].flat(2));
      said.textContent = t("portal.ready_rows", { rows: ready().length });
    }
    sending.hidden = true;
    const taken = read.rows.filter((row) => row.fate === "received").length;
    const others = read.rows.filter((row) => row.fate === "refused").length;
    announce(t("portal.rows_sent", { taken, refused: others }));
  };
  const sending = button(t("portal.send_rows"), send, "");
  sending.hidden = !ready().length;
  return el("section", { class: "card" },
    el("h2", { tabindex: "-1" }, t("portal.rows")), said,
    read.rows.length ? table(heads, cells) : null, hint(t("portal.final")), actions(sending));
}

const taskLink = (row) => (row.task_id
  ? el("a", { class: "code", href: address("task", { id: row.task_id }) }, row.task_id) : "—");

async function sendBatch(batch) {
  const body = { answers: batch.map((row) => row.answer) };
  const { answers } = await signed("POST", "v1/task-answers", { body });
  batch.forEach((row, n) => {
    const { fate, error } = answers[n];
    row.fate = fate;
    row.problems = error ? [error, ...error.details] : [];
  });
}

/** What becomes of a row, and everything that is wrong with it. */
function fateOf({ fate, problems }) {
  const faults = problems.map((each) =>
    el("li", {}, each.field ? [code(each.field), " "] : null, spoken(each)));
  return [badge(TONES[fate], t(`portal.fate.${fate}`)),
    faults.length ? el("ul", {}, faults) : []];
}

function base64Of(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(refused("portal.no_sheet"));
    reader.readAsDataURL(file);
  });
}

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
