// Every answer of an application on one page, before it is sent.
import { definitions, hint } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { actions, button } from "../shared/forms.js";
import { t } from "../shared/language.js";
import { answers } from "./fields.js";

/** The answers in `body`; `send` sends them, `change` goes back to the form. */
export function reviewCard(body, send, change) {
  const section = (name) => [el("h3", {}, t(`apply.${name}`)), definitions(answers(body, name))];
  return el("section", { class: "card", tabindex: "-1", "aria-labelledby": "review-title" },
    el("h2", { id: "review-title" }, t("apply.review_title")), hint(t("apply.review_hint")),
    section("holder"), section("degree"), section("contact"),
    el("p", { class: "keep" }, t("apply.consent")),
    actions(button(t("apply.send"), send, ""), button(t("apply.change"), change)));
}
