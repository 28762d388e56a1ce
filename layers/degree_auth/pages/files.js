const KINDS = { certificate_scan: ["学位证书影印件", "Certificate scan"], evidence: ["其他证明材料", "Other evidence"], supplement: ["补充材料", "What was asked for"] };
const FILE_STATES = { announced: ["待上传或检查中", "Awaited, or being checked"], stored: ["已收到", "Received"], refused: ["未被接受", "Refused"] };
const TYPES = ["image/jpeg", "image/png", "application/pdf"];
const LARGEST = 10485760;

/** Sends a file where `announce`, given its type and size, is told to; gives the id of the attachment. */
async function sendFile(file, announce) {
  const fault = (field, message, message_en) => new Refusal(0, { code: "file", message: "文件不能上传。", message_en: "The file cannot be uploaded.", details: [{ field, message, message_en }] });
  if (!file) throw fault("file", "请选择文件。", "Please choose a file.");
  if (!TYPES.includes(file.type)) throw fault("content_type", "仅接受 JPEG、PNG 或 PDF。", "JPEG, PNG or PDF only.");
  if (!file.size || file.size > LARGEST) throw fault("size", "文件不能为空，且不超过 10 MB。", "The file must not be empty nor larger than 10 MB.");
  const { attachment_id: id, upload } = await announce({ content_type: file.type, size: file.size });
  const stored = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: file, referrerPolicy: "no-referrer" }).catch(() => null);
  if (!stored || !stored.ok) throw fault("file", "上传未完成，请重试。", "The upload was not completed; please try again.");
  return id;
}

/** What `look` gives, once the file that was sent has been looked at, or after some seconds. */
async function settled(id, look, filesOf) {
  for (let tries = 0; ; tries += 1) {
    const found = await look();
    const sent = filesOf(found).find((each) => each.attachment_id === id);
    if (tries > 8 || !sent || sent.state !== "announced") return found;
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
  }
}

function fileField(id) {
  return el("div", { class: "field" }, el("label", { for: id }, both("文件", "File")), el("input", { id, name: "file", type: "file", accept: TYPES.join(",") }),
    el("p", { class: "hint" }, both("JPEG、PNG 或 PDF，不超过 10 MB。", "JPEG, PNG or PDF, up to 10 MB.")));
}

function fileWords(each) {
  return [both(...KINDS[each.kind]), `　${Math.ceil(each.size / 1024)} KB　`, both(...FILE_STATES[each.state])].flat();
}

/** Boxes for the files that may be named, all ticked. */
function fileChoices(files, prefix) {
  return files.map((each) => el("label", { class: "check", for: `${prefix}-${each.attachment_id}` },
    el("input", { type: "checkbox", id: `${prefix}-${each.attachment_id}`, name: "files", value: each.attachment_id, checked: true }), el("span", {}, fileWords(each))));
}
