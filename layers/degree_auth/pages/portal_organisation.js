// The institution itself: fees, departments and their accounts, coverage, standing explanations, the own account.
const LETTERS = {
  levels: { A: "全部 all", B: "学士 bachelor", C: "硕士 master", D: "博士 doctor" },
  award_years: { E: "全部 all", F: "往届 previous years", G: "应届 current year", H: "其他 other" },
  study_forms: { I: "全部 all", J: "普通 regular", K: "成人/自考 adult or self-study", L: "来华留学 international" },
};
const SCOPE_NAMES = { levels: ["学位层级", "Levels"], award_years: ["授予年份", "Award years"], study_forms: ["学士学习形式", "Study forms of bachelor's degrees"] };
const AWARD_YEARS = { previous: ["往届", "previous years"], current: ["应届", "current year"] };
const STUDY_GROUPS = { regular: ["普通", "regular"], adult_or_self_study: ["成人/自考", "adult or self-study"], international: ["来华留学", "international"] };

const yuan = (fen) => `¥${(fen / 100).toFixed(2)}`;
const inside = (form) => (name) => [`${form}-${name}`, `${form}-${name.split(".")[0]}`].find($) || null;

function boxes(prefix, name, label, options, chosen) {
  return el("fieldset", { id: `${prefix}-${name}`, tabindex: "-1" }, el("legend", { class: "label" }, both(...label)), el("div", { class: "boxes" }, Object.entries(options).map(([value, words]) =>
    el("label", { class: "check", for: `${prefix}-${name}-${value}` }, el("input", { type: "checkbox", id: `${prefix}-${name}-${value}`, name, value, checked: chosen.includes(value) }), el("span", {}, words)))));
}

async function feesView(asked) {
  const now = moment(Date.now()).slice(0, 7);
  const [from, to] = [asked.get("from") || now, asked.get("to") || now];
  const query = new URLSearchParams({ from, to, by: "department,period" });
  const found = await signed("GET", `v1/fees?${query}`);
  const send = (event) => { event.preventDefault(); go("fees", { from: event.target.elements.from.value.trim(), to: event.target.elements.to.value.trim() }); };
  return el("section", { class: "card" }, heading("核查劳务费", "Verification fees"),
    el("form", { onsubmit: send, novalidate: true }, el("div", { class: "fields" },
      field("fees-from", "起始月份", "From", { name: "from", value: from, maxlength: 7, placeholder: "YYYY-MM" }), field("fees-to", "结束月份", "To", { name: "to", value: to, maxlength: 7, placeholder: "YYYY-MM" })),
    el("div", { class: "actions" }, el("button", {}, both("查询", "Show")),
      el("button", { type: "button", class: "plain", onclick: (event) => act(event.currentTarget, () => saveCsv(`v1/fees?${query}`, `fees-${from}-${to}.csv`)) }, both("下载 CSV", "CSV file")))),
    found.rows.length ? table([["部门", "Department"], ["月份", "Month"], ["任务数", "Tasks"], ["金额", "Amount"]],
      [...found.rows.map((row) => el("tr", {}, el("td", {}, departmentName(row.department_id)), el("td", {}, row.period), el("td", {}, String(row.tasks)), el("td", {}, yuan(row.fen)))),
        el("tr", { class: "total" }, el("td", {}, both("合计", "Total")), el("td", {}), el("td", {}, String(found.tasks)), el("td", {}, yuan(found.fen)))])
      : el("p", {}, both("此期间没有已答复的任务。", "No task was answered in these months.")),
    el("p", { class: "hint" }, both("每件已答复的任务计一次，按收到答复之日的标准。", "One fee a task answered, at the rate of the day of the answer.")));
}

function scopeWords(scope) {
  return Object.entries(SCOPE_NAMES).filter(([name]) => (scope[name] || []).length).map(([name, words]) =>
    el("div", {}, both(`${words[0]}：`, ""), scope[name].map((letter) => LETTERS[name][letter]).join("、"), name === "award_years" && scope.other_years ? `（${scope.other_years}）` : null));
}

function departmentForm(department) {
  const fresh = !department;
  const { department_id: id = "", name = "", scope = {}, active = true, version = 0 } = department || {};
  const prefix = fresh ? "new-department" : `department-${id}`;
  const send = (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    const wanted = fresh ? given.get("department_id").trim() : id;
    const body = { name: given.get("name").trim(), active: given.has("active"), version,
      scope: { levels: given.getAll("levels"), award_years: given.getAll("award_years"), study_forms: given.getAll("study_forms"), other_years: given.get("other_years").trim() } };
    act(event.submitter, async () => {
      if (!/^[a-z0-9-]{1,40}$/.test(wanted)) throw new Refusal(0, { code: "id", message: "部门未能保存。", message_en: "The department was not saved.", details: [{ field: "department_id", message: "部门代码只用小写字母、数字和连字符，至多 40 个字符。", message_en: "The id has lower-case letters, digits and hyphens, 40 at most." }] });
      await signed("PUT", `v1/departments/${wanted}`, { body });
      await turn();
      say("部门已保存。", "The department is saved.");
    }, (spot) => inside(prefix)(spot.replace(/^scope\./, "")));
  };
  return el("details", {}, el("summary", {}, fresh ? both("新建部门", "New department") : both("修改", "Change")),
    el("form", { onsubmit: send, autocomplete: "off", novalidate: true },
      el("div", { class: "fields" }, fresh ? field(`${prefix}-department_id`, "部门代码", "Id", { name: "department_id", class: "code", maxlength: 40 }, ["小写字母、数字和连字符。", "Lower-case letters, digits, hyphens."]) : null,
        field(`${prefix}-name`, "名称", "Name", { name: "name", maxlength: 100, value: name })),
      Object.entries(SCOPE_NAMES).map(([part, words]) => boxes(prefix, part, words, LETTERS[part], scope[part] || [])),
      field(`${prefix}-other_years`, "“其他”年份的说明", "Words beside other years", { name: "other_years", maxlength: 100, value: scope.other_years || null }),
      el("label", { class: "check", for: `${prefix}-active` }, el("input", { type: "checkbox", id: `${prefix}-active`, name: "active", checked: active }), el("span", {}, both("接收新任务", "Gets new tasks"))),
      el("div", { class: "actions" }, el("button", { class: "plain" }, both("保存", "Save")))));
}

function accountRow(each) {
  const end = (event) => act(event.currentTarget, async () => {
    await signed("DELETE", `v1/accounts/${each.account_id}/sessions`);
    await turn();
    say("已结束该账号的登录。", "The account's sessions are ended.");
  });
  return el("tr", {}, el("td", { class: "code" }, each.username), el("td", {}, departmentName(each.department_id)),
    el("td", {}, each.password_set ? both("已设置", "set") : both("临时密码", "temporary")), el("td", {}, String(each.open_sessions)),
    el("td", {}, each.tier === 2 && each.open_sessions ? el("button", { type: "button", class: "plain small", onclick: end }, both("结束登录", "End")) : null));
}

async function departmentsView() {
  const [{ departments }, { accounts }] = await Promise.all([signed("GET", "v1/departments"), signed("GET", "v1/accounts")]);
  return [
    el("section", { class: "card" }, heading("核查部门", "Verifying departments"), departments.map((each) => el("div", { class: "item" },
      el("p", { class: "bare" }, el("b", {}, each.name), " ", el("span", { class: "code en" }, each.department_id), " ", each.active ? null : badge("amber", "已停用", "not active"), each.registered ? null : badge("slate", "登记表未登记", "form not registered")),
      el("div", { class: "hint" }, scopeWords(each.scope)), departmentForm(each))), el("div", { class: "item" }, departmentForm(null))),
    el("section", { class: "card" }, el("h2", {}, both("账号", "Accounts")),
      table([["用户名", "Username"], ["部门", "Department"], ["密码", "Password"], ["登录数", "Sessions"], ["操作", "Action"]], accounts.map(accountRow)),
      el("p", { class: "hint" }, both("账号由学位中心按登记表开通。", "Accounts are opened by the centre, after the registration form."))),
  ];
}

async function coverageView() {
  const { coverage } = await signed("GET", "v1/coverage");
  const gaps = coverage.filter((each) => each.routed_to === null);
  return el("section", { class: "card" }, heading("可核查信息的覆盖情况", "Coverage"),
    el("p", {}, gaps.length ? both(`${gaps.length} 种学位没有唯一合适的部门，任务由牵头部门处理。`, `${gaps.length} kinds of degree have no one fitting department; their tasks go to the lead department.`) : both("每种学位都有部门。", "Every kind of degree has its department.")),
    table([["层级", "Level"], ["授予年份", "Award year"], ["学习形式", "Study form"], ["覆盖的部门", "Covered by"], ["分派到", "Goes to"]], coverage.map((each) => el("tr", { class: each.routed_to === null ? "gap" : null },
      el("td", {}, both(...WORDS.level[each.level])), el("td", {}, both(...AWARD_YEARS[each.award_year])), el("td", {}, each.study_form ? both(...STUDY_GROUPS[each.study_form]) : "—"),
      el("td", {}, each.departments.length ? el("span", { class: "code" }, each.departments.join(", ")) : both("无", "none")), el("td", {}, departmentName(each.routed_to), el("p", { class: "hint" }, both(each.reason.message, each.reason.message_en)))))),
    el("div", { class: "actions" }, el("button", { type: "button", class: "plain", onclick: (event) => act(event.currentTarget, () => saveCsv("v1/coverage", "coverage.csv")) }, both("下载 CSV", "CSV file"))));
}

function explanationForm(one) {
  const fresh = !one;
  const { explanation_id: id = "", version = 0, levels = [], study_forms: forms = [] } = one || {};
  const prefix = fresh ? "new-explanation" : `explanation-${id}`;
  const send = (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    const said = (name) => given.get(name).trim();
    const year = (name) => (/^\d+$/.test(said(name)) ? Number(said(name)) : said(name) || null);
    const body = { text: said("text"), text_en: said("text_en"), levels: given.getAll("levels"), study_forms: given.getAll("study_forms"),
      first_award_year: year("first_award_year"), last_award_year: year("last_award_year"), valid_from: said("valid_from"), valid_until: said("valid_until") || null, version };
    // The id is made once, so that a retry registers nothing twice.
    event.target.dataset.id = event.target.dataset.id || id || crypto.randomUUID();
    act(event.submitter, async () => {
      await signed("PUT", `v1/explanations/${event.target.dataset.id}`, { body });
      await turn();
      say("口径已保存。", "The explanation is saved.");
    }, inside(prefix));
  };
  const value = (name) => (one && one[name] !== null ? one[name] : null);
  const line = (name, zh, en, more) => field(`${prefix}-${name}`, zh, en, { name, value: more.rows ? null : value(name), ...more });
  const area = (name, zh, en) => { const part = line(name, zh, en, { rows: 3, maxlength: 1000 }); part.querySelector("textarea").value = value(name) || ""; return part; };
  return el("details", {}, el("summary", {}, fresh ? both("登记口径", "New explanation") : both("修改", "Change")),
    el("form", { onsubmit: send, autocomplete: "off", novalidate: true }, el("div", { class: "fields" }, area("text", "说明", "In Chinese"), area("text_en", "英文说明", "In English"),
      line("first_award_year", "授予年份自", "Award year from", { maxlength: 4, inputmode: "numeric" }), line("last_award_year", "授予年份至", "Award year to", { maxlength: 4, inputmode: "numeric" }),
      line("valid_from", "显示自", "Shown from", { maxlength: 10, placeholder: "YYYY-MM-DD" }), line("valid_until", "显示至", "Shown until", { maxlength: 10, placeholder: "YYYY-MM-DD" })),
    boxes(prefix, "levels", ["学位层级（不选即全部）", "Levels; none means all"], CHOICES.level, levels), boxes(prefix, "study_forms", ["学习形式（不选即全部）", "Study forms; none means all"], CHOICES.study_form, forms),
    el("div", { class: "actions" }, el("button", { class: "plain" }, both("保存", "Save")))));
}

async function explanationsView() {
  const { explanations: list } = await signed("GET", "v1/explanations");
  const years = (one) => (one.first_award_year || one.last_award_year ? `${one.first_award_year || "…"}—${one.last_award_year || "…"}` : "全部 all");
  const words = (values, options) => (values.length ? values.map((each) => options[each]).join("、") : "全部 all");
  return el("section", { class: "card" }, heading("口径", "Standing explanations"),
    el("p", { class: "hint" }, both("对某些学位的特殊情况的说明，在有关的认证件上向工作人员与申请人显示。", "What is special about some degrees; shown to staff and applicants on the cases that it concerns.")),
    list.length ? null : el("p", {}, both("尚未登记口径。", "None has been registered.")),
    list.map((one) => el("div", { class: "item" }, el("p", { class: "bare" }, both(one.text, one.text_en)),
      el("p", { class: "hint" }, `层级 Levels：${words(one.levels, CHOICES.level)}　学习形式 Study forms：${words(one.study_forms, CHOICES.study_form)}　授予年份 Award years：${years(one)}　显示 Shown：${one.valid_from}—${one.valid_until || ""}`),
      isLead() ? explanationForm(one) : null)), isLead() ? el("div", { class: "item" }, explanationForm(null)) : null);
}

function accountView() {
  const { username, institution_code: institution, department_id: department, tier } = session.account;
  return el("section", { class: "card" }, heading("本账号", "This account"),
    facts([["用户名", "Username", username, "code"], ["单位代码", "Institution", institution, "code"], ["部门", "Department", departmentName(department)], ["级别", "Tier", both(tier === 1 ? "一级" : "二级", String(tier))],
      ["登录至", "Signed in until", moment(session.session_ends_at)]]),
    el("details", {}, el("summary", {}, both("修改密码", "Change the password")), el("p", { class: "hint" }, both("修改后，本账号的其他登录随即结束。", "All other sessions of this account end.")), passwordForm({ username })));
}
