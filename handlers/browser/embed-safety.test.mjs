// Who is believed, who is told, and what is said where nothing comes.
import assert from "node:assert/strict";
import { element, hears, hostPage, inside, open, recorder, said } from "./lib/host.mjs";
import { at, unsigned } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite({ host: true });

/** Every message there is, as a page of anybody's may send it. */
const every = [
  { type: "ready", stage: "complete", state: "ready" }, { type: "stagechange", stage: "complete", state: "ready" }, { type: "complete" },
  { type: "exit" }, { type: "resize", height: 5000 }, { type: "problem", code: "session-expired" }, { type: "hello" },
].map((message) => ({ source: "onboarding-portal", version: 1, ...message }));

const frameHeight = (page) => page.evaluate(() => document.querySelector("onboarding-portal").shadowRoot.querySelector("iframe").style.height);

file.test("messages from other windows and of other shapes are not believed", { tolerate: [/target origin|recipient window/] }, async (somebody) => {
  const { page, room, host } = somebody;
  const { link } = await room.build("processed");
  // A frame of the same site that says everything, to the window around it.
  host.put("/evil", `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Evil</title>
    <script>for (const message of ${JSON.stringify(every)}) parent.postMessage(message, "*");</script></head><body></body></html>`);
  await open(somebody, `${element(link.url)}<iframe title="Evil" src="/evil"></iframe><iframe title="Evil from elsewhere" src="${host.unlisted}/evil"></iframe>`);
  await hears(page, "stagechange compliance-review/waiting");
  await page.waitForTimeout(300);
  const height = await frameHeight(page);
  await page.evaluate((all) => {
    for (const message of all) {
      postMessage(message, "*");
      dispatchEvent(new MessageEvent("message", { data: message, origin: "https://evil.example", source: window }));
      dispatchEvent(new MessageEvent("message", { data: message }));
    }
  }, every);
  await page.waitForTimeout(300);
  assert.deepEqual(await said(page), ["ready", "stagechange compliance-review/waiting"]);

  // From the right window too, only what there is.
  const portal = await inside(page);
  await portal.evaluate((origin) => {
    for (const odd of [
      null, "complete", { type: "complete" }, { source: "onboarding-portal", version: 2, type: "exit" }, { source: "onboarding-portal", version: 1, type: "toString" },
      { source: "onboarding-portal", version: 1, type: "complete" }, { source: "onboarding-portal", version: 1, type: "problem", code: "<b>" },
      { source: "onboarding-portal", version: 1, type: "resize", height: "9e9" }, { source: "onboarding-portal", version: 1, type: "stagechange", stage: "nowhere", state: "x" },
      { source: "onboarding-portal", version: 1, type: "resize", height: NaN },
    ]) parent.postMessage(odd, origin);
  }, host.origin);
  await page.waitForTimeout(300);
  assert.deepEqual(await said(page), ["ready", "stagechange compliance-review/waiting"]);
  assert.equal(await frameHeight(page), height);
});

file.test("a page answers no hello but that of a listed page around it", async (somebody) => {
  const { page, context, room, host, world } = somebody;
  const { link } = await room.build("processed");
  host.put("/neighbour", `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Neighbour</title></head><body></body></html>`);
  await open(somebody, `${element(link.url)}<iframe title="Neighbour" src="/neighbour"></iframe>`);
  const portal = await inside(page);
  await at(portal, "compliance-review/waiting");
  // A listed origin, but a window that is not around the page.
  const answers = await page.frames().find((frame) => frame.url().endsWith("/neighbour")).evaluate(async () => {
    const got = [];
    for (const window of [self, parent]) window.addEventListener("message", ({ data }) => got.push(data));
    parent.document.querySelector("onboarding-portal").shadowRoot.querySelector("iframe").contentWindow
      .postMessage({ source: "onboarding-portal", version: 1, type: "hello" }, "*");
    await new Promise((done) => setTimeout(done, 300));
    return got;
  });
  assert.deepEqual(answers, []);

  // A window that has opened the portal is not around it either.
  host.put("/opener", `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Opener</title></head><body></body></html>`);
  const opener = await context.newPage();
  await opener.goto(`${host.unlisted}/opener`);
  const [tab] = await Promise.all([context.waitForEvent("page"), opener.evaluate((url) => {
    window.got = [];
    addEventListener("message", ({ data }) => window.got.push(data));
    window.tab = open(url);
  }, `${world.portal}/p/acme/`)]);
  await tab.locator("main").waitFor();
  await opener.evaluate(() => window.tab?.postMessage({ source: "onboarding-portal", version: 1, type: "hello" }, "*"));
  await opener.waitForTimeout(300);
  assert.deepEqual(await opener.evaluate(() => window.got), []);
});

file.test("forms that the partner's page aims at the frame change nothing", { tolerate: [/403/] }, async (somebody) => {
  const { page, room, world } = somebody;
  const { customer_id, link } = await room.build("signings");
  await open(somebody, element(link.url));
  const portal = await inside(page);
  await at(portal, "activation/sign");
  const document = await unsigned(portal).first().getAttribute("data-document");
  await portal.evaluate(() => (window.name = "aimed-at"));
  for (const [path, fields] of [
    [`documents/${document}/sign`, { consent: "yes" }], ["sign-out", {}], ["identity", {}], ["preferences", { language: "de", theme: "dark" }],
    ["sign-up", { name: "Eve", email: "eve@evil.example", customer_type: "Person" }],
  ]) {
    await page.evaluate(({ action, fields }) => {
      const form = Object.assign(document.createElement("form"), { action, method: "post", target: "aimed-at" });
      for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { name, value }));
      document.body.append(form);
      form.submit();
    }, { action: `${world.portal}/p/acme/${path}`, fields });
    await portal.locator("[data-problem=forbidden]").waitFor();
    await portal.goto(`${world.portal}/p/acme/`);
    await at(portal, "activation/sign");
  }
  assert.equal(await portal.locator("html").getAttribute("lang"), "en");
  assert.deepEqual((await room.customer(customer_id)).signings ?? [], []);
  assert.ok(!(await room.customers()).some(({ name }) => name === "Eve"));
});

const refused = { tolerate: [/frame-ancestors|X-Frame-Options|chrome-error|target origin|recipient window|may not be framed|violates/] };

file.test("a page that is not listed frames nothing, and its operator is given the line to add", refused, async ({ page, room, host, world }) => {
  const { link } = await room.build("processed");
  const lines = [];
  page.on("console", (message) => message.text().includes("<onboarding-portal>") && lines.push(message.text()));
  host.put("/", hostPage(world.portal, element(link.url)));
  await page.goto(host.unlisted);
  assert.deepEqual(await hears(page, "problem frame-refused origin"), ["problem frame-refused origin"]);
  assert.equal(lines.length, 1);
  assert.match(lines[0], new RegExp(`add ${host.unlisted} to the "origins" of partner "acme"`));
});

file.test("a page whose own policy forbids the frame is told so", { tolerate: [/violation|frame-src|Content-Security-Policy|Content Security Policy|violates|chrome-error|target origin|recipient window/] }, async (somebody) => {
  const { page, room, host, world } = somebody;
  const { link } = await room.build("processed");
  host.put("/recorder.js", recorder, { "Content-Type": "text/javascript" });
  host.put("/", hostPage(world.portal, element(link.url)).replace(/<script>[\s\S]*?<\/script>/, '<script src="/recorder.js"></script>'), {
    "Content-Security-Policy": `default-src 'self' data:; script-src 'self' ${world.portal}`,
  });
  await page.goto(host.origin);
  assert.deepEqual(await hears(page, "problem frame-refused host-policy"), ["problem frame-refused host-policy"]);
});

file.test("where nothing comes it is said why", { tolerate: [/ERR_|chrome-error|target origin|recipient window|fetch|offline/i] }, async (somebody) => {
  const { page, context, room } = somebody;
  const { link } = await room.build("processed");
  const gone = "http://localhost:9/p/acme/start/x";
  await open(somebody, element(gone));
  assert.deepEqual(await hears(page, "problem load-failed unreachable"), ["problem load-failed unreachable"]);

  // A portal that answers, with a page that never comes.
  await context.route(link.url, () => {});
  await page.evaluate((src) => Object.assign(document.getElementById("portal"), { timeout: 300, src }), link.url);
  assert.equal((await hears(page, "problem load-failed timeout")).length, 2);
  await context.setOffline(true);
  await page.evaluate((src) => (document.getElementById("portal").src = src), link.url);
  await hears(page, "problem load-failed offline");
  await context.setOffline(false);
  await context.unroute(link.url);
  await page.evaluate((src) => (document.getElementById("portal").src = src), link.url);
  await hears(page, "stagechange compliance-review/waiting");
});

file.test("an app around the page is told the same, in each of the three ways", async ({ page, context, room }) => {
  const { link } = await room.build("active");
  await context.addInitScript(() => {
    window.told = { webkit: [], react: [], android: [] };
    window.webkit = { messageHandlers: { onboardingPortal: { postMessage: (message) => window.told.webkit.push(message) } } };
    window.ReactNativeWebView = { postMessage: (message) => window.told.react.push(JSON.parse(message)) };
    window.OnboardingPortal = { postMessage: (message) => window.told.android.push(JSON.parse(message)) };
  });
  await page.goto(link.url, { waitUntil: "commit" });
  await at(page, "complete/ready");
  await page.waitForFunction(() => window.told.android.some(({ type }) => type === "complete"));
  const told = await page.evaluate(() => window.told);
  const message = (type, more) => ({ source: "onboarding-portal", version: 1, type, ...more });
  assert.deepEqual(told.webkit, [message("ready", { stage: "complete", state: "ready" }), message("complete")]);
  assert.deepEqual(told.react, told.webkit);
  assert.deepEqual(told.android, told.webkit);
});
