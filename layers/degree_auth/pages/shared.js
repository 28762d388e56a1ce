"use strict";

// The API's stage is wherever this page lies: /…/stage/check -> /…/stage/
const base = location.pathname.replace(/\/+$/, "").replace(/[^/]*$/, "");

const $ = (id) => document.getElementById(id);

/** An element; text children are text, never markup. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Chinese, with English beside it. */
function both(zh, en) {
  return [zh, el("span", { class: "en", lang: "en" }, en)];
}

function show(node, ...children) {
  node.replaceChildren(...children.flat());
  node.hidden = false;
}

/** An answer that is not a success, or no answer at all (status 0). */
class Refusal extends Error {
  constructor(status, error) {
    super(error.code);
    Object.assign(this, { status, details: [] }, error);
  }
}

const UNREACHABLE = { code: "unreachable", message: "无法连接到服务，请检查网络后重试。", message_en: "The service cannot be reached; please check your connection and try again." };
const NOT_UNDERSTOOD = { code: "not_understood", message: "服务的答复无法识别，请稍后重试。", message_en: "The service gave no usable answer; please try again later." };
const BUSY = { code: "too_many_requests", message: "请求过于频繁，请稍候再试。", message_en: "Too many requests; please wait a moment and try again." };

/** One call of the API; gives the JSON of a 2xx answer, null for none, throws a Refusal otherwise. */
async function call(method, path, { body, token, headers = {} } = {}) {
  const sent = { Accept: "application/json", ...headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  if (token) sent.Authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(base + path, { method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store", referrerPolicy: "no-referrer" });
  } catch {
    throw new Refusal(0, UNREACHABLE);
  }
  if (answer.status === 204) return null;
  const content = await answer.json().catch(() => null);
  if (answer.ok && content) return content;
  if (content && content.error && content.error.message) throw new Refusal(answer.status, content.error);
  throw new Refusal(answer.status, answer.status === 429 ? BUSY : NOT_UNDERSTOOD);
}

/** The values after # in the address, which no browser sends to a server. */
function fragment() {
  return new URLSearchParams(location.hash.slice(1));
}

const SHANGHAI = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
function moment(value) {
  const part = Object.fromEntries(SHANGHAI.formatToParts(new Date(value)).map(({ type, value: text }) => [type, text]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}`;
}

function facts(rows) {
  return el("dl", { class: "facts" }, rows.filter(Boolean).map(([zh, en, value, kind]) => el("div", {}, el("dt", {}, both(zh, en)), el("dd", { class: kind }, value))));
}

/** What went wrong, in both languages, with each field's fault. */
function faults(refusal, link = () => null) {
  return el("div", { class: "card faults", role: "alert", tabindex: "-1" },
    el("strong", {}, both(refusal.message, refusal.message_en)),
    refusal.details.length ? el("ul", {}, refusal.details.map((each) => {
      const target = link(each.field);
      return el("li", {}, target ? el("a", { href: `#${target}`, onclick: (event) => { event.preventDefault(); $(target).focus(); } }, each.message) : each.message,
        el("span", { class: "en", lang: "en" }, each.message_en));
    })) : null);
}

async function busy(button, work) {
  button.disabled = true;
  try {
    return await work();
  } finally {
    button.disabled = false;
  }
}

/** The words by which a form names a control, or a group of boxes. */
function labelOf(id) {
  const label = document.querySelector(`label[for="${CSS.escape(id)}"]`) || $(id).querySelector("legend");
  if (!label) return null;
  const en = label.querySelector(".en").textContent;
  return [label.textContent.slice(0, -en.length), en];
}

/** Says in #trouble what went wrong; `link` gives the id of the control that a field's fault belongs to. */
function trouble(refusal, link = () => null) {
  const { message, message_en, details } = refusal instanceof Refusal ? refusal : new Refusal(0, NOT_UNDERSTOOD);
  const named = details.map((each) => {
    const target = $(link(each.field)) && link(each.field);
    if (target) $(target).setAttribute("aria-invalid", "true");
    const name = target && labelOf(target);
    return name ? { ...each, message: `${name[0]}：${each.message}`, message_en: `${name[1]}: ${each.message_en}` } : each;
  });
  show($("trouble"), faults({ message, message_en, details: named }, (field) => ($(link(field)) ? link(field) : null)));
  $("trouble").firstChild.focus();
}

/** Runs what a button is for, and says so when it fails. */
async function act(button, work, link) {
  $("trouble").replaceChildren();
  for (const control of document.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  await busy(button, work).catch((refusal) => trouble(refusal, link));
}

/** Lets the browser save a text, or bytes, as a file. */
function saveFile(name, type, content) {
  const link = el("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// What a field of a fixed set of values may hold.
const CHOICES = {
  sex: { male: "男 Male", female: "女 Female" },
  identity_type: { resident_identity_card: "居民身份证 Resident identity card", hk_macao_permit: "港澳居民来往内地通行证 Hong Kong and Macao permit", taiwan_permit: "台湾居民来往大陆通行证 Taiwan permit",
    residence_permit: "港澳台居民居住证 Residence permit",
    permanent_residence_card: "外国人永久居留身份证 Foreigner's permanent residence card", passport: "护照 Passport", military: "军人证件 Military document" },
  level: { bachelor: "学士 Bachelor", master: "硕士 Master", doctor: "博士 Doctor" },
  study_form: { regular: "普通高等教育 Regular", adult: "成人高等教育 Adult", self_study: "自学考试 Self-study", international: "来华留学 International" },
};

const WORDS = {
  level: { bachelor: ["学士", "Bachelor"], master: ["硕士", "Master"], doctor: ["博士", "Doctor"] },
  basis: { register: ["与学位授予信息年报数据库比对一致", "Equal to the national register of degree awards"], institution: ["经学位授予单位依据档案核查", "Verified by the awarding institution against its archive"] },
};

call("GET", "v1/help").then((help) => {
  if (help.environment !== "production") $("specimen").hidden = false;
  const lines = [el("p", {}, both(help.centre.zh, help.centre.en))];
  if (help.hotline && help.hotline.telephone) lines.push(el("p", {}, both(`咨询专线 ${help.hotline.telephone}（${help.hotline.hours.zh}）`, `Hotline ${help.hotline.telephone}, ${help.hotline.hours.en}`)));
  lines.push(el("p", {}, both(`承诺 ${help.promise.working_days} 个工作日内办结：学位中心累计 ${help.promise.centre} 个，学位授予单位 ${help.promise.institution} 个。`,
    `Promised within ${help.promise.working_days} working days: ${help.promise.centre} at the centre, ${help.promise.institution} at the institution.`)));
  show($("about"), lines);
}).catch(() => {});
