// The lists of tasks and, for a lead department, how far each department is.
import { facts } from "../shared/data.js";
import { badge, hint, moment, table, tableRow } from "../shared/display.js";
import { el } from "../shared/dom.js";
import { actions, button, field, form, submit } from "../shared/forms.js";
import { spoken, t } from "../shared/language.js";
import { departmentName, loadNames } from "./names.js";
import { signed } from "./session.js";
import { address, title } from "./view.js";

const PAGE = "25";

/** The marks of a task that is unread, urgent or late. */
export function taskMarks({ urgent, overdue, reminded, unread }) {
  return [
    unread && badge("amber", t(`portal.unread_${unread}`)),
    urgent && badge("red", t("portal.urgent")),
    overdue && badge("red", t("portal.overdue")),
    reminded && !overdue && badge("amber", t("portal.reminded")),
  ];
}

function cells(task) {
  const ended = task.ended_at;
  const provisional = task.provisional && !ended;
  return [
    [el("a", { class: "code", href: address("task", { id: task.task_id }) }, task.task_id), " ",
      taskMarks(task)],
    [ended ? moment(ended) : task.due || "—", ended ? null : hint(daysLeft(task)),
      provisional ? hint(t("portal.provisional")) : null],
    degreeOf(task.degree),
    spoken(task.status_name),
    departmentName(task.department_id),
    moment(task.opened_at),
  ];
}

const headsOf = (ends) => ["task", ends, "degree", "status", "department", "received"]
  .map((head) => t(`portal.${head}`));

function daysLeft({ days_left: days, overdue }) {
  if (days === null) return t("portal.not_running");
  return overdue ? t("portal.overdue") : t("portal.days_left", { days });
}

/** Level and year of a degree, its name and its subject, which the applicant wrote. */
function degreeOf(degree) {
  if (!degree) return "—";
  const { level, award_year: year, category, discipline } = degree;
  return [t("portal.degree_line", { level: t(`level.${level}`), year }),
    el("div", { class: "said" }, `${category} ${discipline}`)];
}

/** What is looked for by the number of a case, a task or a certificate. */
function searchForm() {
  const found = el("div", { id: "found", role: "status" });
  const send = ({ elements }) =>
    signed("POST", "v1/task-searches", { body: { number: elements.number.value } });
  const sent = ({ tasks }) => found.replaceChildren(tasks.length
    ? table(headsOf("deadline"), tasks.map(cells)) : el("p", {}, t("portal.nothing_found")));
  return [form({ send, sent, spot: () => "search-number" },
    field("search-number", t("portal.search"), {
      name: "number", maxlength: facts.fields["degree.certificate_number"].longest, class: "code",
      spellcheck: "false", hint: t("portal.search_hint"),
    }), actions(submit(t("portal.search_submit"), "plain"))), found];
}

/** The open or closed tasks, of one department if the address says so. */
export async function tasksView(wanted) {
  await loadNames();
  const status = wanted.get("status") === "closed" ? "closed" : "open";
  const department = wanted.get("department");
  const query = (cursor) => new URLSearchParams({
    status, limit: PAGE,
    ...(department && { department_id: department }), ...(cursor && { cursor }),
  });
  const first = await signed("GET", `v1/tasks?${query()}`);
  const ends = status === "open" ? "deadline" : "ended";
  const heads = headsOf(ends);
  const list = table(heads, first.tasks.map(cells));
  let { next } = first;
  const more = button(t("portal.more"), async () => {
    const page = await signed("GET", `v1/tasks?${query(next)}`);
    list.querySelector("tbody").append(...page.tasks.map((each) => tableRow(heads, cells(each))));
    ({ next } = page);
    more.hidden = !next;
  });
  more.hidden = !next;
  return el("section", { class: "card" }, title(t("portal.tasks")), searchForm(),
    choices(status),
    department ? el("p", {}, t("portal.of_department"), " ", nameOf(department)) : null,
    first.tasks.length ? list : el("p", {}, t("portal.no_tasks")),
    hint(t(`portal.order_${status}`)), actions(more));
}

const nameOf = (department) =>
  departmentName(department === facts.lead_department ? null : department);

function choices(current) {
  return el("p", { class: "choices" }, ["open", "closed"].map((status) => {
    const chosen = status === current && "true";
    return el("a", { href: address("tasks", { status }), "aria-current": chosen },
      t(`portal.tasks_${status}`));
  }));
}

const FIGURES = ["open", "due_soon", "overdue", "waiting_applicant", "urgent"];

/** How many tasks of each department are open, late or waiting. */
export async function progressView() {
  await loadNames();
  const { as_of: at, complete, institution, departments } = await signed("GET", "v1/progress");
  const heads = [t("portal.department"), ...FIGURES.map((name) => t(`portal.figure.${name}`))];
  const figures = (counted) => FIGURES.map((name) => String(counted[name]));
  const link = (id) => el("a",
    { href: address("tasks", { department: id ?? facts.lead_department }) }, departmentName(id));
  const rows = departments.map((each) => [link(each.department_id), ...figures(each.figures)]);
  const total = Object.assign([t("portal.total"), ...figures(institution)], { kind: "total" });
  return el("section", { class: "card" }, title(t("portal.progress")),
    table(heads, [...rows, total]),
    hint(t("portal.as_of", { at: moment(at) }), " ",
      complete ? null : t("portal.not_all_counted")));
}
