// Chromium as these tests need it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** A browser of its own with these settings in its profile; it goes with the process. */
export async function openBrowser(profile = {}, options = {}) {
  const directory = mkdtempSync(join(tmpdir(), "portal-profile-"));
  mkdirSync(join(directory, "Default"));
  writeFileSync(join(directory, "Default", "Preferences"), JSON.stringify({ profile }));
  const context = await chromium.launchPersistentContext(directory, {
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium", viewport: sizes.laptop, locale: "en-GB",
    args: [...cameras.fake, "--disable-background-networking", "--disable-component-update", "--disable-sync"], ...options,
  });
  context.setDefaultTimeout(30_000);
  // The browser goes on writing for a while after it was closed.
  process.once("exit", () => rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  return context;
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
  context.setDefaultTimeout(30_000);
  return context;
}
