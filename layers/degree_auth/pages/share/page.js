// The result that a holder shares by a link.
// Each look counts, so nothing is asked before the button is pressed.
import { call, fragment, refused } from "../shared/api.js";
import { definitions, hint, moment } from "../shared/display.js";
import { byId, el, show } from "../shared/dom.js";
import "../shared/frame.js";
import { onLanguage, spoken, t } from "../shared/language.js";
import { act, calm } from "../shared/trouble.js";

const SIGNS = { valid: "✓", superseded: "↻", revoked: "✕" };
const CHOICES = ["sex", "level", "study_form"];
const OF_HOLDER = ["sex", "birth_date"];
let result = null;

function shownValue(name, value) {
  return CHOICES.includes(name) ? t(`${name}.${value}`) : value;
}

function label(name) {
  if (name === "holder_name") return t("field.holder.name");
  return t(`field.${OF_HOLDER.includes(name) ? "holder" : "degree"}.${name}`);
}

function resultCard() {
  const { state, report_number: number, values, changed_at: changed, cause } = result;
  return el("section", { class: `card result ${state}`, tabindex: "-1" },
    el("div", { class: "verdict" },
      el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[state]),
      el("div", {}, el("h2", {}, t(`share.state.${state}`)), el("p", {}, spoken(result)))),
    el("div", {},
      changed ? el("p", {}, t("share.changed", { at: moment(changed) })) : null,
      changed && cause ? el("p", {}, t("share.cause", { cause: spoken(cause) })) : null,
      definitions([
        [t("share.number"), number, "code"],
        ...Object.entries(values).map(([name, value]) => [label(name), shownValue(name, value)]),
      ]),
      hint(t("share.chosen")),
      hint(t("share.left", { views: result.views_left, at: moment(result.ends_at) }))));
}

function draw() {
  if (result) show(byId("answer"), resultCard());
}

async function look() {
  const token = fragment().get("t");
  if (!token) throw refused("share.no_token");
  result = await call("POST", "v1/report-shares", { body: { token } });
  calm();
  draw();
  byId("answer").firstChild.focus();
}

byId("look").addEventListener("click", (event) => act(event.currentTarget, look));
onLanguage(draw);
