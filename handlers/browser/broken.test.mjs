// The demo site's pages that embed the portal wrongly: the doctor in each, and what the
// page's own code is told where the doctor can't show.
import assert from "node:assert/strict";
import { suite } from "./lib/suite.mjs";

const file = suite();
const timeout = 40_000;
// Mistakes of this kind are spoken of by the browser and by the element.
const tolerate = [
  /console on .*: (Failed to load|Framing '|Loading the |<onboarding-portal>|Refused to|Blocked|Permissions policy)/,
  /policy violation on \/broken\//, /frame-ancestors|sandboxed/,
];

const powers = ["camera", "microphone", "geolocation", "clipboard-write", "fullscreen"].map((power) => `allow-${power}`);

/** What the doctor finds in each, besides what is right. Storage is as the test's browser has it. */
const findings = {
  right: {},
  plain: { handshake: "unknown" },
  "no-allow": Object.fromEntries(powers.map((power) => [power, "wrong"])),
  "allow-self": { "allow-camera": "wrong", "allow-microphone": "wrong", "allow-geolocation": "wrong" },
  "permissions-policy": { "allow-camera": "wrong", "allow-microphone": "right" },
  "sandbox-origin": { sandbox: "wrong", cookies: "wrong" },
  "sandbox-popups": { sandbox: "unknown", "allow-camera": "right" },
  "no-referrer": { referrer: "unknown" },
};

file.test("the doctor finds the mistake of each page that it can show in", { tolerate }, async ({ page, world }) => {
  for (const [mistake, expected] of Object.entries(findings)) {
    await page.goto(`${world.bank}/broken/${mistake}`);
    const doctor = page.locator(".embedding").frameLocator("iframe");
    await doctor.locator('main[data-doctor="done"]').waitFor({ timeout });
    const found = await doctor.locator("[data-check]").evaluateAll((all) => Object.fromEntries(all.map(({ dataset }) => [dataset.check, dataset.result])));
    for (const [check, result] of Object.entries(expected)) assert.equal(found[check], result, `${mistake}: ${check}`);
    if (mistake === "right") {
      // A hello that came before the doctor listened can't be told from none.
      const open = ["storage", "handshake"];
      assert.deepEqual(Object.entries(found).filter(([check, result]) => result !== "right" && !open.includes(check)), [], mistake);
    }
  }
});

file.test("without scripts the doctor is words", { tolerate }, async ({ page, world }) => {
  await page.goto(`${world.bank}/broken/sandbox-scripts`);
  await page.frameLocator(".embedding iframe").locator("#doctor-hand").waitFor();
});

file.test("where the portal can't show, the page's code is told so", { tolerate }, async ({ page, world }) => {
  const told = (words) => page.locator("[data-log] li", { hasText: words }).first().waitFor({ timeout });
  await page.goto(`${world.bank}/broken/`);
  await page.locator('a[href$="/broken/unlisted"]').click();
  await told("frame-refused");
  for (const [mistake, words] of [["csp-frame", "host-policy"], ["coep", "frame-refused"]]) {
    await page.goto(`${world.bank}/broken/${mistake}`);
    await told(words);
  }
  await page.goto(`${world.bank}/broken/csp-script`);
  await page.locator("onboarding-portal a").waitFor();
});
