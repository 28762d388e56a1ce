const STATES = {
  valid: ["✓", "报告有效", "Valid"],
  superseded: ["↻", "已被新报告取代", "Superseded by a newer report"],
  revoked: ["✕", "报告已撤销", "Revoked"],
  unknown: ["?", "未查到相符的报告", "No such report"],
};
const LOOKED_AT = {
  code: {
    name: ["报告编号与校验码", "Report number and check code"],
    passed: ["与签发记录相符。", "They fit the record of issue."],
    failed: ["与任何签发的报告都不相符。", "They fit no report that was issued."],
    not_checked: ["本次未检查：校验时未填写编号和校验码。", "Not checked this time: no number and code were given."],
  },
  file: {
    name: ["文件与签发原件逐比特一致", "File equal to the issued one, bit by bit"],
    passed: ["文件的 SHA-256 与签发时所存一致，未被改动。", "Its SHA-256 is the one stored at issue; nothing was changed."],
    failed: ["文件不是签发的原件，或已被改动。", "This is not a file as it was issued, or it was changed."],
    not_checked: ["本次未检查：没有提供文件。", "Not checked this time: no file was given."],
  },
  standing: {
    name: ["是否被取代或撤销", "Whether superseded or revoked"],
    passed: ["未被取代，也未被撤销。", "Neither superseded nor revoked."],
    failed: ["已被取代或撤销，不应再使用。", "Superseded or revoked; no longer to be relied on."],
    not_checked: ["未检查：没有相符的报告。", "Not checked: there is no such report."],
  },
};
const SIGNS = { passed: "✓", failed: "✕", not_checked: "–" };
const RESULTS = { passed: "通过 passed", failed: "未通过 failed", not_checked: "未检查 not checked" };
// The answer to an older question must not stand over a newer one.
let asked = 0;

function verdict(sign, zh, en, message, message_en) {
  return el("div", { class: "verdict" }, el("span", { class: "sign", "aria-hidden": "true" }, sign),
    el("div", {}, el("h2", {}, both(zh, en)), el("p", {}, both(message, message_en))));
}

function lookedAt({ what, result }) {
  const words = LOOKED_AT[what];
  return el("li", { class: result }, el("span", { class: "sign", role: "img", "aria-label": RESULTS[result] }, SIGNS[result]),
    el("div", {}, el("b", {}, both(...words.name)), el("p", { class: "hint" }, both(...words[result]))));
}

function reportFacts(report) {
  return facts([
    ["报告编号", "Report number", report.report_number, "code"],
    ["版本", "Version", String(report.version)],
    ["出具时间", "Issued", `${moment(report.issued_at)}（北京时间）`],
    ["姓名", "Name", [report.holder_name, el("span", { class: "en" }, "已掩码 masked")]],
    ["学位授予单位", "Institution", report.institution_name],
    ["学位层级", "Level", both(...WORDS.level[report.level])],
    ["学位类别", "Category", report.category],
    ["学科专业", "Discipline", report.discipline],
    ["授予日期", "Awarded", report.award_date],
    ["认证依据", "Basis", both(...WORDS.basis[report.basis])],
  ]);
}

function showResult(result, source) {
  const [sign, zh, en] = STATES[result.state];
  const card = el("section", { class: `card result ${result.state}`, tabindex: "-1", "aria-label": `${zh} ${en}` },
    verdict(sign, zh, en, result.message, result.message_en),
    result.report ? el("div", {}, el("h2", {}, both("报告信息", "What the report says")),
      el("p", {}, both("请与手中的报告逐项核对。", "Compare each line with the report before you.")), reportFacts(result.report)) : null,
    result.report ? versions(result.report) : null,
    el("div", {}, el("h2", {}, both("检查了什么", "What was checked")), el("ul", { class: "plain looked" }, result.checked.map(lookedAt)),
      el("p", { class: "hint" }, both(`校验对象：${source}。校验时间：${moment(Date.now())}（北京时间）。`, "What was checked, and when (Beijing time).")),
      el("div", { class: "actions" }, el("button", { class: "plain", type: "button", onclick: () => print() }, both("打印结果", "Print")))),
    reportLog(result.log, result), watchForm(result));
  show($("answer"), card);
  card.focus();
}

function showFailure(refusal) {
  const card = el("section", { class: "card result failed", tabindex: "-1", role: "alert" },
    verdict("!", "校验未完成", "The check was not done", refusal.message, refusal.message_en),
    el("div", {}, el("p", { class: "bare" }, both("这不是校验结果：不能据此认为报告有效或无效。", "This is no result: it says nothing about whether the report is valid."))));
  show($("answer"), card);
  card.focus();
}

const FIELDS = { report_number: "number", check_code: "code" };

function showFieldFaults(details) {
  for (const id of Object.values(FIELDS)) {
    const fault = details.find((each) => FIELDS[each.field] === id);
    $(id).setAttribute("aria-invalid", fault ? "true" : "false");
    if (fault) show($(`fault-${id}`), both(fault.message, fault.message_en));
    else $(`fault-${id}`).hidden = true;
  }
  const first = details.find((each) => FIELDS[each.field]);
  if (first) $(FIELDS[first.field]).focus();
}

async function check(body, source) {
  const mine = ++asked;
  $("answer").replaceChildren();
  showFieldFaults([]);
  try {
    const result = await call("POST", "v1/report-checks", { body });
    if (mine === asked) showResult(result, source);
  } catch (refusal) {
    if (mine !== asked) return;
    if (refusal.status === 422 && refusal.details.some((each) => FIELDS[each.field])) showFieldFaults(refusal.details);
    else showFailure(refusal instanceof Refusal ? refusal : new Refusal(0, NOT_UNDERSTOOD));
  }
}

function checkCodes() {
  const typed = { report_number: $("number").value.trim(), check_code: $("code").value.trim() };
  const missing = Object.keys(typed).filter((field) => !typed[field]);
  if (missing.length) {
    asked += 1;
    showFieldFaults(missing.map((field) => ({ field, message: "请填写。", message_en: "Please fill in." })));
    return undefined;
  }
  return check(typed, `编号 ${typed.report_number}`);
}

async function checkFile(file) {
  if (!file) return;
  const mine = ++asked;
  try {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    if (mine !== asked) return;
    const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    await check({ sha256 }, `文件 ${file.name}`);
  } catch {
    showFailure(new Refusal(0, { code: "unreadable", message: "无法读取此文件，或浏览器不支持在本机计算。", message_en: "The file cannot be read, or this browser cannot compute its digest." }));
  }
}

function fromAddress() {
  const given = fragment();
  if (!given.has("n")) return;
  $("number").value = given.get("n");
  $("code").value = given.get("c") || "";
  checkCodes();
}

$("codes").addEventListener("submit", (event) => {
  event.preventDefault();
  busy(event.submitter || event.target.querySelector("button"), async () => checkCodes());
});
$("file").addEventListener("change", (event) => { checkFile(event.target.files[0]); event.target.value = ""; });
// A file dropped beside the field must not make the browser leave the page.
for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
$("drop").addEventListener("dragover", () => $("drop").classList.add("over"));
$("drop").addEventListener("dragleave", () => $("drop").classList.remove("over"));
$("drop").addEventListener("drop", (event) => { $("drop").classList.remove("over"); checkFile(event.dataTransfer.files[0]); });
addEventListener("hashchange", fromAddress);
fromAddress();
