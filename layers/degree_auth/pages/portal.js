// Views stand in the fragment of the address, so that going back works; it names tasks, never tokens.
const VIEWS = {
  tasks: ["任务", "Tasks", tasksView, 2],
  task: ["", "", taskView, 2],
  progress: ["进度", "Progress", progressView, 1],
  fees: ["劳务费", "Fees", feesView, 1],
  departments: ["部门与账号", "Departments", departmentsView, 1],
  coverage: ["覆盖情况", "Coverage", coverageView, 1],
  explanations: ["口径", "Explanations", explanationsView, 2],
  account: ["本账号", "Account", accountView, 2],
};
// What an older choice brings must not stand over a newer one.
let turns = 0;

const heading = (zh, en) => el("h2", { tabindex: "-1" }, both(zh, en));

/** Says in #done what has been done. */
function say(zh, en) {
  show($("done"), both(zh, en));
}

function go(view, more = {}) {
  history.pushState(null, "", `#${new URLSearchParams({ view, ...more })}`);
  return turn();
}

function menu(current) {
  show($("views"), Object.entries(VIEWS).filter(([, [zh, , , tier]]) => zh && session.account.tier <= tier)
    .map(([name, [zh, en]]) => el("a", { href: `#${new URLSearchParams({ view: name })}`, "aria-current": name === current && "page" }, both(zh, en))),
  el("button", { type: "button", class: "plain", onclick: signOut }, both("退出", "Sign out")));
}

async function turn() {
  if (!session) return leave();
  const mine = ++turns;
  const asked = fragment();
  const name = VIEWS[asked.get("view")] ? asked.get("view") : "tasks";
  $("entry").hidden = true;
  $("done").hidden = true;
  $("trouble").replaceChildren();
  menu(name === "task" ? "tasks" : name);
  try {
    const content = await VIEWS[name][2](asked);
    if (mine !== turns || !session) return undefined;
    show($("view"), content);
    const title = $("view").querySelector("h2");
    if (title) title.focus({ preventScroll: true });
  } catch (refusal) {
    if (mine !== turns) return undefined;
    $("view").replaceChildren();
    trouble(refusal);
  }
  return undefined;
}

addEventListener("hashchange", turn);
turn();
