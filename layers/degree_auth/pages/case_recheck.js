// Beside the plain course of a case: explanations, the written notice, urgent handling, rechecks and disputes.
const FORMER = { superseded: ["已被取代", "Superseded"], revoked: ["已撤销", "Revoked"] };
const ENDED_RECHECKS = ["refused", "withdrawn", "upheld", "superseded", "revoked"];
const openRecheck = (status) => status.rechecks.find((each) => !ENDED_RECHECKS.includes(each.status)) || null;
const openDispute = (status) => { const open = openRecheck(status); return open && open.cause === "dispute" ? open : null; };

function writtenNotice(status) {
  if (!status.notice) return null;
  const { reason, dispute } = status.notice;
  return el("section", { class: "card next" }, el("h2", {}, both("书面告知", "Written notice")), el("p", {}, both(reason.zh, reason.en)),
    // What happens next says as much already, as a rule.
    dispute.zh === status.next.zh ? null : el("p", {}, both(dispute.zh, dispute.en)));
}

function explanations(status) {
  const list = status.explanations || [];
  if (!list.length) return null;
  return el("section", { class: "card" }, el("h2", {}, both("学位授予单位的说明", "What the institution explains")),
    el("ul", { class: "bare" }, list.map((each) => el("li", {}, both(each.zh, each.en || "")))));
}

function rechecks(status) {
  if (!status.former_reports.length && !status.rechecks.length) return null;
  return el("section", { class: "card" }, el("h2", {}, both("再次核查与原报告", "Rechecks and former reports")),
    status.rechecks.length ? el("ul", {}, status.rechecks.map((each) => el("li", {}, both(each.cause_name.zh, each.cause_name.en), "　",
      el("b", {}, both(each.status_name.zh, each.status_name.en)), "　", el("time", { class: "hint", datetime: each.opened_at }, moment(each.opened_at))))) : null,
    status.former_reports.length ? el("ul", {}, status.former_reports.map((each) => el("li", {}, el("span", { class: "code" }, each.report_number),
      "　", both(`第 ${each.version} 版`, `version ${each.version}`), "　", el("b", {}, both(...FORMER[each.state]))))) : null);
}

function dispute(status) {
  if (status.stage !== "concluded") return null;
  const evidence = status.attachments.filter((each) => each.kind === "evidence" && each.state === "stored");
  const attach = (event) => { event.preventDefault(); act(event.submitter, () => upload(event.target, "evidence")); };
  const submit = (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    act(event.submitter, async () => showStatus(await ask("POST", "/disputes", { reason: given.get("reason"), evidence: given.getAll("files") })), inForm);
  };
  return el("section", { class: "card noprint" }, el("details", { open: kept.dispute, ontoggle: (event) => { kept.dispute = event.target.open; } },
    el("summary", {}, both("对结论有异议", "Dispute the outcome")),
    el("p", { class: "hint" }, both("可在规定期限内对报告或结论提出异议：先上传证明材料，再写明理由并提交。审核员受理后，由学位授予单位再次核查。",
      "Within the period you may dispute the report or the conclusion: upload evidence first, then say why. Once admitted, the institution verifies again.")),
    el("h3", {}, both("一、证明材料", "1. Evidence")),
    el("form", { onsubmit: attach }, el("div", { class: "fields" }, fileField("evidence-file")), el("div", { class: "actions" }, el("button", { class: "plain" }, both("上传证明材料", "Upload")))),
    el("h3", {}, both("二、理由", "2. Reason")),
    el("form", { onsubmit: submit, autocomplete: "off", novalidate: true },
      el("fieldset", { id: "dispute-evidence", tabindex: "-1" }, el("legend", { class: "label" }, both("所依据的材料", "Evidence relied on")),
        evidence.length ? fileChoices(evidence, "dispute") : el("p", { class: "hint" }, both("尚无已收到的证明材料。", "No evidence has been received yet."))),
      el("div", { class: "field" }, el("label", { for: "dispute-reason" }, both("异议理由", "Why you dispute it")), keep("dispute-reason", { name: "reason", rows: 4, maxlength: 1000 })),
      el("div", { class: "actions" }, el("button", {}, both("提交异议", "Send the dispute"))))));
}

function urgency(status) {
  if (status.urgent) return el("section", { class: "card" }, el("h2", {}, both("加急办理", "Urgent handling")), el("p", { class: "bare" }, both("已批准加急办理。", "Urgent handling is approved.")));
  const asked = status.urgency_request;
  if (asked) {
    return CLOSED.includes(status.stage) ? null : el("section", { class: "card" }, el("h2", {}, both("加急办理", "Urgent handling")),
      el("p", {}, both(`已于 ${moment(asked.requested_at)} 申请，等待工作人员批准。`, `Asked for on ${moment(asked.requested_at)}; staff decide on it.`)), el("p", { class: "bare" }, asked.reason));
  }
  if (CLOSED.includes(status.stage) || status.stage === "issuing") return null;
  const submit = (event) => {
    event.preventDefault();
    act(event.submitter, async () => showStatus(await ask("POST", "/urgency", { reason: new FormData(event.target).get("reason") })), inForm);
  };
  return el("section", { class: "card noprint" }, el("details", { open: kept.urgency, ontoggle: (event) => { kept.urgency = event.target.open; } },
    el("summary", {}, both("申请加急办理", "Ask for urgent handling")),
    el("form", { onsubmit: submit, autocomplete: "off", novalidate: true },
      el("div", { class: "field" }, el("label", { for: "urgency-reason" }, both("加急理由", "Why it is urgent")), keep("urgency-reason", { name: "reason", rows: 3, maxlength: 500 }),
        el("p", { class: "hint" }, both("如入学报到、签证或录用的截止日期；由工作人员批准。请勿填写证件号码。", "For instance the day by which you must enrol; staff approve it. No document numbers, please."))),
      el("div", { class: "actions" }, el("button", { class: "plain" }, both("提交加急申请", "Ask"))))));
}

// What is typed stays when the page shows the case anew, after a file was uploaded for instance.
const kept = {};
function keep(id, attributes) {
  const area = el("textarea", { id, ...attributes, oninput: (event) => { kept[id] = event.target.value; } });
  area.value = kept[id] || "";
  return area;
}
