const STATES = { superseded: ["已被取代", "Superseded"], revoked: ["已撤销", "Revoked"] };
let following = null;

function row(notice) {
  const replaced = notice.superseded_by && el("div", { class: "hint" }, both("新报告 ", "by "), el("span", { class: "code" }, notice.superseded_by));
  return el("tr", {}, el("td", {}, el("time", { datetime: notice.at }, moment(notice.at))), el("td", { class: "code" }, notice.report_number),
    el("td", {}, both(...STATES[notice.state]), replaced), el("td", {}, both(notice.cause.zh, notice.cause.en)));
}

async function load() {
  $("trouble").replaceChildren();
  try {
    const page = await call("GET", `v1/notices${following ? `?${new URLSearchParams({ cursor: following })}` : ""}`);
    $("rows").append(...page.notices.map(row));
    following = page.next;
    $("list").hidden = !$("rows").children.length;
    $("none").hidden = !$("list").hidden;
    $("more").hidden = !following;
  } catch (refusal) {
    trouble(refusal);
    // A list that could not be had is asked for again by the same button.
    $("more").hidden = false;
  }
}

$("more").addEventListener("click", (event) => busy(event.currentTarget, load));
load();
