// The institution's own systems, which sign in by a key.
import { refused } from "../shared/api.js";
import { facts } from "../shared/data.js";
import { badge, card, definitions, hint } from "../shared/display.js";
import { el } from "../shared/dom.js";
import {
  actions, box, button, disclosure, field, fields, form, group, select, spotIn, submit,
} from "../shared/forms.js";
import { t } from "../shared/language.js";
import { departmentName } from "./names.js";
import { signed } from "./session.js";
import { announce, turn } from "./view.js";

const SCOPES = ["read", "answer"];
const EMPTY = {
  machine_id: "", name: "", department_id: null, scopes: ["read"], keys: [], version: 0,
};

/** Every system, each with a form that changes it; `departments` are those of the institution. */
export async function machinesCard(departments) {
  const { machine_clients: machines } = await signed("GET", "v1/machine-clients");
  return card(t("portal.machines"), hint(t("portal.machines_hint")),
    machines.map((each) => machineItem(each, departments)),
    el("div", { class: "item" }, machineForm(null, departments)));
}

function machineItem(machine, departments) {
  const { machine_id: id, client_id: client, department_id: department, revoked, scopes } = machine;
  const named = scopes.map((scope) => t(`portal.scope_${scope}`)).join(t("portal.comma"));
  return el("div", { class: "item" },
    el("p", { class: "bare" }, el("b", {}, machine.name), " ",
      revoked ? badge("slate", t("portal.revoked")) : null),
    definitions([
      [t("portal.client_id"), client, "code"],
      [t("portal.department"), departmentName(department)],
      [t("portal.scopes"), named],
      [t("portal.keys"), machine.keys.map((key) => key.kid).join(" "), "code"],
    ]),
    revoked ? null : machineForm(machine, departments),
    revoked ? null : disclosure(`machine-${id}-revocation`, t("portal.revoke"),
      hint(t("portal.revoke_hint")), actions(button(t("portal.revoke_now"), () => revoke(id)))));
}

async function revoke(id) {
  await signed("DELETE", `v1/machine-clients/${encodeURIComponent(id)}`);
  await turn();
  announce(t("portal.machine_revoked"));
}

/** No draft is kept of it: somebody may paste the wrong half of a key. */
function machineForm(machine, departments) {
  const { machine_id: id, name: called, department_id: of, scopes, keys, version }
    = machine || EMPTY;
  const prefix = machine ? `machine-${id}` : "new-machine";
  const send = (sent) => {
    const wanted = id || sent.elements.machine_id.value.trim();
    if (!wanted) throw refused("portal.machine_not_saved", { machine_id: "portal.required" });
    const body = { ...machineIn(sent), version };
    return signed("PUT", `v1/machine-clients/${encodeURIComponent(wanted)}`, { body });
  };
  const sent = async () => {
    await turn();
    announce(t("portal.machine_saved"));
  };
  const places = departments.map((each) => [each.department_id, each.name]);
  const chosen = select(`${prefix}-department_id`, t("portal.department"),
    [["", t("portal.lead_department")], ...places], { name: "department_id" });
  chosen.querySelector("select").value = of || "";
  return disclosure(prefix, t(machine ? "portal.change" : "portal.new_machine"),
    form({ send, sent, spot: spotIn(prefix) },
      fields(
        machine ? null : field(`${prefix}-machine_id`, t("portal.department_id"), {
          name: "machine_id", class: "code", hint: t("portal.department_id_hint"),
        }),
        field(`${prefix}-name`, t("portal.name"), {
          name: "name", maxlength: facts.longest.name, value: called,
        }),
        chosen),
      group(`${prefix}-scopes`, t("portal.scopes"), el("div", { class: "boxes" },
        SCOPES.map((scope) => box(`${prefix}-scope-${scope}`, t(`portal.scope_${scope}`),
          { name: "scopes", value: scope, checked: scopes.includes(scope) })))),
      field(`${prefix}-keys`, t("portal.keys"), {
        name: "keys", rows: 6, class: "code", hint: t("portal.keys_hint"),
        value: keys.length ? JSON.stringify(keys, null, 1) : "",
      }),
      field(`${prefix}-one_time_code`, t("portal.one_time_code"), {
        name: "one_time_code", class: "code", maxlength: 6, inputmode: "numeric",
        autocomplete: "one-time-code", hint: t("portal.machine_code_hint"),
      }),
      actions(submit(t("portal.save"), "plain"))));
}

function machineIn(sent) {
  const given = new FormData(sent);
  return {
    name: given.get("name").trim(),
    department_id: given.get("department_id") || null,
    scopes: given.getAll("scopes"),
    keys: keysIn(given.get("keys")),
    one_time_code: given.get("one_time_code").trim(),
  };
}

/** A key, or a list of keys, in JSON. */
function keysIn(text) {
  try {
    return [JSON.parse(text)].flat();
  } catch {
    throw refused("portal.machine_not_saved", { keys: "portal.keys_not_read" });
  }
}
