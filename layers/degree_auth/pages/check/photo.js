// Reading the QR code of a report from a picture, on this device alone.
import { refused } from "../shared/api.js";

/** The text of the one QR code in a picture. Throws a Refusal when none can be read. */
export async function qrText(file) {
  const Detector = globalThis.BarcodeDetector;
  if (!Detector) throw refused("check.photo_unsupported");
  let codes;
  try {
    codes = await new Detector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
  } catch {
    throw refused("check.photo_unreadable");
  }
  if (codes.length !== 1) throw refused("check.photo_unreadable");
  return codes[0].rawValue;
}

/** Number and code in the link of a QR code. Throws a Refusal when it does not lead here. */
export function codesIn(text) {
  const link = URL.canParse(text) ? new URL(text) : null;
  const here = link && link.origin === location.origin && link.pathname === location.pathname;
  if (!here) throw refused("check.photo_elsewhere");
  const given = new URLSearchParams(link.hash.slice(1));
  if (!given.has("n")) throw refused("check.photo_elsewhere");
  return given;
}
