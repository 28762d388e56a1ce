// What stands around every page: the mark of a test environment, and help at its foot.
import { call } from "./api.js";
import { byId, el, show } from "./dom.js";
import { onLanguage, spoken, t } from "./language.js";

let help = null;

function showHelp() {
  if (!help) return;
  const { centre, hotline, promise } = help;
  const lines = [spoken(centre), t("frame.promise", promise)];
  if (hotline.telephone) {
    lines.push(t("frame.hotline", { telephone: hotline.telephone, hours: spoken(hotline.hours) }));
  }
  show(byId("about"), lines.map((line) => el("p", {}, line)));
}

// The fragment of the address belongs to the page, so these links move the focus by themselves.
for (const link of document.querySelectorAll("a[data-jump]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    byId(link.dataset.jump).scrollIntoView();
    byId(link.dataset.jump).focus({ preventScroll: true });
  });
}

onLanguage(showHelp);
call("GET", "v1/help").then((answer) => {
  help = answer;
  byId("specimen").hidden = help.environment === "production";
  showHelp();
}).catch(() => {
  // Help that cannot be had must not keep anybody from the page itself.
});
