// What a check tells beside the verdict: the chain of versions, the report log, and a webhook for changes.
const VERSION_STATES = { valid: ["有效", "Valid"], superseded: ["已被取代", "Superseded"], revoked: ["已撤销", "Revoked"] };
const LOGGED_EVENTS = { issued: ["出具", "Issued"], superseded: ["取代", "Superseded"], revoked: ["撤销", "Revoked"] };

function versions(report) {
  const { versions: chain, report_number: shown, changed_at: changed, cause } = report;
  if (chain.length < 2 && !changed) return null;
  const place = chain.findIndex((each) => each.report_number === shown);
  const named = (each) => el("span", { class: "code" }, each.report_number);
  const [former, later] = [chain[place - 1], chain[place + 1]];
  return el("div", {}, el("h2", {}, both("各个版本", "Versions")),
    changed ? el("p", {}, both(`本报告自 ${moment(changed)} 起不再有效。`, `No longer valid since ${moment(changed)}.`)) : null,
    changed && cause ? el("p", {}, both(`原因：${cause.zh}`, `Why: ${cause.en}`)) : null,
    later ? el("p", {}, both("取代它的报告：", "Superseded by "), named(later)) : null,
    former ? el("p", {}, both("它取代的报告：", "Supersedes "), named(former)) : null,
    el("ol", {}, chain.map((each, n) => el("li", { value: each.version, "aria-current": n === place && "true" }, named(each), "　", both(...VERSION_STATES[each.state]), "　",
      both(`出具于 ${moment(each.issued_at)}`, "issued"), n === place ? both("（本次校验的报告）", "this one") : null))),
    el("p", {}, el("a", { href: "notices" }, both("查看全部更正公告", "All public corrections"))));
}

function reportLog(log, result) {
  if (!log) return null;
  const { state, entries, head } = log;
  const save = () => saveFile(`check-${result.report.report_number}.json`, "application/json", `${JSON.stringify(result, null, 2)}\n`);
  return el("div", {}, el("h2", {}, both("报告日志", "Report log")),
    entries.length ? el("ul", {}, entries.map((each) => el("li", {}, both(`${LOGGED_EVENTS[each.content.event][0]}：日志第 ${each.index} 条`, `${LOGGED_EVENTS[each.content.event][1]}: entry ${each.index}`), "　",
      el("time", { datetime: each.content.at }, moment(each.content.at))))) : null,
    head ? el("p", {}, both(`日志共 ${head.size} 条（从第 0 条起），日志头签于 ${moment(head.at)}。`, `Entries in the log: ${head.size}, counted from 0; its head was signed on ${moment(head.at)}.`)) : null,
    state === "unavailable" ? el("p", { class: "keep" }, both("报告日志暂时无法读取，上述校验结果不受影响；请稍后再校验一次。", "The report log cannot be read for now; the result above holds. Please check again later."))
      : state === "pending" ? el("p", { class: "keep" }, both("尚有事件未记入已签名的日志，通常数秒内列入；请稍后再校验一次。", "Not all of this report's events are in the signed log yet, which mostly takes seconds; check again shortly."))
      : el("p", {}, both("全部事件均已记入只增不改的日志。", "All of its events are in the append-only log.")),
    el("p", { class: "hint" }, both("离线验证：保存此答复，连同报告 PDF 与您信任的根证书交给离线验证工具，即可核对签名与记录，无须信任本网站；本页未替您验证。",
      "To verify offline: save this answer and give it, with the PDF and the root certificate that you trust, to the offline verifier, which checks signature and entries without trusting this site; this page has not done it for you.")),
    el("div", { class: "actions noprint" }, el("button", { type: "button", class: "plain", onclick: save }, both("保存校验答复", "Save the answer"))));
}

function watchForm(result) {
  if (result.state !== "valid") return null;
  const number = result.report.report_number;
  const byCode = result.checked.some((each) => each.what === "code" && each.result === "passed");
  const said = el("div", { class: "answer", "aria-live": "polite" });
  const send = (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    said.replaceChildren();
    busy(event.submitter, async () => {
      try {
        const watch = await call("POST", "v1/report-checks/watches", { body: { report_number: number, check_code: given.get("check_code").trim(), url: given.get("url").trim() } });
        event.target.hidden = true;
        said.append(el("div", { class: "keep", tabindex: "-1" }, both("已关注。请立即保存编号与密钥：密钥用于验证通知的签名，不会再次显示。", "Done. Keep the id and the secret now: the secret verifies the notices' signatures and is not shown again.")),
          facts([["关注编号", "Watch id", watch.watch_id, "code"], ["密钥", "Secret", watch.secret, "code"], ["有效期至", "Expires", moment(watch.expires_at)]]));
      } catch (refusal) {
        said.append(faults(refusal instanceof Refusal ? refusal : new Refusal(0, NOT_UNDERSTOOD), (field) => ($(`watch-${field}`) ? `watch-${field}` : null)));
      }
      said.firstChild.focus();
    });
  };
  return el("div", { class: "noprint" }, el("details", {}, el("summary", {}, both("报告状态改变时通知我的系统", "Tell my system when this changes")),
    el("p", { class: "hint" }, both("报告被取代或撤销时，向此 https 地址发送签名的通知（webhook），400 天内有效。请使用他人猜不到的地址。",
      "When the report is superseded or revoked, a signed webhook goes to this https address, for 400 days. Choose an address that nobody guesses.")),
    el("form", { onsubmit: send, autocomplete: "off", novalidate: true },
      el("div", { class: "field" }, el("label", { for: "watch-url" }, both("接收地址", "Webhook address")), el("input", { id: "watch-url", name: "url", type: "url", maxlength: 500, class: "code", placeholder: "https" })),
      el("div", { class: "field" }, el("label", { for: "watch-check_code" }, both("校验码", "Check code")),
        el("input", { id: "watch-check_code", name: "check_code", class: "code", maxlength: 64, value: byCode ? $("code").value.trim() : null })),
      el("div", { class: "actions" }, el("button", { class: "plain" }, both("关注此报告", "Watch this report")))), said));
}
