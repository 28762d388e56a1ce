// The lists of tasks and, for tier 1, how far each department is.
const departmentName = (id) => (id === null ? both("牵头部门", "Lead department") : el("span", { class: "code" }, id));
const badge = (tone, zh, en) => el("span", { class: `badge ${tone}` }, `${zh} ${en}`);

function table(heads, rows) {
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "表格 Table" }, el("table", {}, el("thead", {}, el("tr", {}, heads.map(([zh, en]) => el("th", { scope: "col" }, zh, el("span", { class: "en below", lang: "en" }, en))))), el("tbody", {}, rows)));
}

function taskMarks(each) {
  return [each.urgent && badge("red", "加急", "urgent"), each.overdue && badge("red", "超期", "overdue"), each.reminded && !each.overdue && badge("amber", "已催办", "reminded")].filter(Boolean);
}

function taskRow(each) {
  return el("tr", {}, el("td", {}, el("a", { class: "code", href: `#${new URLSearchParams({ view: "task", id: each.task_id })}` }, each.task_id), " ", taskMarks(each)),
    el("td", {}, both(each.status_name.zh, each.status_name.en)),
    el("td", {}, each.ended_at ? moment(each.ended_at) : each.due || "—", each.provisional && !each.ended_at ? el("span", { class: "en" }, "暂定 provisional") : null),
    el("td", {}, departmentName(each.department_id)), el("td", {}, moment(each.opened_at)));
}

async function tasksView(asked) {
  const status = asked.get("status") === "closed" ? "closed" : "open";
  const query = (cursor) => new URLSearchParams({ status, limit: "25", ...(asked.get("department") ? { department_id: asked.get("department") } : {}), ...(cursor ? { cursor } : {}) });
  const first = await signed("GET", `v1/tasks?${query()}`);
  const rows = first.tasks.map(taskRow);
  const list = table([["任务", "Task"], ["状态", "Status"], status === "open" ? ["时限", "Deadline"] : ["结束", "Ended"], ["部门", "Department"], ["收到", "Received"]], rows);
  let { next } = first;
  const more = el("button", { type: "button", class: "plain", hidden: !next, onclick: (event) => act(event.currentTarget, async () => {
    const page = await signed("GET", `v1/tasks?${query(next)}`);
    list.querySelector("tbody").append(...page.tasks.map(taskRow));
    next = page.next;
    more.hidden = !next;
  }) }, both("更多", "More"));
  const choice = (value, zh, en) => el("a", { href: `#${new URLSearchParams({ view: "tasks", status: value })}`, "aria-current": value === status && "true" }, both(zh, en));
  return el("section", { class: "card" }, heading("核查任务", "Verification tasks"), el("p", { class: "choices" }, choice("open", "待办", "Open"), choice("closed", "已结束", "Closed")),
    asked.get("department") ? el("p", {}, both("只列部门：", "Of department "), departmentName(asked.get("department") === "_lead" ? null : asked.get("department"))) : null,
    rows.length ? list : el("p", {}, both("没有任务。", "There are none.")),
    el("p", { class: "hint" }, status === "open" ? both("加急与时限近的在前。", "Urgent ones and the nearest deadline first.") : both("结束时间近的在前。", "The latest first.")),
    el("div", { class: "actions" }, more));
}

async function progressView() {
  const { as_of: at, complete, institution, departments } = await signed("GET", "v1/progress");
  const figures = (found) => ["open", "due_soon", "overdue", "waiting_applicant", "urgent"].map((name) => el("td", {}, String(found[name])));
  const link = (id) => el("a", { href: `#${new URLSearchParams({ view: "tasks", department: id === null ? "_lead" : id })}` }, departmentName(id));
  return el("section", { class: "card" }, heading("办理进度", "Progress"),
    table([["部门", "Department"], ["待反馈", "Open"], ["两日内到期", "Due soon"], ["超期", "Overdue"], ["等待申请人", "Waiting"], ["加急", "Urgent"]],
      [...departments.map((each) => el("tr", {}, el("td", {}, link(each.department_id)), figures(each.figures))),
        el("tr", { class: "total" }, el("td", {}, both("合计", "Total")), figures(institution))]),
    el("p", { class: "hint" }, both(`截至 ${moment(at)}。`, "As of then."), complete ? null : both("任务过多，只计最紧急的 5000 个。", "Only the 5000 most urgent are counted.")));
}
