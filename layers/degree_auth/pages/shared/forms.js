// The parts of forms.
import { byId, el } from "./dom.js";
import { forgetDrafts, keepDraft } from "./drafts.js";
import { act } from "./trouble.js";

/**
 * A form. `send` gets the form and calls the API; then the draft is forgotten and `sent` gets the
 * answer. `spot` gives the id of the control that a field's fault belongs to.
 */
export function form({ draft, send, sent = () => {}, spot }, ...content) {
  const submit = (event) => {
    event.preventDefault();
    act(event.submitter, async () => {
      const answer = await send(node);
      if (draft) forgetDrafts(draft);
      await sent(answer);
    }, spot);
  };
  const node = el("form", { onsubmit: submit, autocomplete: "off", novalidate: true }, ...content);
  if (draft) keepDraft(node, draft);
  return node;
}

/** A labelled line of text, or an area when `rows` are given. */
export function field(id, label, { rows, value, hint, ...attributes } = {}) {
  const described = hint ? `hint-${id}` : null;
  const control = el(rows ? "textarea" : "input",
    { id, name: id, rows, "aria-describedby": described, ...attributes });
  if (value !== undefined && value !== null) control.value = value;
  return labelled(id, label, control, hint);
}

/** A labelled choice of one; `options` are pairs of value and words. */
export function select(id, label, options, { hint, ...attributes } = {}) {
  const described = hint ? `hint-${id}` : null;
  const control = el("select", { id, name: id, "aria-describedby": described, ...attributes });
  offer(control, options);
  return labelled(id, label, control, hint);
}

/** Gives a choice other options; what is chosen stays chosen where it is among them. */
export function offer(control, options) {
  const before = control.value;
  control.replaceChildren(...options.map(([value, words]) => el("option", { value }, words)));
  if (options.some(([value]) => value === before)) control.value = before;
}

function labelled(id, label, control, hint) {
  return el("div", { class: "field" }, el("label", { for: id }, label), control,
    hint ? el("p", { class: "hint", id: `hint-${id}` }, hint) : null);
}

/** A box to tick. */
export function box(id, label, attributes) {
  return el("label", { class: "check", for: id },
    el("input", { type: "checkbox", id, ...attributes }), el("span", {}, label));
}

/** A group of boxes under one legend. */
export function group(id, legend, ...content) {
  return el("fieldset", { id, tabindex: "-1" }, el("legend", { class: "label" }, legend), content);
}

/** The controls of a form whose ids begin with `prefix`, by the names that the API gives faults. */
export function spotIn(prefix) {
  return (path) => [path, path.split(".")[0], path.split(".").at(-1)]
    .map((name) => `${prefix}-${name}`)
    .find(byId) || null;
}

export const fields = (...content) => el("div", { class: "fields" }, content);
export const actions = (...content) => el("div", { class: "actions" }, content);

/** The button that sends a form. */
export const submit = (words, kind = "") => el("button", { class: kind }, words);

/** A button that does `work`, and says so when it fails. */
export function button(words, work, kind = "plain") {
  const onclick = (event) => act(event.currentTarget, work);
  return el("button", { type: "button", class: kind, onclick }, words);
}

const opened = new Set();

/** A part that opens on demand. It stays open when the page is drawn anew, or has a draft. */
export function disclosure(id, summary, ...content) {
  const node = el("details", { id }, el("summary", {}, summary), content);
  node.open = opened.has(id) || node.querySelector("form[data-restored]") !== null;
  node.addEventListener("toggle", () => {
    if (node.open) opened.add(id);
    else opened.delete(id);
  });
  return node;
}
