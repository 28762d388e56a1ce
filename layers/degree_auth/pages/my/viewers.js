// Who has viewed the person's information in a case, and how often its documents were checked.
import { call } from "../shared/api.js";
import { code, hint, table, time } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { actions, button } from "../shared/forms.js";
import { spoken, t } from "../shared/language.js";

/** A page of entries, the latest first, behind what `soFar` has of the same case. */
export async function viewersOf(number, soFar = null) {
  const query = soFar?.next_cursor ? `?${new URLSearchParams({ cursor: soFar.next_cursor })}` : "";
  const page = await call("GET", `v1/applications/${encodeURIComponent(number)}/readings${query}`);
  if (!soFar) return { ...page, number };
  const readings = [...soFar.readings, ...page.readings];
  return { ...soFar, readings, next_cursor: page.next_cursor };
}

/** The part of the page that shows them; `more` asks for the next page, `close` puts it away. */
export function viewersPart(viewed, more, close) {
  return el("section", {
    class: "card", id: "viewers", tabindex: "-1", "aria-labelledby": "viewers-title",
  },
    el("h2", { id: "viewers-title" }, t("my.viewers")),
    el("p", { class: "number" }, code(viewed.number)),
    hint(t("my.viewers_hint")),
    viewed.readings.length
      ? table(heads("viewed_at", "viewer", "purpose"), viewed.readings.map(row))
      : el("p", {}, t("my.not_viewed")),
    viewed.checks.length ? [
      el("h3", {}, t("my.checks")),
      table(heads("document", "day", "times"),
        viewed.checks.map((one) => [code(one.number), one.day, String(one.count)])),
    ] : null,
    actions(viewed.next_cursor ? button(t("my.more"), more) : null, button(t("my.close"), close)));
}

const heads = (...keys) => keys.map((key) => t(`my.${key}`));

function row({ at, reader, role, institution_name: institution, purpose }) {
  return [time(at), el("div", {}, el("p", {}, institution ?? spoken(reader)),
    role ? el("p", { class: "hint" }, spoken(role)) : null), spoken(purpose)];
}
