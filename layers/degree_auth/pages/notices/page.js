// The public list of reports that were superseded or revoked.
import { call } from "../shared/api.js";
import { code, hint, table, time } from "../shared/display.js";
import { byId, el, show } from "../shared/dom.js";
import "../shared/frame.js";
import { onLanguage, spoken, t } from "../shared/language.js";
import { act } from "../shared/trouble.js";

const notices = [];
let next = null;
let loaded = false;

function row(notice) {
  const newer = notice.superseded_by;
  return [
    time(notice.at),
    code(notice.report_number),
    [t(`notices.${notice.state}`), newer ? hint(t("notices.newer"), " ", code(newer)) : null],
    spoken(notice.cause),
  ];
}

function draw() {
  if (!loaded) return show(byId("list"), el("p", {}, t("notices.loading")));
  const heads = ["when", "report", "state", "cause"].map((head) => t(`notices.head.${head}`));
  return show(byId("list"),
    notices.length ? table(heads, notices.map(row)) : el("p", {}, t("notices.none")));
}

async function load() {
  // A list that could not be had is asked for again by the same button.
  byId("more").hidden = false;
  const query = next ? `?${new URLSearchParams({ cursor: next })}` : "";
  const page = await call("GET", `v1/notices${query}`);
  notices.push(...page.notices);
  ({ next } = page);
  loaded = true;
  byId("more").hidden = !next;
  draw();
}

byId("more").addEventListener("click", () => act(byId("more"), load));
onLanguage(draw);
draw();
act(byId("more"), load);
