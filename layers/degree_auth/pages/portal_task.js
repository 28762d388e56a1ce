// One task: what is asked, the files, the answer, and what else may be done with it.
const NAMES = {
  "holder.name": ["姓名", "Name"], "holder.sex": ["性别", "Sex"], "holder.birth_date": ["出生日期", "Date of birth"],
  "holder.identity_type": ["证件类型", "Identity document"], "holder.identity_number": ["证件号码", "Identity number"],
  "degree.institution_code": ["学位授予单位代码", "Institution code"], "degree.institution_name": ["学位授予单位", "Institution"], "degree.level": ["学位层级", "Degree level"],
  "degree.category": ["学位类别", "Degree category"], "degree.discipline": ["学科专业", "Discipline"], "degree.study_form": ["学习形式", "Study form"],
  "degree.award_date": ["授予日期", "Award date"], "degree.certificate_number": ["证书编号", "Certificate number"], "certificate_scan": ["学位证书影印件", "Certificate scan"],
};
const ARCHIVE_FIELDS = Object.keys(NAMES).filter((name) => !["degree.institution_code", "certificate_scan"].includes(name));
const MATCHES = {
  matched: ["与数据库一致", "Equal to the register"], mismatched: ["与数据库不一致", "Differs from the register"],
  not_found: ["数据库中未查到", "Not in the register"], ambiguous: ["数据库中有多条相近的记录", "Several records come close"],
};
const ANSWERS = {
  verified: ["属实", "Verified as claimed"], partly_inconsistent: ["部分信息不一致", "Partly inconsistent"], not_awarded: ["不属实", "Not awarded"], no_such_person: ["查无此人", "No such person"],
  cannot_verify: ["无法核查", "Cannot verify"], not_this_institution: ["非本单位授予", "Not this institution"], needs_material: ["需补充材料", "More material needed"],
};
const BY = { institution: ["学位授予单位", "Institution"], centre: ["学位中心", "Centre"], applicant: ["申请人", "Applicant"], system: ["系统", "System"] };

const shown = (name, value) => (CHOICES[name.split(".")[1]] || {})[value] || value;
const claimed = (claim, name) => { const [part, key] = name.split("."); return shown(name, claim[part][key]); };
const section = (zh, en, ...content) => el("section", { class: "card" }, el("h3", {}, both(zh, en)), ...content);

function taskTop(task) {
  const { deadline } = task;
  const box = (zh, en, value, value_en) => el("div", {}, el("p", { class: "label" }, both(zh, en)), el("div", { class: "value" }, value, el("span", { class: "en", lang: "en" }, value_en)));
  const due = deadline.due ? [deadline.due, deadline.overdue ? "已超期 overdue" : deadline.provisional ? "暂定 provisional" : ""] : ["—", "不在计时 not running"];
  return el("section", { class: "card" }, heading("核查任务", "Verification task"),
    el("p", { class: "number" }, both("任务编号", "Task"), el("span", { class: "code" }, task.task_id), " ", taskMarks({ ...task, ...deadline })),
    el("div", { class: "glance" }, box("状态", "Status", task.status_name.zh, task.status_name.en), box("时限", "Deadline", ...due),
      box("工作日", "Working day", `第 ${deadline.working_day} 个，共 ${deadline.of} 个`, `Day ${deadline.working_day} of ${deadline.of}`)),
    el("p", { class: "hint" }, both("部门：", "Department: "), departmentName(task.department_id), "　", both(`收到于 ${moment(task.opened_at)}`, "received")),
    deadline.provisional && deadline.due ? el("p", { class: "hint" }, both("涉及年份的放假安排尚未公布，日期为暂定。", "The holidays of a year in it are not announced yet; the date is provisional.")) : null);
}

function claimPart(task) {
  const { claim, comparison } = task;
  if (!claim) return section("申请信息", "The claim", el("p", { class: "bare" }, both("任务已不由本单位办理，不再显示申请人信息。", "The question is no longer this institution's; the applicant is not shown.")));
  const differing = comparison ? comparison.fields.map((each) => each.field) : [];
  const names = Object.keys(NAMES).filter((name) => name.includes("."));
  return section("申请信息", "The claim", facts(names.map((name) => [...NAMES[name], [claimed(claim, name), differing.some((each) => name === each || name.startsWith(`${each}.`)) ? [" ", badge("amber", "与数据库不一致", "differs")] : []].flat()])),
    comparison ? el("p", { class: "hint" }, both("数据库比对：", "Comparison with the register: "), both(...MATCHES[comparison.result])) : null);
}

function taskFile(each) {
  const [name, ...rest] = fileWords(each);
  return el("li", {}, each.url ? el("a", { href: each.url, target: "_blank", rel: "noreferrer noopener" }, name) : name, rest,
    each.reason ? el("p", { class: "fault" }, both(each.reason.zh, each.reason.en)) : null);
}

function files(task) {
  return section("申请人的材料", "The applicant's files", task.scans.length ? el("ul", { class: "bare" }, task.scans.map(taskFile)) : el("p", { class: "bare" }, both("没有。", "None.")),
    task.scans.length ? el("p", { class: "hint" }, both("链接十分钟内有效，刷新页面可重新获取。", "Links are good for ten minutes; reload for new ones.")) : null);
}

/** The institution's own files; what is typed elsewhere stays when one more has come. */
function evidence(task, changed) {
  const list = el("ul", {});
  const fill = (found) => { list.replaceChildren(...found.evidence.map(taskFile)); changed(found.evidence.filter((each) => each.state === "stored")); };
  fill(task);
  const send = (event) => {
    event.preventDefault();
    const form = event.target;
    act(event.submitter, async () => {
      const id = await sendFile(form.elements.file.files[0], (file) => signed("POST", `v1/tasks/${task.task_id}/attachments`, { body: file }));
      fill(await settled(id, () => signed("GET", `v1/tasks/${task.task_id}`), (found) => found.evidence));
      form.reset();
    });
  };
  const open = task.allowed_actions.includes("attachments");
  if (!open && !task.evidence.length) return null;
  return section("本单位的核查材料", "Your institution's files", list,
    open ? el("form", { onsubmit: send }, el("div", { class: "fields" }, fileField("evidence-file")), el("div", { class: "actions" }, el("button", { class: "plain" }, both("上传", "Upload")))) : null);
}

function archiveInput(claim, name) {
  const id = `feedback-archive_values.${name}`;
  const options = CHOICES[name.split(".")[1]];
  const input = options ? el("select", { id, name }, el("option", { value: "" }, "一致 The same"), Object.entries(options).map(([value, label]) => el("option", { value }, label)))
    : el("input", { id, name, maxlength: 254, placeholder: name.endsWith("_date") ? "YYYY-MM-DD" : null });
  return el("div", { class: "field" }, el("label", { for: id }, both(...NAMES[name])), input, el("p", { class: "hint" }, both("申请填写：", "Claimed: "), claimed(claim, name)));
}

const inFeedback = (name) => [`feedback-${name}`, `feedback-${name.split(".")[0]}`].find($) || null;

function feedback(task, attached) {
  const only = (results, ...content) => el("div", { "data-for": results.join(" ") }, ...content);
  const fits = (form, part) => part.dataset.for.split(" ").includes(form.elements.result.value);
  const choose = (form) => { for (const part of form.querySelectorAll("[data-for]")) part.hidden = !fits(form, part); };
  const send = (event) => {
    event.preventDefault();
    const form = event.target;
    const given = new FormData(form);
    const result = given.get("result");
    const body = { result, handler: given.get("handler") };
    for (const name of ["archive_reference", "remark"]) if (given.get(name).trim()) body[name] = given.get(name);
    if (given.getAll("files").length) body.attachments = given.getAll("files");
    if (result === "partly_inconsistent") body.archive_values = Object.fromEntries(ARCHIVE_FIELDS.map((name) => [name, given.get(name).trim()]).filter(([, value]) => value));
    if (result === "needs_material") Object.assign(body, { fields: given.getAll("asked"), reason: given.get("reason") });
    act(event.submitter, async () => done(await signed("POST", `v1/tasks/${task.task_id}/feedback`, { body }), "反馈已收到。", "Your answer has been received."), inFeedback);
  };
  const asked = ["certificate_scan", ...ARCHIVE_FIELDS, "degree.institution_code"];
  const form = el("form", { onsubmit: send, onchange: (event) => { if (event.target.name === "result") choose(form); }, autocomplete: "off", novalidate: true },
    el("div", { class: "fields" },
      el("div", { class: "field" }, el("label", { for: "feedback-result" }, both("核查结果", "Result")), el("select", { id: "feedback-result", name: "result" },
        el("option", { value: "" }, "请选择 Choose"), Object.entries(ANSWERS).map(([value, [zh, en]]) => el("option", { value }, `${zh} ${en}`)))),
      field("feedback-handler", "经办人", "Handled by", { name: "handler", maxlength: 50 }),
      field("feedback-archive_reference", "档号", "Archive reference", { name: "archive_reference", maxlength: 100 }, ["属实与部分信息不一致时必填。", "Needed when verified or partly inconsistent."])),
    only(["partly_inconsistent"], el("fieldset", { id: "feedback-archive_values", tabindex: "-1" }, el("legend", {}, el("h4", {}, both("档案记载", "What the archive says"))),
      el("p", { class: "hint" }, both("只填写与申请不同的项。", "Only what differs from the claim.")), el("div", { class: "fields" }, ARCHIVE_FIELDS.map((name) => archiveInput(task.claim, name))))),
    only(["needs_material"], el("fieldset", { id: "feedback-fields", tabindex: "-1" }, el("legend", {}, el("h4", {}, both("请申请人补充的内容", "What the applicant is asked for"))),
      el("div", { class: "boxes" }, asked.map((name) => el("label", { class: "check", for: `asked-${name}` }, el("input", { type: "checkbox", id: `asked-${name}`, name: "asked", value: name }), el("span", {}, both(...NAMES[name])))))),
    field("feedback-reason", "说明（申请人会看到）", "Reason, which the applicant sees", { name: "reason", rows: 3, maxlength: 500 })),
    attached, field("feedback-remark", "备注", "Remark", { name: "remark", rows: 2, maxlength: 1000 }),
    el("p", { class: "hint" }, both("提交后不能更改。", "It cannot be changed once sent.")),
    el("div", { class: "actions" }, el("button", {}, both("提交反馈", "Send the answer"))));
  choose(form);
  return el("section", { class: "card next" }, el("h3", {}, both("反馈核查结果", "Answer the task")), form);
}

function extension(task) {
  const send = (event) => {
    event.preventDefault();
    const body = Object.fromEntries(["due", "reason"].map((name) => [name, event.target.elements[name].value.trim()]));
    act(event.submitter, async () => done(await signed("POST", `v1/tasks/${task.task_id}/extension`, { body }), "已告知延期。", "The extension is announced."), (name) => `extension-${name}`);
  };
  return el("section", { class: "card" }, el("details", {}, el("summary", {}, both("告知延期", "Announce an extension")),
    el("form", { onsubmit: send, autocomplete: "off", novalidate: true },
      field("extension-due", "新时限", "New deadline", { name: "due", maxlength: 20, placeholder: "YYYY-MM-DD" }, ["应为工作日。", "A working day."]),
      field("extension-reason", "原因（申请人会看到）", "Reason, which the applicant sees", { name: "reason", rows: 2, maxlength: 500 }),
      el("div", { class: "actions" }, el("button", { class: "plain" }, both("告知延期", "Announce"))))));
}

function reassignment(task, departments) {
  const send = (event) => {
    event.preventDefault();
    const { department_id: chosen, reason } = event.target.elements;
    const body = { department_id: chosen.value || null, reason: reason.value.trim() };
    act(event.submitter, async () => done(await signed("POST", `v1/tasks/${task.task_id}/reassignment`, { body }), "任务已重新分配。", "The task has been given on."), (name) => `reassignment-${name}`);
  };
  const others = departments.filter((each) => each.active && each.department_id !== task.department_id);
  return el("section", { class: "card" }, el("details", {}, el("summary", {}, both("重新分配", "Give to another department")),
    el("form", { onsubmit: send, autocomplete: "off", novalidate: true },
      el("div", { class: "field" }, el("label", { for: "reassignment-department_id" }, both("部门", "Department")), el("select", { id: "reassignment-department_id", name: "department_id" },
        task.department_id === null ? null : el("option", { value: "" }, "牵头部门 Lead department"), others.map((each) => el("option", { value: each.department_id }, each.name)))),
      field("reassignment-reason", "原因", "Reason", { name: "reason", rows: 2, maxlength: 500 }),
      el("div", { class: "actions" }, el("button", { class: "plain" }, both("重新分配", "Give"))))));
}

function correction(task) {
  const send = (event) => {
    event.preventDefault();
    const body = { reason: event.target.elements.reason.value.trim() };
    act(event.submitter, async () => done(await signed("POST", `v1/tasks/${task.task_id}/correction`, { body }), "已报告，学位中心将再次核查。", "Reported; the centre looks at the conclusion again."), (name) => `correction-${name}`);
  };
  return el("section", { class: "card" }, el("details", {}, el("summary", {}, both("报告本单位的反馈有误", "Report that the answer was wrong")),
    el("form", { onsubmit: send, autocomplete: "off", novalidate: true },
      field("correction-reason", "说明", "Why", { name: "reason", rows: 2, maxlength: 500 }),
      el("div", { class: "actions" }, el("button", { class: "plain" }, both("报告", "Report"))))));
}

function explanationsPart(list) {
  return list.length ? section("适用的口径", "Standing explanations that apply", el("ul", { class: "bare" }, list.map((each) => el("li", {}, both(each.zh, each.en || ""))))) : null;
}

function messages(task, found) {
  const list = el("ol", { class: "time" });
  const fill = (all) => list.replaceChildren(...all.map((each) => el("li", {}, el("time", { datetime: each.at }, moment(each.at)), el("b", {}, both(...BY[each.from])), el("div", { class: "said" }, each.text))));
  fill(found);
  // One key for one text: a retry after a lost answer is the same message.
  let key = crypto.randomUUID();
  const send = (event) => {
    event.preventDefault();
    const form = event.target;
    act(event.submitter, async () => {
      await signed("POST", `v1/tasks/${task.task_id}/messages`, { body: { text: form.elements.text.value }, headers: { "Idempotency-Key": key } });
      form.reset();
      key = crypto.randomUUID();
      fill((await signed("GET", `v1/tasks/${task.task_id}/messages`)).messages);
    }, () => "message-text");
  };
  return section("与学位中心的消息", "Messages with the centre", list,
    task.allowed_actions.includes("messages") ? el("form", { onsubmit: send, oninput: () => { key = crypto.randomUUID(); }, autocomplete: "off", novalidate: true },
      field("message-text", "消息", "Message", { name: "text", rows: 3, maxlength: 2000 }), el("div", { class: "actions" }, el("button", { class: "plain" }, both("发送", "Send")))) : null);
}

function answerPart(answer) {
  if (!answer) return null;
  const line = (zh, en, value) => (value ? [zh, en, value] : null);
  return section("已作的反馈", "The answer given", facts([["核查结果", "Result", both(...ANSWERS[answer.result])], ["经办人", "Handled by", answer.handler], line("档号", "Archive reference", answer.archive_reference),
    ...Object.entries(answer.archive_values).map(([name, value]) => [`档案记载：${NAMES[name][0]}`, NAMES[name][1], shown(name, value)]),
    answer.fields.length ? ["请补充", "Asked for", answer.fields.map((name) => NAMES[name][0]).join("、")] : null, line("说明", "Reason", answer.reason), line("备注", "Remark", answer.remark),
    ["收到", "Received", [moment(answer.received_at), answer.channel === "written" ? both(" 书面", "in writing") : null].flat()]]));
}

function historyPart(history) {
  return section("办理记录", "History", el("ol", { class: "time" }, [...history].reverse().map((each) => el("li", {}, el("time", { datetime: each.at }, moment(each.at), " ", both(...BY[each.by])), both(each.zh, each.en)))));
}

async function taskParts(task) {
  const may = (what) => task.allowed_actions.includes(what);
  const [said, known] = await Promise.all([
    task.messages.count ? signed("GET", `v1/tasks/${task.task_id}/messages`) : { messages: [] },
    may("reassignment") ? signed("GET", "v1/departments") : { departments: [] },
  ]);
  const attached = el("fieldset", { id: "feedback-attachments", tabindex: "-1" });
  const own = evidence(task, (stored) => attached.replaceChildren(...(stored.length ? [el("legend", { class: "label" }, both("随附的核查材料", "Files with the answer")), ...fileChoices(stored, "named")] : [])));
  return [taskTop(task), answerPart(task.answer), claimPart(task), explanationsPart(task.explanations), files(task), own, may("feedback") ? feedback(task, attached) : null,
    may("extension") ? extension(task) : null, may("reassignment") ? reassignment(task, known.departments) : null, may("correction") ? correction(task) : null,
    messages(task, said.messages), historyPart(task.history)].filter(Boolean);
}

async function done(task, zh, en) {
  show($("view"), await taskParts(task));
  say(zh, en);
  $("done").scrollIntoView({ block: "center" });
}

async function taskView(asked) {
  return taskParts(await signed("GET", `v1/tasks/${encodeURIComponent(asked.get("id") || "")}`));
}
