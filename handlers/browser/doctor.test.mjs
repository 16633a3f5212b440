// The embed doctor in Chromium: each way to get the frame wrong, and what it says.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { launch, person, sizes } from "./lib/browser.mjs";
import { misfits, violations } from "./lib/checks.mjs";
import { startPortal, startSite } from "./lib/bare.mjs";

let host, stranger, portal, browser;
before(async () => {
  [host, stranger] = [await startSite(), await startSite()];
  [portal, browser] = await Promise.all([startPortal({ origins: [host.origin] }), launch()]);
}, { timeout: 240_000 });
after(async () => {
  await browser?.close();
  await Promise.all([portal?.stop(), host?.stop(), stranger?.stop()]);
}, { timeout: 60_000 });

const everything = "camera; microphone; geolocation; clipboard-write; fullscreen";
const doctor = () => `${portal.base}/p/acme/doctor`;
const frame = (attributes) => `<iframe title="Portal" width="100%" height="900" src="${doctor()}" ${attributes}></iframe>`;

/** Says hello as the portal's element does, but tells what its frame has. */
const hello = (fields = "allow: frame.allow") => `<script>
  const frame = document.querySelector("iframe");
  const hello = () => frame.contentWindow?.postMessage({ source: "onboarding-portal", version: 1, type: "hello", ${fields} }, "${portal.base}");
  frame.addEventListener("load", hello);
  setInterval(hello, 200);
</script>`;

/** Opens a page of the partner's and waits for the doctor's last word. */
async function diagnose(page, body, headers) {
  await page.goto(host.page(body, headers));
  const inner = page.frames()[1];
  await inner.locator('main[data-doctor="done"]').waitFor();
  const found = await inner.locator("[data-check]").evaluateAll((all) => Object.fromEntries(all.map((item) => [item.dataset.check, item.dataset.result])));
  const said = (check) => inner.locator(`[data-check="${check}"] [data-finding]:not([hidden])`).innerText();
  return { inner, found, said };
}

const with3 = (result, ...checks) => (found) => assert.deepEqual(checks.filter((check) => found[check] !== result), [], JSON.stringify(found));
const powers = ["camera", "microphone", "geolocation", "clipboard-write", "fullscreen"].map((power) => `allow-${power}`);

const inDoctor = (title, walk, options) => test(title, { timeout: 120_000 }, async () => {
  const context = await person(browser, options);
  try {
    await walk(await context.newPage(), context);
  } finally {
    await context.close();
  }
});

/** Chromium with a profile of its own: what it does with cookies is the profile's to say. */
async function withProfile(profile, walk) {
  const directory = mkdtempSync(join(tmpdir(), "portal-profile-"));
  mkdirSync(join(directory, "Default"));
  writeFileSync(join(directory, "Default", "Preferences"), JSON.stringify({ profile }));
  const context = await chromium.launchPersistentContext(directory, { executablePath: process.env.CHROMIUM || "/usr/bin/chromium" });
  try {
    await walk(await context.newPage());
  } finally {
    await context.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

test("where everything is right it says so of everything", { timeout: 120_000 }, () => withProfile({ cookie_controls_mode: 0 }, async (page) => {
  const { inner, found } = await diagnose(page, frame(`allow="${everything}"`) + hello());
  assert.deepEqual(Object.entries(found).filter(([, result]) => result !== "right"), []);
  assert.ok(Object.keys(found).length >= 17, `${Object.keys(found).length} tests`);
  await inner.locator('[data-verdict="right"]').waitFor();
  const report = JSON.parse(await inner.locator("#doctor-report").textContent());
  assert.deepEqual([report.portal, report.around, report.results.cookies.result], [portal.base, [host.origin], "right"]);
}));

inDoctor("a browser that keeps third-party cookies out still keeps one of the frame's own", async (page) => {
  const { found } = await diagnose(page, frame(`allow="${everything}"`) + hello());
  assert.equal(found.cookies, "right");
});

inDoctor("without allow each power is missed, with the attribute to write", async (page) => {
  const { found, said } = await diagnose(page, frame(""));
  with3("wrong", ...powers)(found);
  assert.match(await said("allow-camera"), /allow="camera; microphone; geolocation; clipboard-write; fullscreen"/);
  with3("unknown", "permissions-policy", "handshake")(found);
  with3("right", "frame", "sandbox", "https", "secure-context", "clock", "referrer", "isolation")(found);
});

inDoctor("allow that means the partner's own page is as good as none", async (page) => {
  const { found, said } = await diagnose(page, frame("allow=\"camera 'self'; microphone; geolocation; clipboard-write; fullscreen\"") + hello());
  with3("wrong", "allow-camera")(found);
  with3("right", ...powers.slice(1))(found);
  assert.match(await said("allow-camera"), /Your frame, and every frame around it, needs/);
});

inDoctor("a page whose own policy refuses the camera is told which header to send", async (page) => {
  const { found, said } = await diagnose(page, frame(`allow="${everything}"`) + hello(), { "Permissions-Policy": "camera=()" });
  with3("wrong", "allow-camera", "permissions-policy")(found);
  with3("right", ...powers.slice(1))(found);
  assert.ok((await said("allow-camera")).includes(`Permissions-Policy: camera=(self "${portal.base}")`));
});

inDoctor("the portal's element is never at fault for what is refused", async (page) => {
  const { found } = await diagnose(page, frame(`allow="${everything}"`) + hello(""), { "Permissions-Policy": "microphone=(self)" });
  assert.deepEqual([found["allow-camera"], found["allow-microphone"], found["permissions-policy"]], ["right", "wrong", "wrong"]);
});

inDoctor("where the page around doesn't say what its frame has, it isn't blamed for its header", async (page) => {
  const { found, said } = await diagnose(page, frame(`allow="${everything}"`), { "Permissions-Policy": "camera=(self)" });
  assert.deepEqual([found["allow-camera"], found["permissions-policy"]], ["wrong", "unknown"]);
  assert.match(await said("permissions-policy"), /Permissions-Policy: camera=\(self "http/);
});

inDoctor("a sandbox without allow-same-origin is found out, and the page is whole in it", async (page) => {
  const { inner, found, said } = await diagnose(page, frame(`sandbox="allow-scripts allow-forms" allow="${everything}"`));
  with3("wrong", "sandbox", "cookies", "storage")(found);
  assert.match(await said("sandbox"), /lacks allow-same-origin/);
  assert.match(await said("sandbox"), /sandbox="allow-scripts allow-same-origin allow-forms/);
  assert.equal(await inner.locator("main").evaluate((main) => getComputedStyle(main).getPropertyValue("--accent") !== ""), true, "the style is there");
});

inDoctor("a sandbox without allow-forms is found out, and one with it is asked to be looked at", async (page) => {
  const closed = await diagnose(page, frame(`sandbox="allow-scripts allow-same-origin" allow="${everything}"`) + hello());
  assert.equal(closed.found.sandbox, "wrong");
  assert.match(await closed.said("sandbox"), /lacks allow-forms/);
  const open = await diagnose(page, frame(`sandbox="allow-scripts allow-same-origin allow-forms" allow="${everything}"`) + hello());
  assert.equal(open.found.sandbox, "unknown");
  with3("right", "cookies", ...powers)(open.found);
});

inDoctor("in a sandbox without allow-scripts the page says what to check by hand", async (page) => {
  await page.goto(host.page(frame('sandbox="allow-same-origin"')));
  const inner = page.frameLocator("iframe");
  await inner.locator("#doctor-hand").waitFor();
  assert.match(await inner.locator("noscript").innerText(), /lacks allow-scripts[^]*sandbox="allow-scripts allow-same-origin/);
  assert.equal(await inner.locator("[data-doctor-found]").isVisible(), false);
});

test("where the browser keeps no cookies it says that nothing is to be changed", { timeout: 120_000 }, () => withProfile({ default_content_setting_values: { cookies: 2 } }, async (page) => {
  const { found, said } = await diagnose(page, frame(`allow="${everything}"`) + hello());
  with3("wrong", "cookies")(found);
  with3("right", "sandbox", ...powers)(found);
  assert.match(await said("cookies"), /nothing to change in your page/);
}));

inDoctor("a frame without credentials, a hidden referrer and a wrong clock are told", async (page) => {
  const { found } = await diagnose(page, frame(`credentialless allow="${everything}"`) + hello(), { "Referrer-Policy": "no-referrer" });
  assert.deepEqual([found.isolation, found.referrer, found.clock], ["wrong", "unknown", "right"]);
  await page.route(doctor(), async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace(/data-now="(\d+)"/, (_, now) => `data-now="${Number(now) - 45_000}"`) });
  });
  const late = await diagnose(page, frame(`allow="${everything}"`) + hello());
  assert.equal(late.found.clock, "wrong");
  assert.match(await late.inner.locator('[data-check="clock"] [data-facts]').innerText(), /\+4[4-9] s/);
});

inDoctor("a page that is not listed shows nothing, wherever it is in the chain", async (page) => {
  for (const address of [stranger.page(frame("")), stranger.page(`<iframe title="Partner" src="${host.page(frame(""))}"></iframe>`)]) {
    await page.goto(address);
    const inner = page.frames().at(-1);
    assert.equal(await inner.locator("main[data-doctor]").count(), 0);
  }
});

inDoctor("opened alone it says how to put it in a frame, and by whom that may be done", async (page) => {
  await page.goto(doctor());
  await page.locator('main[data-doctor="done"]').waitFor();
  await page.locator('[data-verdict="alone"]').waitFor();
  assert.equal(await page.locator("[data-doctor-origins]").innerText(), host.origin);
  assert.equal(await page.locator("#doctor-element").innerText(), `<script type="module" src="${portal.base}/embed.js"></script>\n<onboarding-portal src="${doctor()}"></onboarding-portal>`);
  assert.equal(await page.locator('[data-check="cookies"]').getAttribute("data-result"), "right");
});

inDoctor("what it says is accessible and fits on a phone, in both languages", async (page) => {
  const problems = [];
  for (const [locale, look] of [["en", "light"], ["de-DE", "dark"]]) {
    await page.context().setExtraHTTPHeaders({ "Accept-Language": locale });
    await page.emulateMedia({ colorScheme: look });
    const { inner } = await diagnose(page, frame(""));
    for (const size of ["laptop", "phone"]) {
      await page.setViewportSize(sizes[size]);
      problems.push(...[...(await violations(inner)), ...(await misfits(inner))].map((words) => `${locale}, ${size}: ${words}`));
    }
  }
  assert.deepEqual(problems, []);
});
