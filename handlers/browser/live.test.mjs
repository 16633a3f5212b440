// Pages that renew themselves while somebody looks at them, and forms that are sent
// more often than once.
import assert from "node:assert/strict";
import { at, begin, enter, enterAs, frame, sign, signUp, unsigned, words } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();

/** The page's own clock is the test's, so that nobody waits for the next question. */
const slow = 35_000;
const live = (title, walk, options = {}) => file.test(title, { news: false, ...options }, async (given) => {
  await given.page.clock.install();
  await walk(given);
});
const asked = (page) => page.waitForResponse((response) => response.request().headers()["x-portal-poll"] === "1" && response.status() === 200);

/** Lets the page ask once, and returns when it has dealt with the answer. */
async function ask(page) {
  const answered = asked(page);
  await page.clock.runFor(slow);
  await (await answered).finished();
  await page.evaluate(() => new Promise((done) => queueMicrotask(done)));
}

/** Asks until there is what is looked for: an answer may be two seconds old. */
async function askFor(page, there) {
  for (let times = 0; times < 200 && !(await there()); times++) await ask(page);
}

live("a change is shown by itself and said once, politely", async ({ page, room }) => {
  const customer = await enterAs(page, room, "processed");
  await page.evaluate(() => {
    window.said = [];
    const region = document.getElementById("live");
    new MutationObserver(() => window.said.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
  });
  assert.equal(await page.locator("#live").getAttribute("role"), "status");
  await ask(page);
  assert.deepEqual(await page.evaluate(() => window.said), [], "nothing has changed, so nothing is said");
  await room.pull(customer, "begin-review");
  await askFor(page, () => page.locator("main[data-state=reviewing]").count());
  await at(page, "compliance-review/reviewing");
  await ask(page);
  assert.deepEqual(await page.evaluate(() => window.said), ["This page has changed: Iron is reviewing your check"]);
  assert.equal(await page.title(), "Iron is reviewing your check – Acme Pay");
});

live("the hosted page is left alone for as long as its address is the same", async ({ page, context, room }) => {
  const customer = await enterAs(page, room, "pending");
  await frame(page).locator("[data-begin]").click();
  await frame(page).locator("select").first().selectOption("DE");
  await page.evaluate(() => (document.getElementById("identity-frame").planted = true));
  await ask(page);
  const version = (place) => place.locator("main").getAttribute("data-version");
  const before = await version(page);
  await room.pull(customer, "set-edd", { with_edd: "true" });
  const second = await context.newPage();
  do await second.goto(page.url()); while ((await version(second)) === before); // until the portal knows
  await ask(page);
  assert.ok(await page.evaluate(() => document.getElementById("identity-frame").planted), "the frame is the same element");
  assert.equal(await frame(page).locator("select").first().inputValue(), "DE");
  await room.pull(customer, "submit");
  await askFor(page, () => page.locator("main[data-state=waiting]").count());
  await at(page, "compliance-review/waiting");
});

live("a ticked box stays ticked when another document is added, and not when its own has changed", async ({ page, room }) => {
  const customer = await enterAs(page, room, "signings");
  const [first] = (await room.customer(customer)).required_signings;
  const box = page.locator(`[data-document="${first.id}"] input[name=consent]`);
  await box.check();
  await ask(page);
  assert.ok(await box.isChecked());
  await room.pull(customer, "new-terms", { title: "One more" });
  await askFor(page, () => unsigned(page).nth(2).count());
  assert.ok(await box.isChecked(), "what was ticked is still ticked");
  assert.equal(await page.locator("input[name=consent]:checked").count(), 1);
  // One comes as words from now on, under the same id.
  for (const other of await page.locator("input[name=consent]").all()) await other.check();
  await room.pull(customer, "older-signings", { on: "true" });
  await askFor(page, async () => (await page.locator("input[name=consent]:checked").count()) < 3);
  assert.equal(await page.locator("input[name=consent]:checked").count(), 2);
  await room.pull(customer, "replace-documents", { titles: ["A whole new one"] });
  await askFor(page, () => page.getByRole("heading", { name: "A whole new one" }).count());
  assert.equal(await page.locator("input[name=consent]:checked").count(), 0);
});

live("a page whose portal can't be reached for a while stays, and catches up later", async ({ page, context, room }) => {
  const customer = await enterAs(page, room, "processed");
  await context.setOffline(true);
  await page.clock.runFor(slow);
  await at(page, "compliance-review/waiting");
  await context.setOffline(false);
  await room.pull(customer, "approve");
  await askFor(page, () => page.locator("main[data-state=sign]").count());
  await at(page, "activation/sign");
}, { tolerate: [/ERR_INTERNET_DISCONNECTED/] });

file.test("who says “I’m done” need not wait for the page to find out by itself", { tolerate: [/ERR_FAILED/] }, async ({ page, room }) => {
  await page.route("**/identity", (route) => (route.request().headers()["x-portal-poll"] ? route.abort() : route.continue()));
  const customer = await enterAs(page, room, "pending");
  await room.pull(customer, "submit");
  await page.locator("#after-frame a.button").click();
  await at(page, "compliance-review/waiting");
});

const posts = async (room, customer, end) => (await room.log(customer)).filter(({ method, path }) => method === "POST" && path.includes(end));

file.test("a double click on Agree and sign signs once", async ({ page, room }) => {
  const customer = await enterAs(page, room, "signings");
  const document = unsigned(page).first();
  await document.locator("input[name=consent]").check();
  await document.locator("form button").dblclick();
  await page.locator('[data-document][data-signed="true"]').waitFor();
  assert.equal((await room.customer(customer)).signings.length, 1);
  assert.equal((await posts(room, customer, "/signings")).length, 1);
});

file.test("the same form sent from two tabs signs once, and the second says so", { news: false }, async ({ page, context, room }) => {
  const customer = await enterAs(page, room, "signings");
  const second = await context.newPage();
  await second.goto(page.url());
  for (const tab of [page, second]) await unsigned(tab).first().locator("input[name=consent]").check();
  await unsigned(page).first().locator("form button").click();
  await page.locator('[data-document][data-signed="true"]').waitFor();
  await unsigned(second).first().locator("form button").click();
  assert.match(await words(second.locator(".notice")), /signed this document already/);
  assert.equal((await posts(room, customer, "/signings")).length, 1);
});

file.test("two tabs that begin the check at once make one identification", { news: false }, async ({ page, context, room }) => {
  const customer = await enterAs(page, room, "none");
  const second = await context.newPage();
  await second.goto(page.url());
  await Promise.all([begin(page), begin(second)]);
  await Promise.all([at(page, "submission/continue"), at(second, "submission/continue")]);
  assert.equal((await room.customer(customer)).identifications.length, 1);
  assert.equal(await page.locator("#identity-frame").getAttribute("src"), await second.locator("#identity-frame").getAttribute("src"));
});

file.test("signing up with a double click makes one customer", async ({ page, room, home }) => {
  await page.goto(home());
  const button = page.locator('form[action$="/sign-up"] button');
  await button.evaluate((element) => element.addEventListener("click", () => element.click(), { once: true }));
  await signUp(page, { email: "twice@customers.example" });
  await at(page, "submission/start");
  assert.equal((await room.customers()).filter(({ email }) => email === "twice@customers.example").length, 1);
});

file.test("a form that the customer went back to after signing signs nothing more", async ({ page, room }) => {
  const { customer_id, link } = await room.build("signings");
  await enter(page, link.url, "activation/sign");
  const form = await unsigned(page).first().locator("form").evaluate((element) => ({
    action: element.action, fields: Object.fromEntries(new FormData(element)),
  }));
  await unsigned(page).first().locator("input[name=consent]").check();
  await unsigned(page).first().locator("form button").click();
  await page.locator('[data-document][data-signed="true"]').waitFor();
  const answer = await page.context().request.post(form.action, { form: { ...form.fields, consent: "yes" }, headers: { Origin: new URL(form.action).origin } });
  assert.equal(answer.status(), 200);
  assert.equal((await room.customer(customer_id)).signings.length, 1);
});

file.test("the back button shows what is signed by now, not what the page once was", async ({ page, room }) => {
  await enterAs(page, room, "signings");
  const before = await unsigned(page).count();
  await page.locator('article a[href*="/documents/"]').first().click();
  await sign(page.locator("article[data-document]"));
  await page.locator('li[data-document][data-signed="true"]').waitFor();
  await page.goBack({ waitUntil: "commit" });
  await at(page, "activation/sign");
  await page.locator('li[data-document][data-signed="true"]').waitFor();
  assert.equal(await unsigned(page).count(), before - 1);
});

file.test("a page out of the browser's memory is loaded anew, as it may be older than a sign-out", async ({ page, room, world }) => {
  await enterAs(page, room, "pending");
  // A page that has asked for something itself is never kept; this one asks for nothing.
  await page.goto(new URL("phone", page.url()).href);
  await page.evaluate(() => {
    window.old = true;
    addEventListener("pageshow", ({ persisted }) => (sessionStorage.persisted = persisted));
  });
  await page.goto(world.bank);
  await page.goBack({ waitUntil: "commit" });
  await page.waitForFunction(() => sessionStorage.persisted === "true" && !window.old && document.querySelector("main[data-stage]"));
});

file.test("a document that changed under the reader's feet is not signed", { tolerate: [/status of (409|422)/] }, async ({ page, room }) => {
  const customer = await enterAs(page, room, "signings");
  await unsigned(page).first().locator("input[name=consent]").check();
  await room.pull(customer, "replace-documents", { titles: ["Other terms"] });
  await unsigned(page).first().locator("form button").click();
  await page.getByRole("heading", { name: "Other terms" }).waitFor();
  assert.equal((await room.customer(customer)).signings.length, 0);
});

file.test("a box that was not ticked is pointed out and nothing is signed", { tolerate: [/status of 422/] }, async ({ page, room }) => {
  const customer = await enterAs(page, room, "signings");
  await unsigned(page).first().locator("form button").click();
  const link = page.locator("[role=alert][data-problem] a");
  await link.click();
  assert.equal(await page.evaluate(() => document.activeElement.name), "consent");
  assert.equal((await room.customer(customer)).signings.length, 0);
});
