// The names of departments: a lead department may ask for all, another one for its own.
import { code } from "../shared/display.js";
import { t } from "../shared/language.js";
import { account, signed } from "./session.js";

let names = {};
let owner = null;

/** Asks for the names, once for an account. */
export async function loadNames() {
  if (owner === account().username) return;
  await loadDepartments();
}

/** The departments of the institution as they are now, whose names are remembered. */
export async function loadDepartments() {
  const { departments } = await signed("GET", "v1/departments");
  names = Object.fromEntries(departments.map((each) => [each.department_id, each.name]));
  owner = account().username;
  return departments;
}

/** What a department is called; null is the lead department. */
export function departmentName(id) {
  if (id === null) return t("portal.lead_department");
  return names[id] || code(id);
}
