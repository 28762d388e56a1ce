// What is typed into a form stays in this tab until it is sent: it survives a new drawing of the
// page and a reload. Passwords, one-time codes and files are not kept.
const PREFIX = "draft/";

const kept = (control) => control.id && !["password", "file", "submit"].includes(control.type)
  && control.autocomplete !== "one-time-code";
const ticked = (control) => ["checkbox", "radio"].includes(control.type);
const stored = (name) => JSON.parse(sessionStorage.getItem(PREFIX + name) || "{}");

/** Fills a form with its draft, if it has one, and keeps what is typed from now on. */
export function keepDraft(form, name) {
  fillIn(form, name);
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => saveDraft(form, name));
}

/** Fills a form's controls with the draft called `name`. */
export function fillIn(form, name) {
  const values = stored(name);
  for (const control of [...form.elements].filter((each) => kept(each) && each.id in values)) {
    if (ticked(control)) control.checked = values[control.id];
    else control.value = values[control.id];
    form.dataset.restored = "";
  }
}

/** Keeps what the form holds now. */
export function saveDraft(form, name) {
  const values = [...form.elements].filter(kept)
    .map((control) => [control.id, ticked(control) ? control.checked : control.value]);
  sessionStorage.setItem(PREFIX + name, JSON.stringify(Object.fromEntries(values)));
}

/** Forgets the drafts whose names begin with `prefix`. */
export function forgetDrafts(prefix) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX + prefix)) sessionStorage.removeItem(key);
  }
}
