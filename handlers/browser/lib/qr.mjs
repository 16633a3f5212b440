// Reads a code from the screen, as the camera of a phone does.
import jsqr from "jsqr";
import { PNG } from "pngjs";

/** What the code in a picture of this element says, or "". */
export async function scan(element) {
  const { data, width, height } = PNG.sync.read(await element.screenshot());
  // As on a phone, a code of the wrong colours is not looked for.
  return jsqr(new Uint8ClampedArray(data), width, height, { inversionAttempts: "dontInvert" })?.data ?? "";
}
