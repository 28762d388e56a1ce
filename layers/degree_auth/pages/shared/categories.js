// The degree category: one of the code table or, in its place, the words of the certificate.
import { facts } from "./data.js";
import { spoken, t } from "./language.js";

export const CATEGORY = "degree.category";
/** The field for the certificate's words; as a choice of category, the way to that field. */
export const OTHER_CATEGORY = "degree.category_other";

/** The choices at these levels, or at all: pairs of the Chinese name, which is sent, and words. */
export function categoryChoices(levels = Object.keys(facts.categories)) {
  const listed = levels.flatMap((level) => facts.categories[level]);
  const named = listed.map((category) => [category.zh, spoken(category)]);
  return [...named, [OTHER_CATEGORY, t("category.other")]];
}

/** Opens the line for the certificate's words when it is the choice. Closed, it keeps its text. */
export function openOther(choice, line) {
  line.disabled = choice.value !== OTHER_CATEGORY;
  line.closest(".field").hidden = line.disabled;
}
