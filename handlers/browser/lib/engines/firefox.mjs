// Firefox ESR, by puppeteer-core and WebDriver BiDi.
import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";
import { PageTabs } from "./pagetab.mjs";

// network.cookie.cookieBehavior: 5 keeps the cookies of each site's frames apart, and
// is what Firefox comes with.
const modes = { "as it comes": 5, "third-party cookies blocked": 1, "all cookies blocked": 2 };

const executablePath = process.env.FIREFOX || "/usr/bin/firefox-esr";

/** Why Firefox can't be tested here, or nothing. */
export const missing = () => (existsSync(executablePath) ? undefined : `${executablePath} is not there`);

export async function openFirefox({ mode, hosts }) {
  const browser = await puppeteer.launch({
    browser: "firefox", executablePath,
    headless: true, acceptInsecureCerts: true, defaultViewport: { width: 1000, height: 1200 },
    extraPrefsFirefox: {
      "network.cookie.cookieBehavior": modes[mode],
      "network.dns.localDomains": hosts.join(","),
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      "media.navigator.streams.fake": true,
      "media.navigator.permission.disabled": true,
      "intl.accept_languages": "en-GB, en",
    },
  });
  const tabs = new PageTabs();
  return {
    open: async () => tabs.of(await browser.newPage()),
    tabs: async () => (await browser.pages()).map((page) => tabs.of(page)),
    close: () => browser.close(),
  };
}
