// Pages that are told of what changes.
import assert from "node:assert/strict";
import { at, enterAs, sign, unsigned } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();

/** The page's clock stands still: what it does it does because it was told. */
async function frozen(page) {
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 1000);
}
const opened = (page) => page.waitForResponse((response) => new URL(response.url()).pathname.endsWith("/events"));

file.test("what one tab finds out the others are told at once", async ({ page, context, room }) => {
  await frozen(page);
  const listening = opened(page);
  const customer = await enterAs(page, room, "processed");
  await listening;
  await room.pull(customer, "begin-review");
  const second = await context.newPage();
  await second.goto(page.url());
  await at(second, "compliance-review/reviewing");
  await page.clock.runFor(10);
  await at(page, "compliance-review/reviewing");
  assert.match(await page.locator("#live").textContent(), /has changed/);
});

file.test("a document signed in one tab is signed in the other, where what was ticked stays", async ({ page, context, room }) => {
  await enterAs(page, room, "signings");
  const second = await context.newPage();
  const listening = opened(second);
  await second.goto(page.url());
  await listening;
  const [, other] = await unsigned(second).evaluateAll((all) => all.map(({ dataset }) => dataset.document));
  await second.locator(`[data-document="${other}"] input[name=consent]`).check();
  await sign(unsigned(page).first());
  await second.locator('li[data-document][data-signed="true"]').waitFor();
  assert.ok(await second.locator(`[data-document="${other}"] input[name=consent]`).isChecked());
});

file.test("a page in the background listens no more, and catches up when it is looked at", async ({ page, context, room }) => {
  const customer = await enterAs(page, room, "processed");
  const look = (state) => page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state === "away");
  await look("away");
  await room.pull(customer, "begin-review");
  const second = await context.newPage();
  await second.goto(page.url());
  await at(second, "compliance-review/reviewing");
  await at(page, "compliance-review/waiting");
  const listening = opened(page);
  await look("here");
  await listening;
  await at(page, "compliance-review/reviewing");
});
