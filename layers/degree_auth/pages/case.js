const KEPT = "case";
const OUTCOMES = {
  reported: ["已出具认证报告", "Report issued"],
  not_confirmed: ["学位授予单位未予证实", "Not confirmed by the institution"],
  cannot_verify: ["无法核查", "Cannot be verified"],
  ineligible: ["不符合认证要求", "Not eligible"],
};
const RESULTS = {
  matched: ["与数据库一致", "Equal to the register"],
  mismatched: ["下列信息与数据库不一致，将由人工核对", "These differ from the register and are looked at by a person"],
  not_found: ["数据库中未查到相符的记录，将由人工核对；这不表示学位不属实", "The register holds no such record; a person looks at it. This does not mean that the degree is false"],
  ambiguous: ["数据库中有多条相近的记录，将由人工核对", "Several records come close; a person looks at them"],
};
const CLOSED = ["concluded", "withdrawn", "rejected"];
const TAKES_FILES = ["received", "material_review", "awaiting_applicant", "parked"];

let current = null;

const path = (rest = "") => `v1/applications/${encodeURIComponent(current.number)}${rest}`;
const ask = (method, rest, body) => call(method, path(rest), { body, token: current.token });

const inForm = (field) => ["change", "dispute", "urgency"].map((form) => `${form}-${field}`).find($) || null;

function glance(status) {
  const clock = status.clock;
  // While a recheck is open the former outcome is not where the case stands.
  const outcome = CLOSED.includes(status.stage) && status.outcome && OUTCOMES[status.outcome];
  const box = (zh, en, value, value_en) => el("div", {}, el("p", { class: "label" }, both(zh, en)), el("div", { class: "value" }, value, el("span", { class: "en", lang: "en" }, value_en)));
  const ended = CLOSED.includes(status.stage);
  const count = clock && (ended ? [`共用 ${clock.working_day} 个工作日`, `${clock.working_day} in all, of ${clock.of} promised`] : [`第 ${clock.working_day} 个，共 ${clock.of} 个`, `Day ${clock.working_day} of ${clock.of}`]);
  return el("section", { class: "card" },
    el("p", { class: "number" }, both("认证件编号", "Case number"), el("span", { class: "code" }, status.case_number)),
    el("div", { class: "glance" }, box("目前阶段", "Stage", outcome ? outcome[0] : status.stage_name.zh, outcome ? outcome[1] : status.stage_name.en),
      box("目前由谁办理", "With", status.holder_name.zh, status.holder_name.en),
      count ? box("工作日", "Working day", ...count) : null),
    clock ? days(clock, ended) : null);
}

function days(clock, ended) {
  const used = [...Array(clock.centre.used).fill("centre"), ...Array(clock.institution.used).fill("institution")].slice(0, clock.of);
  const cells = Array.from({ length: clock.of }, (_, n) => el("i", { class: used[n] }));
  const over = clock.working_day > clock.of;
  const due = ended ? null : clock.due
    ? both(over ? `承诺办结日 ${clock.due} 已过。` : `承诺于 ${clock.due} 前办结。`, over ? `The promised day, ${clock.due}, is past.` : `Promised by ${clock.due}.`)
    : both("等待您补正，计时暂停。", "The clock stands while the case waits for you.");
  return [
    el("div", { class: "days", role: "img", "aria-label": `已用 ${clock.working_day} 个工作日，共 ${clock.of} 个` }, cells),
    el("div", { class: "key" },
      el("span", {}, el("i", { class: "centre" }), `学位中心 Centre ${clock.centre.used}/${clock.centre.of}`),
      el("span", {}, el("i", { class: "institution" }), `学位授予单位 Institution ${clock.institution.used}/${clock.institution.of}`),
      due && el("span", {}, due)),
    clock.provisional && !ended ? el("p", { class: "hint" }, both("涉及年份的放假安排尚未公布，日期为暂定。", "The holidays of a year in it are not announced yet; the date is provisional.")) : null,
  ];
}

function report(status) {
  if (!status.report) return null;
  const { report_number: number, check_code: code } = status.report;
  const check = `check#${new URLSearchParams({ n: number, c: code })}`;
  return el("section", { class: "card" }, el("h2", {}, both("认证报告", "The report")),
    facts([["报告编号", "Report number", number, "code"], ["校验码", "Check code", code, "code"]]),
    el("div", { class: "actions" },
      // The link lives for minutes only, so that a fresh one is asked for at the click.
      el("button", { type: "button", onclick: (event) => act(event.currentTarget, async () => { location.assign((await ask("GET", "")).report.url); }) }, both("下载报告 PDF", "Download")),
      el("a", { class: "button plain", href: check }, both("在线校验", "Check it"))));
}

function comparison(status) {
  if (!status.comparison) return null;
  const { result, fields } = status.comparison;
  return el("section", { class: "card" }, el("h2", {}, both("数据库比对", "Comparison with the register")), el("p", { class: "bare" }, both(...RESULTS[result])),
    fields.length ? el("ul", {}, fields.map((each) => el("li", {}, both(each.zh, each.en)))) : null);
}

function changeField({ field, zh, en }) {
  const name = field.split(".")[1];
  const id = `change-${field}`;
  const options = CHOICES[name] && Object.entries(CHOICES[name]).map(([value, text]) => el("option", { value }, text));
  const input = options ? el("select", { id, name: field }, el("option", { value: "" }, "不更正 Unchanged"), options) : el("input", { id, name: field, maxlength: "254", placeholder: name.endsWith("_date") ? "YYYY-MM-DD" : null });
  return el("div", { class: "field" }, el("label", { for: id }, both(zh, en)), input);
}

function supplement(status) {
  if (status.stage !== "awaiting_applicant" || !status.request) return null;
  const { reason, fields } = status.request;
  const changeable = fields.filter((each) => /^(holder|degree)\./.test(each.field));
  const others = fields.filter((each) => !changeable.includes(each));
  const send = (event) => {
    event.preventDefault();
    act(event.submitter, async () => {
      const body = {};
      for (const [field, value] of new FormData(event.target)) {
        if (!value.trim()) continue;
        const [section, name] = field.split(".");
        body[section] = { ...body[section], [name]: value.trim() };
      }
      showStatus(await ask("POST", "/supplements", body));
    }, inForm);
  };
  return el("section", { class: "card next" }, el("h2", {}, both("请您补正", "What is asked of you")), el("p", {}, reason),
    others.length ? el("ul", {}, others.map((each) => el("li", {}, both(each.zh, each.en)))) : null,
    el("form", { onsubmit: send, autocomplete: "off", novalidate: true }, el("div", { class: "fields" }, changeable.map(changeField)),
      el("p", { class: "hint" }, both("只填写需要更正的内容；如需文件，请先在下方上传，再提交补正。", "Fill in only what is to be corrected; upload files, if asked for, below first, then send.")),
      el("div", { class: "actions" }, el("button", {}, both("提交补正", "Send")))));
}

async function upload(form, kind) {
  const id = await sendFile(form.elements.file.files[0], (file) => ask("POST", "/attachments", { kind, ...file }));
  showStatus(await settled(id, () => ask("GET", ""), (status) => status.attachments));
}

function attachments(status) {
  const open = TAKES_FILES.includes(status.stage);
  if (!open && !status.attachments.length) return null;
  const list = status.attachments.map((each) => el("li", {}, fileWords(each), each.reason ? el("p", { class: "fault" }, both(each.reason.zh, each.reason.en)) : null));
  const form = el("form", { onsubmit: (event) => { event.preventDefault(); act(event.submitter, () => upload(event.target, event.target.elements.kind.value)); } },
    el("div", { class: "fields" },
      el("div", { class: "field" }, el("label", { for: "kind" }, both("材料种类", "Kind")), el("select", { id: "kind", name: "kind" }, Object.entries(KINDS).map(([value, [zh, en]]) => el("option", { value }, `${zh} ${en}`)))),
      fileField("file")),
    el("div", { class: "actions" }, el("button", { class: "plain" }, both("上传", "Upload"))));
  return el("section", { class: "card noprint" }, el("h2", {}, both("材料", "Files")), list.length ? el("ul", {}, list) : null, open ? form : null);
}

function timeline(status) {
  return el("section", { class: "card" }, el("h2", {}, both("办理记录", "What has happened")),
    el("ol", { class: "time" }, [...status.timeline].reverse().map((each) => el("li", {}, el("time", { datetime: each.at }, moment(each.at)), both(each.zh, each.en)))));
}

function leaving(status) {
  const withdraw = (event) => act(event.currentTarget, async () => showStatus(await ask("POST", "/withdrawal")));
  return el("section", { class: "card noprint" },
    openDispute(status) ? el("details", {}, el("summary", {}, both("撤回异议", "Withdraw the dispute")),
      el("p", { class: "hint" }, both("撤回后原结论不变；再次提出须有新的证明材料。", "The conclusion then stands as it was; another dispute needs new evidence.")),
      el("div", { class: "actions" }, el("button", { type: "button", class: "plain", onclick: withdraw }, both("确认撤回异议", "Withdraw it now")))) : null,
    CLOSED.includes(status.stage) || status.rechecks.length ? null : el("details", {}, el("summary", {}, both("撤回申请", "Withdraw")),
      el("p", { class: "hint" }, both("撤回后本认证件即告终止，不能恢复；可以重新申请。", "This ends the case for good; you may apply again.")),
      el("div", { class: "actions" }, el("button", { type: "button", class: "plain", onclick: withdraw }, both("确认撤回", "Withdraw now")))),
    el("div", { class: "actions" }, el("button", { type: "button", class: "plain", onclick: (event) => act(event.currentTarget, refresh) }, both("刷新", "Refresh")),
      el("button", { type: "button", class: "plain", onclick: leave }, both("退出查询", "Leave"))));
}

function showStatus(status) {
  $("entry").hidden = true;
  show($("status"), [
    glance(status), supplement(status),
    el("section", { class: "card next" }, el("h2", {}, both("接下来", "What happens next")), el("p", { class: "stack" }, both(status.next.zh, status.next.en))),
    writtenNotice(status), report(status), comparison(status), explanations(status), rechecks(status), attachments(status), urgency(status), dispute(status),
    timeline(status), leaving(status),
  ].filter(Boolean));
}

async function refresh() {
  showStatus(await ask("GET", ""));
}

function leave() {
  sessionStorage.removeItem(KEPT);
  current = null;
  for (const typed of Object.keys(kept)) delete kept[typed];
  $("status").replaceChildren();
  $("open").reset();
  $("entry").hidden = false;
}

async function open(number, token) {
  current = { number, token };
  await refresh();
  sessionStorage.setItem(KEPT, JSON.stringify(current));
}

function fromAddress() {
  const given = fragment();
  if (given.has("n") && given.has("t")) {
    // The token must not stay in the address bar and the history; it is kept for this tab alone.
    history.replaceState(null, "", location.pathname);
    return { number: given.get("n"), token: given.get("t") };
  }
  return JSON.parse(sessionStorage.getItem(KEPT) || "null");
}

function start() {
  const given = fromAddress();
  if (!given) return;
  open(given.number, given.token).catch((refusal) => { leave(); $("number").value = given.number; trouble(refusal); });
}

$("open").addEventListener("submit", (event) => {
  event.preventDefault();
  act(event.submitter, () => open($("number").value.trim().toUpperCase(), $("token").value.trim()));
});
addEventListener("hashchange", start);
start();
