// Chromium as these tests need it.
import { chromium } from "playwright-core";

/** What a camera can be like. */
const cameras = {
  fake: ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
  refused: ["--use-fake-device-for-media-stream", "--deny-permission-prompts"],
  none: ["--use-fake-device-for-media-stream=device-count=0", "--use-fake-ui-for-media-stream"],
};

/** @param {{camera?: keyof cameras, names?: string[]}} options names are further hosts that are this machine */
export function launch({ camera = "fake", names = [] } = {}) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: [...cameras[camera], "--disable-background-networking", "--disable-component-update", "--disable-sync", ...names.map((name) => `--host-resolver-rules=MAP ${name} 127.0.0.1`)],
    // Back and forward must bring pages back from memory as they do for people.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
}

/** Widths of a small phone, a laptop and a wide screen. */
export const sizes = {
  phone: { width: 320, height: 640 },
  laptop: { width: 1280, height: 800 },
  wide: { width: 2560, height: 1300 },
};

/** A context is one person's browser: no cookies but those of this test. */
export async function person(browser, options = {}) {
  const context = await browser.newContext({ viewport: sizes.laptop, locale: "en-GB", ...options });
  context.setDefaultTimeout(15_000);
  return context;
}
