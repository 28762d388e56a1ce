// How facts are shown.
import { el } from "./dom.js";

const SHANGHAI = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit",
  hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

/** A moment by the clock of Beijing. */
export function moment(value) {
  const parts = SHANGHAI.formatToParts(new Date(value));
  const part = Object.fromEntries(parts.map(({ type, value: text }) => [type, text]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}`;
}

export const time = (at) => el("time", { datetime: at }, moment(at));
export const code = (text) => el("span", { class: "code" }, text);
export const badge = (tone, text) => el("span", { class: `badge ${tone}` }, text);
export const hint = (...content) => el("p", { class: "hint" }, content);
export const list = (items) => el("ul", {}, items.map((item) => el("li", {}, item)));

/** A part of the page under a heading. */
export function card(title, ...content) {
  return el("section", { class: "card" }, el("h2", {}, title), content);
}

/** Pairs of words and value; a third says how the value is set. Rows that are null are left out. */
export function definitions(rows) {
  return el("dl", { class: "facts" }, rows.filter(Boolean).map(([name, value, kind]) =>
    el("div", {}, el("dt", {}, name), el("dd", { class: kind }, value))));
}

/** A label with one large value, and a smaller line beneath. */
export function glance(label, value, beneath) {
  return el("div", {}, el("p", { class: "label" }, label),
    el("div", { class: "value" }, value, beneath ? el("small", {}, beneath) : null));
}

/** Entries in time, the latest first: pairs of moment and content. */
export function timeline(entries) {
  return el("ol", { class: "time" }, [...entries].reverse().map(([at, ...content]) =>
    el("li", {}, time(at), content)));
}

/** A table, which a narrow screen shows as cards. The roles outlast its change of display. */
export function table(heads, rows) {
  const head = heads.map((words) => el("th", { scope: "col", role: "columnheader" }, words));
  return el("table", { role: "table" },
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, head)),
    el("tbody", { role: "rowgroup" }, rows.map((row) => tableRow(heads, row))));
}

/** A row of such a table; `kind` marks the whole row. */
export function tableRow(heads, cells, kind = cells.kind) {
  return el("tr", { role: "row", class: kind }, cells.map((cell, n) =>
    el("td", { role: "cell", "data-head": heads[n] }, el("div", {}, cell))));
}

const SVG = "http://www.w3.org/2000/svg";

/** A QR code from its rows, of which 1 is dark, with the quiet zone of four around it. */
export function qrCode(rows, label) {
  const zone = 4;
  const side = rows.length + 2 * zone;
  const dark = rows.flatMap((row, y) =>
    [...row].flatMap((module, x) => (module === "1" ? `M${x + zone} ${y + zone}h1v1h-1z` : [])));
  const part = (tag, attributes) => {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  };
  const drawing = part("svg", {
    class: "qr", viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label,
  });
  drawing.append(part("path", { d: dark.join("") }));
  return drawing;
}

/** Lets the browser save a text, or bytes, as a file. */
export function saveFile(name, type, content) {
  const href = URL.createObjectURL(new Blob([content], { type }));
  const link = el("a", { href, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 10000);
}
