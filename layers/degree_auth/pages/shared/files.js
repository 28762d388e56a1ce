// Sending files, and showing what became of them.
import { refused } from "./api.js";
import { facts } from "./data.js";
import { el } from "./dom.js";
import { box, field } from "./forms.js";
import { spoken, t } from "./language.js";

const PAUSE = 1000;
const MOST_LOOKS = 10;
const MEGABYTE = 2 ** 20;

/** Sends a file where `announce`, given its type and size, is told to; gives its attachment id. */
export async function sendFile(file, announce) {
  if (!file) throw refused("files.not_sent", { file: "files.none" });
  const { content_types: types, largest_bytes: largest } = facts.files;
  if (!types.includes(file.type)) throw refused("files.not_sent", { content_type: "files.type" });
  if (!file.size) throw refused("files.not_sent", { size: "files.empty" });
  if (file.size > largest) throw refused("files.not_sent", { size: "files.too_large" });
  const announced = { content_type: file.type, size: file.size, ...await digestOf(file) };
  const { attachment_id: id, upload: { url, method, headers } } = await announce(announced);
  const sent = { method, headers, body: file, referrerPolicy: "no-referrer" };
  const stored = await fetch(url, sent).catch(() => null);
  if (!stored?.ok) throw refused("files.not_sent", { file: "files.interrupted" });
  return id;
}

/** The file's SHA-256, by which files of one size are told apart, where the browser gives any. */
async function digestOf(file) {
  if (!crypto.subtle) return {};
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return { sha256: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
}

/** What `look` gives once the file that was sent has been examined, or after some seconds. */
export async function settled(id, look, filesOf) {
  for (let looks = 1; ; looks += 1) {
    const current = await look();
    const sent = filesOf(current).find((each) => each.attachment_id === id);
    if (looks === MOST_LOOKS || sent?.state !== "announced") return current;
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  }
}

/** The control that chooses a file. */
export function fileField(id) {
  const megabytes = facts.files.largest_bytes / MEGABYTE;
  return field(id, t("files.file"), {
    name: "file", type: "file", accept: facts.files.content_types.join(","),
    hint: t("files.limits", { megabytes }),
  });
}

/** A file in one line: its kind, size and state. */
export function fileWords({ kind, size, state }) {
  const kilobytes = Math.ceil(size / 1024);
  return t("files.line", { kind: t(`kind.${kind}`), kilobytes, state: t(`files.${state}`) });
}

/** A file, with a link to it while there is one, and why it was refused if it was. */
export function fileItem(file) {
  const link = { href: file.url, target: "_blank", rel: "noreferrer noopener" };
  return el("li", {}, file.url ? el("a", link, fileWords(file)) : fileWords(file),
    file.reason ? el("p", { class: "fault" }, spoken(file.reason)) : null);
}

/** Boxes for the files that may be named, all ticked. */
export function fileChoices(files, prefix) {
  return files.map((file) => box(`${prefix}-${file.attachment_id}`, fileWords(file),
    { name: "files", value: file.attachment_id, checked: true }));
}
