// The page where institutions work: which view is shown, and the menu of views.
import { fragment } from "../shared/api.js";
import { byId, clear, el, show } from "../shared/dom.js";
import { button } from "../shared/forms.js";
import "../shared/frame.js";
import { onLanguage, t } from "../shared/language.js";
import { calm, trouble } from "../shared/trouble.js";
import { accountView } from "./account.js";
import { coverageView } from "./coverage.js";
import { departmentsView } from "./departments.js";
import { explanationsView } from "./explanations.js";
import { feesView } from "./fees.js";
import { account, signOut } from "./session.js";
import { sheetsView } from "./sheets.js";
import { showSignIn } from "./sign_in.js";
import { taskView } from "./task.js";
import { progressView, tasksView } from "./tasks.js";
import { address, onTurn, turn } from "./view.js";

// Views stand in the fragment of the address, so that going back works; it names tasks, never
// tokens. Each with the highest tier that sees it; a task is reached from the list of tasks.
const VIEWS = {
  tasks: [tasksView, 2],
  task: [taskView, 2],
  sheets: [sheetsView, 2],
  progress: [progressView, 1],
  fees: [feesView, 1],
  departments: [departmentsView, 1],
  coverage: [coverageView, 1],
  explanations: [explanationsView, 2],
  account: [accountView, 2],
};
// What an older choice brings must not stand over a newer one.
let latest = 0;

function menu(current) {
  const named = Object.entries(VIEWS).filter(([name, [, tier]]) =>
    name !== "task" && account().tier <= tier);
  show(byId("views"), named.map(([name]) => {
    const chosen = name === current && "page";
    return el("a", { href: address(name), "aria-current": chosen }, t(`portal.view.${name}`));
  }), button(t("portal.sign_out"), signOut));
}

async function draw() {
  latest += 1;
  const mine = latest;
  clear(byId("done"));
  if (!account()) {
    for (const part of ["view", "views"]) clear(byId(part));
    return showSignIn();
  }
  const wanted = fragment();
  const name = VIEWS[wanted.get("view")] ? wanted.get("view") : "tasks";
  byId("entry").hidden = true;
  calm();
  menu(name === "task" ? "tasks" : name);
  show(byId("view"), el("p", { class: "card", role: "status" }, t("portal.loading")));
  try {
    const content = await VIEWS[name][0](wanted);
    if (mine !== latest || !account()) return undefined;
    show(byId("view"), content);
    byId("view").querySelector("h2").focus({ preventScroll: true });
  } catch (error) {
    if (mine !== latest) return undefined;
    clear(byId("view"));
    trouble(error);
  }
  return undefined;
}

onTurn(draw);
onLanguage(turn);
addEventListener("hashchange", turn);
turn();
