// Verification fees by department and month.
import { hint, moment, table } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { actions, button, field, fields, form, submit } from "../shared/forms.js";
import { t } from "../shared/language.js";
import { departmentName, loadNames } from "./names.js";
import { saveCsv, signed } from "./session.js";
import { go, title } from "./view.js";

const FEN = 100;
const yuan = (fen) => `¥${(fen / FEN).toFixed(2)}`;

/** The fees of the months that the address names, or of this month. */
export async function feesView(wanted) {
  await loadNames();
  const thisMonth = moment(Date.now()).slice(0, 7);
  const [from, to] = ["from", "to"].map((end) => wanted.get(end) || thisMonth);
  const asked = { from, to, by: "department,period" };
  const { rows, tasks, fen } = await signed("GET", `v1/fees?${new URLSearchParams(asked)}`);
  const save = () => saveCsv("v1/fees", asked, `fees-${from}-${to}.csv`);
  const send = ({ elements }) =>
    go("fees", { from: elements.from.value.trim(), to: elements.to.value.trim() });
  const month = (end, value) => field(`fees-${end}`, t(`portal.${end}`),
    { name: end, value, maxlength: 7, placeholder: "YYYY-MM" });
  return el("section", { class: "card" }, title(t("portal.fees")),
    form({ send }, fields(month("from", from), month("to", to)),
      actions(submit(t("portal.show")), button(t("portal.csv"), save))),
    rows.length ? feesTable(rows, tasks, fen) : el("p", {}, t("portal.no_fees")),
    hint(t("portal.fees_hint")));
}

function feesTable(rows, tasks, fen) {
  const heads = ["department", "month", "tasks", "amount"].map((head) => t(`portal.${head}`));
  const cells = rows.map((each) =>
    [departmentName(each.department_id), each.period, String(each.tasks), yuan(each.fen)]);
  const total = Object.assign([t("portal.total"), "", String(tasks), yuan(fen)], { kind: "total" });
  return table(heads, [...cells, total]);
}
