// The API's own document, readable: every operation with its description and examples.
import { call } from "../shared/api.js";
import { card, code, definitions, hint } from "../shared/display.js";
import { byId, el, show } from "../shared/dom.js";
import { disclosure } from "../shared/forms.js";
import "../shared/frame.js";
import { onLanguage, spoken, t } from "../shared/language.js";
import { act } from "../shared/trouble.js";

const METHODS = ["get", "post", "put", "delete"];
let described = null;

/** What a reference stands for; anything else is itself. */
function resolved(node) {
  if (!node?.$ref) return node;
  const parts = node.$ref.slice(2).split("/");
  return resolved(parts.reduce((place, part) => place[part], described));
}

/** A text of the document in the language of the page; its Chinese stands beside it as x-…-zh. */
function told(holder, key) {
  // A line of the Chinese text ends where the file's lines do, which is no place for a space.
  return spoken({ en: holder[key], zh: holder[`x-${key}-zh`].replaceAll("\n", "") });
}

function examples(holder) {
  return Object.entries(holder?.content || {}).map(([type, media]) =>
    Object.values(media.examples || {}).map((example) => {
      const { value } = resolved(example);
      const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
      return [hint(type), el("pre", { class: "code" }, text)];
    }));
}

function operationPart(method, path, shared, operation) {
  const parameters = [...shared, ...(operation.parameters || [])].map(resolved);
  const answers = Object.entries(operation.responses).map(([status, answer]) =>
    [status, [told(resolved(answer), "description"), examples(resolved(answer))]]);
  const heading = [code(`${method.toUpperCase()} ${path}`), " ", told(operation, "summary")];
  const { requestBody: request } = operation;
  return disclosure(operation.operationId, heading,
    el("p", {}, told(operation, "description")),
    parameters.length ? definitions(parameters.map((each) =>
      [code(each.name), each.description ? told(each, "description") : ""])) : null,
    request ? [el("h3", {}, t("docs.request")), examples(request)] : null,
    el("h3", {}, t("docs.answers")), definitions(answers));
}

function operationsOf(tag) {
  return Object.entries(described.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]?.tags.includes(tag)).map((method) =>
      operationPart(method, path, item.parameters || [], item[method])));
}

function draw() {
  if (!described) return;
  show(byId("operations"), described.tags.map((tag) =>
    card(told(tag, "description"), operationsOf(tag.name))));
}

async function load() {
  described = await call("GET", "openapi.json");
  byId("load").hidden = true;
  draw();
}

byId("load").addEventListener("click", () => act(byId("load"), load));
onLanguage(draw);
act(byId("load"), load);
