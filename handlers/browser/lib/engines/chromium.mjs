// Chromium, by playwright-core. Modes are profiles: a browser context of its own would
// always keep no third-party cookies.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { PageTabs } from "./pagetab.mjs";

const modes = {
  "third-party cookies allowed": { cookie_controls_mode: 0 },
  "third-party cookies blocked": { cookie_controls_mode: 1 },
  "all cookies blocked": { default_content_setting_values: { cookies: 2 } },
};

export async function openChromium({ mode, hosts }) {
  const profile = mkdtempSync(join(tmpdir(), "portal-chromium-"));
  mkdirSync(join(profile, "Default"));
  writeFileSync(join(profile, "Default", "Preferences"), JSON.stringify({ profile: modes[mode] }));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    ignoreHTTPSErrors: true, locale: "en-GB", viewport: { width: 1000, height: 1200 },
    args: [
      "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      `--host-resolver-rules=${hosts.map((host) => `MAP ${host} 127.0.0.1`).join(",")}`,
    ],
  });
  const tabs = new PageTabs();
  return {
    open: async () => tabs.of(await context.newPage()),
    tabs: async () => context.pages().map((page) => tabs.of(page)),
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
