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

/** A line that has Chinese first, then English. */
function inLanguage(text) {
  const [, zh, en] = text.trim().match(/^(.*[^\x00-\x7f]) ([A-Z].*)$/s) || [null, text, text];
  return spoken({ zh, en });
}

/** A text that has a paragraph in Chinese, then one in English. */
function paragraph(text) {
  const [zh, en] = text.trim().split("\n\n");
  return el("p", {}, spoken({ zh, en: en || zh }));
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
    [status, [inLanguage(resolved(answer).description), examples(resolved(answer))]]);
  const heading = [code(`${method.toUpperCase()} ${path}`), " ", inLanguage(operation.summary)];
  const { requestBody: request } = operation;
  return disclosure(operation.operationId, heading,
    paragraph(operation.description),
    parameters.length ? definitions(parameters.map((each) =>
      [code(each.name), inLanguage(each.description || each.name)])) : null,
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
  show(byId("operations"), described.tags.map(({ name, description }) =>
    card(inLanguage(description), operationsOf(name))));
}

async function load() {
  described = await call("GET", "openapi.json");
  byId("load").hidden = true;
  draw();
}

byId("load").addEventListener("click", () => act(byId("load"), load));
onLanguage(draw);
act(byId("load"), load);
