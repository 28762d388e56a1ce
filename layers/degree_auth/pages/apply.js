const choice = (zh, en, options) => ({ zh, en, options });
const text = (zh, en, longest, more = {}) => ({ zh, en, longest, ...more });
const DATE = { placeholder: "YYYY-MM-DD", inputmode: "numeric" };
// Every field of an application, in the order of the form; the limits are those of the API.
const FIELDS = {
  "holder.name": text("姓名", "Name", 100, { hint: ["与学位证书一致；间隔号任选一种即可。", "As on the certificate."], autocomplete: "name" }),
  "holder.sex": choice("性别", "Sex", CHOICES.sex),
  "holder.birth_date": text("出生日期", "Date of birth", 20, { ...DATE, autocomplete: "bday" }),
  "holder.identity_type": choice("证件类型", "Identity document", CHOICES.identity_type),
  "holder.identity_number": text("证件号码", "Document number", 40, { wide: true, code: true }),
  "degree.institution_name": text("学位授予单位", "Awarding institution", 100, { list: "institutions", hint: ["填写证书上的名称，可输入几个字后选择。", "The name on the certificate; type a few characters and choose."] }),
  "degree.institution_code": text("单位代码", "Institution code", 20, { code: true, inputmode: "numeric", hint: ["五位数字，选择单位后自动填写。", "Five digits; filled in when you choose."] }),
  "degree.level": choice("学位层级", "Level", CHOICES.level),
  "degree.category": text("学位类别", "Category", 50, { placeholder: "工学学士" }),
  "degree.discipline": text("学科专业", "Discipline", 100),
  "degree.study_form": choice("学习形式", "Study form", CHOICES.study_form),
  "degree.award_date": text("授予日期", "Award date", 20, DATE),
  "degree.certificate_number": text("学位证书编号", "Certificate number", 64, { code: true }),
  "contact.mobile": text("手机号码", "Mobile", 30, { type: "tel", autocomplete: "tel" }),
  "contact.email": text("电子邮箱", "E-mail", 254, { type: "email", autocomplete: "email" }),
};
const id = (field) => field.replace(".", "-");

function control(field, rule) {
  const attributes = { id: id(field), "aria-describedby": `fault-${id(field)}` };
  if (rule.options) return el("select", attributes, el("option", { value: "" }, "请选择 Choose"), Object.entries(rule.options).map(([value, label]) => el("option", { value }, label)));
  const { longest, placeholder, inputmode, list, type, autocomplete = "off", code } = rule;
  return el("input", { ...attributes, maxlength: longest, placeholder, inputmode, list, type, autocomplete, class: code && "code" });
}

for (const [field, rule] of Object.entries(FIELDS)) {
  $(field.split(".")[0]).append(el("div", { class: rule.wide ? "field wide" : "field" },
    el("label", { for: id(field) }, both(rule.zh, rule.en)), control(field, rule),
    rule.hint ? el("p", { class: "hint" }, both(...rule.hint)) : null, el("p", { class: "fault", id: `fault-${id(field)}`, hidden: true })));
}

function filledIn() {
  const body = { holder: {}, degree: {}, contact: {}, consent: $("consent").checked };
  for (const field of Object.keys(FIELDS)) {
    const [section, name] = field.split(".");
    body[section][name] = $(id(field)).value;
  }
  return body;
}

function showFaults(refusal) {
  const bySpot = new Map();
  for (const each of refusal.details) bySpot.set(id(each.field), [...(bySpot.get(id(each.field)) || []), each]);
  for (const spot of [...Object.keys(FIELDS).map(id), "consent"]) {
    const found = bySpot.get(spot) || [];
    $(spot).setAttribute("aria-invalid", found.length ? "true" : "false");
    if (found.length) show($(`fault-${spot}`), found.flatMap((each) => both(each.message, each.message_en)));
    else $(`fault-${spot}`).hidden = true;
  }
  if (!refusal.code) return $("trouble").replaceChildren();
  const { message, message_en } = refusal;
  const named = { message, message_en, details: refusal.details.map((each) => {
    const rule = FIELDS[each.field];
    return rule ? { ...each, message: `${rule.zh}：${each.message}`, message_en: `${rule.en}: ${each.message_en}` } : each;
  }) };
  show($("trouble"), faults(named, (field) => ($(id(field)) ? id(field) : null)));
  return $("trouble").firstChild.focus();
}

const NEXT = {
  issuing: ["比对一致，报告正在出具，请稍后查看。", "It matches; the report is being made and will be there in a moment."],
  received: ["正在与数据库比对，请稍后查看。", "It is being compared with the register; look again in a moment."],
};
const BY_HAND = ["接下来由人工核对，可随时查询进度；请上传学位证书影印件。", "A person looks at it next; follow it at any time, and upload a scan of the certificate."];

function received(answer) {
  const { case_number: number, access_token: token, report, stage } = answer;
  const follow = `case#${new URLSearchParams({ n: number, t: token })}`;
  const said = report ? ["可立即下载电子认证报告。", "The signed report can be downloaded now."] : NEXT[stage] || BY_HAND;
  const card = el("section", { class: `card result ${report ? "valid" : "unknown"}`, tabindex: "-1" },
    el("div", { class: "verdict" }, el("span", { class: "sign", "aria-hidden": "true" }, report ? "✓" : "…"),
      el("div", {}, el("h1", { class: "bare" }, both(report ? "比对一致，报告已出具" : "申请已受理", report ? "It matches: your report is ready" : "Your application is received")),
        el("p", {}, both(...said)))),
    el("div", {},
      el("div", { class: "keep" }, both("请保存认证件编号和查询凭证：查询进度时需要，凭证不会再次显示。", "Keep the case number and the token: you need both, and the token is not shown again.")),
      facts([["认证件编号", "Case number", number, "code"], ["查询凭证", "Access token", token, "code"],
        report && ["报告编号", "Report number", report.report_number, "code"], report && ["校验码", "Check code", report.check_code, "code"]]),
      answer.warnings.length ? el("div", {}, el("h2", {}, both("请留意", "Please note")), el("ul", {}, answer.warnings.map((each) => el("li", {}, both(each.message, each.message_en))))) : null,
      el("div", { class: "actions" }, report ? el("a", { class: "button", href: report.url, rel: "noreferrer" }, both("下载报告 PDF", "Download")) : null,
        el("a", { class: report ? "button plain" : "button", href: follow }, both(report ? "查看认证件" : "查看进度", report ? "Open the case" : "Follow the case")),
        el("button", { type: "button", class: "plain", onclick: () => print() }, both("打印", "Print")))));
  $("form-part").hidden = true;
  show($("received"), card);
  scrollTo(0, 0);
  card.focus();
}

// One key for one content: a second press of the button, or a retry after a lost answer, is the same application.
let key = crypto.randomUUID();
$("application").addEventListener("input", () => { key = crypto.randomUUID(); });

$("application").addEventListener("submit", (event) => {
  event.preventDefault();
  busy(event.submitter, async () => {
    try {
      received(await call("POST", "v1/applications", { body: filledIn(), headers: { "Idempotency-Key": key } }));
    } catch (refusal) {
      showFaults(refusal instanceof Refusal ? refusal : new Refusal(0, NOT_UNDERSTOOD));
    }
  });
});

const found = new Map();
let waiting = 0;
const institution = $("degree-institution_name");
institution.addEventListener("input", () => {
  const name = institution.value.trim();
  if (found.has(name)) $("degree-institution_code").value = found.get(name);
  clearTimeout(waiting);
  if (name.length < 2 || found.has(name)) return;
  waiting = setTimeout(async () => {
    const answer = await call("GET", `v1/institutions?${new URLSearchParams({ query: name.slice(0, 50) })}`).catch(() => null);
    if (!answer) return;
    for (const each of answer.institutions) found.set(each.name, each.code);
    show($("institutions"), answer.institutions.slice(0, 20).map((each) => el("option", { value: each.name }, each.code)));
    if (found.has(institution.value.trim())) $("degree-institution_code").value = found.get(institution.value.trim());
  }, 250);
});
