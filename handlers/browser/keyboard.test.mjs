// With nothing but a keyboard: everything is reached, in order, and what has the
// focus can be seen.
import assert from "node:assert/strict";
import { focused } from "./lib/checks.mjs";
import { answer, openSteps, personSteps, submit } from "./lib/hosted.mjs";
import { at, begin, enterAs, frame, unsigned } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();

/** Presses Tab until the focus is on what matches; every stop on the way must be seen. */
async function tabTo(page, selector, key = "Tab") {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press(key);
    const stop = await focused(page);
    if (stop.tag !== "iframe" && stop.tag !== "body") {
      assert.ok(stop.outlined && stop.onScreen, `the focus can't be seen on ${JSON.stringify(stop)}`);
    }
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab never comes to ${selector}`);
}

file.test("signing up, beginning, reading and signing need no mouse", { tolerate: [/status of 422/] }, async ({ page, room, home }) => {
  await page.goto(home());
  await tabTo(page, 'form[action$="/sign-up"] button');
  await page.keyboard.press("Enter");

  await page.locator("[role=alert]").waitFor();
  await tabTo(page, '[role=alert] a[href="#customer_type"]');
  await page.keyboard.press("Enter");
  assert.equal((await focused(page)).id, "customer_type");
  await page.keyboard.press("Space");
  await tabTo(page, "#name");
  await page.keyboard.type("Ada Example");
  await tabTo(page, "#email");
  await page.keyboard.type("ada@customers.example");
  await page.keyboard.press("Enter");
  await at(page, "submission/start");

  await tabTo(page, 'form[action$="/identity"] button');
  await page.keyboard.press("Enter");
  await at(page, "submission/continue");
  const [customer] = await room.customers();
  await tabTo(page, 'a[href="#after-frame"]');
  await page.keyboard.press("Enter");
  await tabTo(page, "#after-frame a.button");
  await room.pull(customer.id, "submit");
  await room.pull(customer.id, "approve");
  await page.keyboard.press("Enter");
  await at(page, "activation/sign");

  await tabTo(page, 'article a[href*="/documents/"]');
  await page.keyboard.press("Enter");
  await page.locator("iframe.document-frame").waitFor();
  await tabTo(page, "input[name=consent]");
  await page.keyboard.press("Space");
  await tabTo(page, "form.sign button");
  await page.keyboard.press("Enter");
  await page.locator('[data-document][data-signed="true"]').waitFor();
  await tabTo(page, "input[name=consent]");
  await page.keyboard.press("Space");
  await tabTo(page, "form.sign button");
  await page.keyboard.press("Space");
  await at(page, "complete/rails-pending");
});

file.test("the first Tab on each page offers to skip to its main part", async ({ page, room, home }) => {
  const skips = async () => {
    await page.keyboard.press("Tab");
    const stop = await focused(page);
    assert.equal(stop.href, "#main");
    assert.ok(stop.outlined && stop.onScreen);
    await page.keyboard.press("Enter");
    assert.equal((await focused(page)).id, "main");
  };
  await page.goto(home());
  await skips();
  await enterAs(page, room, "processed");
  await page.reload();
  await skips();
});

file.test("the hosted page can be gone into and past", async ({ page, room }) => {
  await enterAs(page, room, "pending");
  await tabTo(page, 'a[href="#after-frame"]');
  await page.keyboard.press("Tab");
  assert.equal((await focused(page)).id, "identity-frame", "the frame comes next");
  await tabTo(page, "#after-frame a.button");
  await tabTo(page, 'a[href="#after-frame"]', "Shift+Tab");
  await page.keyboard.press("Enter");
  assert.equal((await focused(page)).id, "after-frame");
  await page.keyboard.press("Tab");
  assert.match((await focused(page)).href, /\/p\/acme\/$/);
});

file.test("the focus stays with the reader when the page renews itself", async ({ page, room }) => {
  await page.clock.install();
  const customer = await enterAs(page, room, "processed");
  await page.locator("main a.button").last().focus();
  await room.pull(customer, "begin-review");
  await page.clock.runFor(6_000);
  await at(page, "compliance-review/reviewing");
  assert.notEqual((await focused(page)).tag, "body");
  await room.pull(customer, "approve");
  await page.clock.runFor(6_000);
  await at(page, "activation/sign");
  assert.notEqual((await focused(page)).tag, "body");
});

file.test("handing in in the frame leaves the keyboard on the page that comes", async ({ page, room }) => {
  await enterAs(page, room, "none");
  await begin(page);
  await at(page, "submission/continue");
  await openSteps(frame(page));
  for (const step of personSteps) await answer(frame(page), step);
  await submit(frame(page));
  await at(page, "compliance-review/waiting");
  await tabTo(page, "main a.button");
});

file.test("settings open and close by keyboard, and a choice keeps the place", async ({ page, room }) => {
  await enterAs(page, room, "signings");
  await tabTo(page, "details.preferences summary");
  await page.keyboard.press("Enter");
  await tabTo(page, "button[name=theme][value=dark]");
  await page.keyboard.press("Enter");
  await at(page, "activation/sign");
  await page.locator("html[data-theme=dark]").waitFor();
  assert.equal(await unsigned(page).count(), 2);
});
