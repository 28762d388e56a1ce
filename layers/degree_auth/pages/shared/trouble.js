// Work that a button starts, and what went wrong with it: said at the top, and at the control.
import { refusalOf } from "./api.js";
import { moment } from "./display.js";
import { byId, clear, el, show } from "./dom.js";
import { onLanguage, spoken, t } from "./language.js";

let last = null;
// What is wrong with a control, by its id, as its paragraph says it.
const marks = new Map();

/** The words of a refusal with its faults, each a link to its control where there is one. */
export function faults(refusal, spot = () => null) {
  const items = refusal.details.map((each) => {
    const control = byId(spot(each.field));
    const fault = spoken(each);
    const text = control ? t("trouble.at", { label: labelOf(control), fault }) : fault;
    const focus = (event) => {
      event.preventDefault();
      control.focus();
    };
    return el("li", {}, control ? el("a", { href: `#${control.id}`, onclick: focus }, text) : text);
  });
  return el("div", { class: "card faults", role: "alert", tabindex: "-1" },
    el("strong", {}, spoken(refusal)),
    refusal.retry_at ? el("p", {}, from(refusal.retry_at)) : null,
    items.length ? el("ul", {}, items) : null);
}

function from(value) {
  return t("trouble.retry_at", { moment: moment(value) });
}

/** Says at the top what went wrong. `spot` gives the id of the control of a field. */
export function trouble(error, spot = () => null) {
  last = { refusal: refusalOf(error), spot };
  showLast();
  byId("trouble").firstChild.focus();
}

function showLast() {
  const { refusal, spot } = last;
  for (const { field } of refusal.details) byId(spot(field))?.setAttribute("aria-invalid", "true");
  show(byId("trouble"), faults(refusal, spot));
}

/** Takes back what was said to have gone wrong. */
export function calm() {
  last = null;
  byId("trouble").replaceChildren();
  for (const control of document.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
  }
}

/** Does a piece of work while its button waits. */
export async function busy(button, work) {
  if (button) button.disabled = true;
  try {
    return await work();
  } finally {
    if (button) button.disabled = false;
  }
}

/** Does what a button is for, and says so when it fails. */
export async function act(button, work, spot) {
  calm();
  await busy(button, work).catch((error) => trouble(error, spot));
}

/** Shows or hides the fault of one control, in the paragraph beneath it. */
export function mark(id, found) {
  if (found.length) marks.set(id, found);
  else marks.delete(id);
  byId(id).setAttribute("aria-invalid", found.length ? "true" : "false");
  if (found.length) show(byId(`fault-${id}`), found.map(spoken).join(" "));
  else clear(byId(`fault-${id}`));
}

/** The words by which the page names a control, or a group of boxes. */
function labelOf(control) {
  const label = document.querySelector(`label[for="${CSS.escape(control.id)}"]`);
  return (label || control.querySelector("legend") || control).textContent.trim();
}

// Last of all, since others draw controls and their labels anew.
onLanguage(() => queueMicrotask(() => {
  for (const [id, found] of marks) mark(id, found);
  if (last) showLast();
}));
