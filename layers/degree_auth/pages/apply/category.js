// The degree category: the level that is chosen offers its categories.
import { CATEGORY, categoryChoices, OTHER_CATEGORY, openOther } from "../shared/categories.js";
import { byId } from "../shared/dom.js";
import { offer } from "../shared/forms.js";
import { t } from "../shared/language.js";
import { places } from "./fields.js";

const level = () => byId(places("degree.level"));
const choice = () => byId(places(CATEGORY));

/** Offers the categories of the level that the form holds. */
export function offerCategories() {
  const { value } = level();
  offer(choice(), value ? [["", t("apply.choose")], ...categoryChoices([value])]
    : [["", t("apply.level_first")]]);
  openOther(choice(), byId(places(OTHER_CATEGORY)));
}

/** Watches the form; `changed` is called when another level took out the category. */
export function followLevel(changed) {
  byId("application").addEventListener("input", (event) => {
    if (![level(), choice()].includes(event.target)) return;
    offerCategories();
    changed();
  });
}
