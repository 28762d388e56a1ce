// The language of the page: Chinese, or English by choice, which the browser remembers.
import { words } from "./data.js";

const LANGUAGES = { zh: { tag: "zh-CN", name: "中文" }, en: { tag: "en", name: "English" } };
const KEPT = "language";
const listeners = [];
let current = chosen();

/** The text of a key, with {name} replaced by the value of that name. */
export function t(key, values = {}) {
  if (!words[key]) throw new Error(`no words for ${key}`);
  return words[key][current].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** What the server says in both languages: { zh, en }, or { message, message_en }. */
export function spoken({ zh, en, message = zh, message_en: english = en }) {
  return (current === "en" && english) || message;
}

/** The language of the page: "zh" or "en". */
export function language() {
  return current;
}

/** Has `listener` called whenever the language has changed, to show anew what scripts made. */
export function onLanguage(listener) {
  listeners.push(listener);
}

function chosen() {
  const asked = new URLSearchParams(location.search).get("lang");
  if (LANGUAGES[asked]) return remember(asked);
  try {
    return LANGUAGES[localStorage.getItem(KEPT)] ? localStorage.getItem(KEPT) : "zh";
  } catch {
    return "zh";
  }
}

function remember(language) {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // A browser that keeps nothing shows the page in this language all the same.
  }
  return language;
}

/** Writes the texts of the markup, and the link to the other language, in the present one. */
function label() {
  document.documentElement.lang = LANGUAGES[current].tag;
  for (const node of document.querySelectorAll("[data-words]")) {
    node.textContent = t(node.dataset.words);
  }
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", t(node.dataset.label));
  }
  const other = current === "zh" ? "en" : "zh";
  const link = document.getElementById("other-language");
  link.textContent = LANGUAGES[other].name;
  link.lang = LANGUAGES[other].tag;
  link.href = `?lang=${other}`;
}

document.getElementById("other-language").addEventListener("click", (event) => {
  event.preventDefault();
  current = remember(current === "zh" ? "en" : "zh");
  // An address that asks for the other language would bring it back when it is loaded again.
  history.replaceState(history.state, "", location.pathname + location.hash);
  label();
  for (const listener of listeners) listener();
});
label();
