// How somebody is told: addresses and their codes, switches, and what was sent.
import { code, definitions, hint, timeline } from "./display.js";
import { el } from "./dom.js";
import { actions, box, field, fields, form, group, select, spotIn, submit } from "./forms.js";
import { spoken, t } from "./language.js";

/**
 * The parts for what the API told. `send` gets method, the rest of the path and body; `done` gets
 * what the API answered. `addressed` tells whether another address may be given.
 */
export function notificationParts(found, { send, done, addressed, digests }) {
  return [
    hint(t("notified.hint")),
    definitions(found.addresses.map((one) => [
      t(`notified.${one.channel}`),
      el("span", {}, code(one.shown), ` ${t(`notified.${stateOf(one)}`)}`),
    ])),
    found.addresses.length || addressed ? [codeForm(found, { send, done, addressed }),
      proofForm(found, { send, done })] : null,
    wishesForm(found, { send, done, digests }),
    found.messages.length ? [el("h3", {}, t("notified.messages")), sentMessages(found)] : null,
  ];
}

const stateOf = (one) => one.proven ? "proven" : one.refused ? "refused" : "unproven";

function channels(found) {
  return found.addresses.map((one) => [one.channel, t(`notified.${one.channel}`)]);
}

function codeForm(found, { send, done, addressed }) {
  const wanted = (sent) => {
    const address = sent.elements.address?.value.trim();
    const channel = sent.elements.channel.value;
    return send("POST", "/codes", address ? { channel, address } : { channel });
  };
  return form({ send: wanted, sent: done, spot: spotIn("code-of") },
    fields(
      select("code-of-channel", t("notified.channel"), channels(found), { name: "channel" }),
      addressed ? field("code-of-address", t("notified.address"), {
        name: "address", hint: t("notified.address_hint"),
      }) : null),
    actions(submit(t("notified.send_code"), "plain")));
}

function proofForm(found, { send, done }) {
  const wanted = (sent) => send("POST", "/proofs", {
    channel: sent.elements.channel.value, code: sent.elements.code.value.trim(),
  });
  return form({ send: wanted, sent: done, spot: spotIn("proof") },
    fields(
      select("proof-channel", t("notified.channel"), channels(found), { name: "channel" }),
      field("proof-code", t("notified.code"), {
        name: "code", inputmode: "numeric", maxlength: 6, autocomplete: "one-time-code",
      })),
    actions(submit(t("notified.prove"), "plain")));
}

function wishesForm(found, { send, done, digests }) {
  const wanted = (sent) => {
    const kept = new FormData(sent).getAll("kinds");
    const off = found.kinds.map((one) => one.kind).filter((kind) => !kept.includes(kind));
    const body = { switched_off: off, language: sent.elements.language.value };
    return send("PUT", "", digests ? { ...body, digest: sent.elements.digest.checked } : body);
  };
  const language = select("wishes-language", t("notified.language"),
    [["zh", t("notified.zh")], ["en", t("notified.en")]], { name: "language" });
  language.querySelector("select").value = found.language;
  return form({ send: wanted, sent: done, spot: spotIn("wishes") },
    group("wishes-switched_off", t("notified.kinds"), el("div", { class: "boxes" },
      found.kinds.map((one) => box(`wishes-${one.kind}`, spoken(one),
        { name: "kinds", value: one.kind, checked: one.wanted })))),
    digests ? box("wishes-digest", t("notified.digest"),
      { name: "digest", checked: found.digest }) : null,
    fields(language),
    actions(submit(t("notified.save"), "plain")));
}

function sentMessages(found) {
  return timeline([...found.messages].reverse().map((one) => [
    one.at, spoken(one.kind), " ", t(`notified.${one.channel}`), " ", spoken(one.state_name),
  ]));
}
