// Which department has which kind of degree.
import { hint, table } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { actions, button } from "../shared/forms.js";
import { spoken, t } from "../shared/language.js";
import { departmentName, loadNames } from "./names.js";
import { saveCsv, signed } from "./session.js";
import { title } from "./view.js";

/** Every kind of degree with its department; what has none of its own is marked. */
export async function coverageView() {
  await loadNames();
  const { coverage } = await signed("GET", "v1/coverage");
  const gaps = coverage.filter((each) => each.routed_to === null).length;
  const heads = ["level", "award_year", "study_form", "covered_by", "goes_to"]
    .map((head) => t(`portal.${head}`));
  const save = () => saveCsv("v1/coverage", {}, "coverage.csv");
  return el("section", { class: "card" }, title(t("portal.coverage")),
    el("p", {}, gaps ? t("portal.gaps", { gaps }) : t("portal.no_gaps")),
    table(heads, coverage.map(cells)), actions(button(t("portal.csv"), save)));
}

function cells(each) {
  const { level, award_year: year, study_form: form, departments } = each;
  const { routed_to: routed, reason } = each;
  const covering = departments.map((id) => el("div", {}, departmentName(id)));
  const row = [
    t(`level.${level}`),
    t(`award_year.${year}`),
    form ? t(`study_group.${form}`) : "—",
    covering.length ? covering : t("portal.none"),
    [departmentName(routed), hint(spoken(reason))],
  ];
  return Object.assign(row, { kind: routed === null ? "gap" : null });
}
