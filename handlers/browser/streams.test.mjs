// Pages whose stream breaks, and pages that are somebody else's by now.
import assert from "node:assert/strict";
import { after } from "node:test";
import { openMiddle } from "./lib/middle.mjs";
import { at, begin, enter, enterAs, sign, unsigned } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();
let middle;
/** The way to the portal that fails when it is told to. */
const between = async ({ home }) => (middle ??= await openMiddle(new URL(home()).host.replace("localhost", "127.0.0.1")));
after(() => middle?.close());

const answered = (page, name, status) => page.waitForResponse((response) =>
  new URL(response.url()).pathname.endsWith(name) && response.status() === status);
const polled = (page) => page.waitForResponse((response) => response.request().headers()["x-portal-poll"] === "1");

/** Time stands still for the page, and goes on when the test says so. */
async function frozen(page) {
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 1000);
}

/** Somebody who waits, with a stream; by way of the middle, if there is one. */
async function waiting(page, room, { by, scenario = "processed" } = {}) {
  const { customer_id, link, customer } = await room.build(scenario);
  await frozen(page);
  const listening = answered(page, "/events", 200);
  await enter(page, by ? link.url.replace(/^https?:\/\/[^/]+/, by.origin) : link.url, `${customer.stage}/${customer.state}`);
  await listening;
  // Once it has asked and been told nothing new it relies on the stream.
  const again = polled(page);
  await page.clock.runFor(5_000);
  await again;
  return customer_id;
}

/** Somebody else finds out what has changed, so that the portal tells. */
async function foundOut(context, page, state) {
  const second = await context.newPage();
  await second.goto(page.url());
  await at(second, state);
  await second.close();
}

file.test("a page listens again after the portal was away and a proxy said so", { tolerate: [/status of 502/] }, async ({ page, context, room, ...given }) => {
  await between(given);
  middle.pass();
  const customer = await waiting(page, room, { by: middle });
  const refused = answered(page, "/events", 502);
  middle.refuse();
  await refused;
  middle.pass();
  const listening = answered(page, "/events", 200);
  await page.clock.runFor(6_000);
  await listening;
  await room.pull(customer, "begin-review");
  await foundOut(context, page, "compliance-review/reviewing");
  await page.clock.runFor(10);
  await at(page, "compliance-review/reviewing");
});

file.test("a page whose stream has died without a word finds out within a minute, and listens anew", async ({ page, context, room, ...given }) => {
  await between(given);
  middle.pass();
  const customer = await waiting(page, room, { by: middle });
  middle.deafen();
  await room.pull(customer, "begin-review");
  await foundOut(context, page, "compliance-review/reviewing");
  const listening = answered(page, "/events", 200);
  await page.clock.runFor(60_000);
  await listening;
  await at(page, "compliance-review/reviewing");
  await room.pull(customer, "approve");
  await foundOut(context, page, "activation/sign");
  await page.clock.runFor(10);
  await at(page, "activation/sign");
});

file.test("a page says that its session is over soon after it was ended in another tab", { tolerate: [/status of 401/] }, async ({ page, context, room }) => {
  await waiting(page, room);
  const second = await context.newPage();
  await second.goto(page.url());
  const refused = answered(page, "/events", 401);
  await second.locator('form[action$="/sign-out"] button').click();
  await refused;
  await page.clock.runFor(6_000);
  await page.locator("main:not([data-stage])").waitFor();
  assert.equal(await page.locator('form[action$="/sign-out"]').count(), 0);
});

file.test("a page follows into another language as a whole, and what was agreed to in the first is not ticked", async ({ page, context, room }) => {
  await waiting(page, room, { scenario: "signings" });
  await unsigned(page).first().locator("input[name=consent]").check();
  const second = await context.newPage();
  await second.goto(page.url());
  await second.locator("details.preferences summary").click();
  await second.locator('button[name=language][value=de]').click();
  await second.locator("html[lang=de]").waitFor();
  await page.clock.runFor(61_000);
  await page.locator("html[lang=de]").waitFor();
  assert.match(await page.locator(".letterhead").innerText(), /Abmelden/);
  assert.equal(await page.locator("input[name=consent]:checked").count(), 0);
});

file.test("a page becomes the other customer's as a whole where another has come in beside it", async ({ page, context, room }) => {
  await waiting(page, room, { scenario: "signings" });
  await unsigned(page).first().locator("input[name=consent]").check();
  const token = page.locator(".letterhead input[name=token]").first();
  const before = await token.inputValue();
  const second = await context.newPage();
  const streamsEnd = answered(page, "/events", 200);
  await enterAs(second, room, "signings");
  await streamsEnd; // its own has ended with the session, and it asks for the other's
  await page.clock.runFor(61_000);
  await page.waitForFunction((old) => document.querySelector(".letterhead input[name=token]")?.value !== old, before);
  assert.equal(await token.inputValue(), await second.locator(".letterhead input[name=token]").first().inputValue());
  assert.equal(await page.locator("input[name=consent]:checked").count(), 0);
});

file.test("whoever has the keyboard on a button or a link keeps it there when the page changes", async ({ page, context, room }) => {
  const customer = await waiting(page, room, { scenario: "signings" });
  const second = await context.newPage();
  await second.goto(page.url());
  const [first, other] = await unsigned(page).evaluateAll((all) => all.map(({ dataset }) => dataset.document));
  for (const [control, change] of [
    ["form.sign button", () => sign(second.locator(`article[data-document="${first}"]`))],
    ["a.outward", () => room.pull(customer, "new-terms", { title: "One more" }).then(() => second.reload())],
  ]) {
    const place = page.locator(`[data-document="${other}"] ${control}`);
    await place.focus();
    const before = await page.locator("main").getAttribute("data-version");
    await change();
    await page.clock.runFor(61_000);
    await page.waitForFunction((old) => document.querySelector("main").dataset.version !== old, before);
    assert.ok(await place.evaluate((element) => element === document.activeElement), control);
  }
});

file.test("a page that failed comes back by itself, and not before it said", { tolerate: [/status of 503/] }, async ({ page, room }) => {
  // A webhook would have the portal read about them before they come.
  await room.settings({ webhooks: "dropped" });
  const { link, customer } = await room.build("processed");
  await room.settings({ webhooks: "" });
  await room.fault({ kind: "down" });
  await frozen(page);
  await page.goto(link.url, { waitUntil: "commit" });
  await page.locator("[data-support-code]").waitFor();
  const wait = 1000 * (await page.locator("main").getAttribute("data-wait"));
  let asked = 0;
  page.on("request", (request) => (asked += request.headers()["x-portal-poll"] === "1"));
  await room.clearFaults();
  await page.clock.runFor(wait - 2_000);
  assert.equal(asked, 0);
  // Iron is left alone for a while after it has failed.
  for (let times = 0; times < 60 && !(await page.locator("main[data-stage]").count()); times++) {
    const answered = polled(page);
    await page.clock.runFor(times ? 31_000 : 4_000);
    await (await answered).finished();
    await page.evaluate(() => new Promise((done) => queueMicrotask(done)));
  }
  await at(page, `${customer.stage}/${customer.state}`);
});

file.test("a page that another has become is laid out like it and begins at its top", async ({ page, context, room }) => {
  const customer = await waiting(page, room);
  await page.evaluate(() => scrollTo(0, 100_000));
  await room.pull(customer, "decline");
  const second = await context.newPage();
  await second.goto(page.url());
  await page.clock.runFor(10);
  await at(page, "submission/retry");
  assert.equal(await page.evaluate(() => scrollY), 0);
  await begin(second);
  await at(second, "submission/continue");
  await page.clock.runFor(10);
  await at(page, "submission/continue");
  const look = () => page.evaluate(() => [document.body.className, location.pathname, document.title]);
  const become = await look();
  await page.reload();
  assert.deepEqual(become, await look());
  assert.match(become[0], /wide/);
});

file.test("a page that nobody looks at asks for nothing, and one whose network is back asks at once", { tolerate: [/ERR_INTERNET_DISCONNECTED/] }, async ({ page, context, room }) => {
  await waiting(page, room);
  let asked = 0;
  page.on("request", (request) => (asked += request.headers()["x-portal-poll"] === "1"));
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.clock.runFor(61_000);
  assert.equal(asked, 0);
  await page.evaluate(() => delete document.hidden);
  await context.setOffline(true);
  const again = polled(page);
  await context.setOffline(false);
  await page.clock.runFor(10);
  assert.equal((await again).status(), 200);
});
