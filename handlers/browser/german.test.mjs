// German, where it is chosen, and nothing but German.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { at, enter, enterAs, sign, title, unsigned, words } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();
const german = { locale: "de-DE" };

/** Every English sentence, without its placeholders. Short words may be German too. */
const catalogue = JSON.parse(readFileSync(new URL("../../views/locales/en.json", import.meta.url)));
const english = Object.values(catalogue)
  .flatMap((entry) => (typeof entry === "string" ? [entry] : Object.values(entry)))
  .flatMap((sentence) => sentence.split(/\{\{.*?\}\}/).map((part) => part.trim()))
  .filter((part) => part.split(" ").length > 2);

async function onlyGerman(page) {
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  const text = await page.evaluate(() => {
    const names = [...document.querySelectorAll("[aria-label], [title], [alt]")].flatMap((e) => ["aria-label", "title", "alt"].map((a) => e.getAttribute(a) ?? ""));
    return [document.title, document.body.textContent, ...names].join("\n");
  });
  assert.deepEqual(english.filter((sentence) => text.includes(sentence)), [], await title(page));
}

const scenarios = [
  "none", "pending", "expired", "declined", "declined-final", "preparing", "start-again", "processed", "pending-review",
  "finishing", "step-up", "limit", "signings", "activating", "new-terms", "active", "rails-mixed", "rails-pending", "active-step-up",
  "suspended", "user-required", "archived", "unknown-customer", "business-declined", "edd-review-enhanced",
];

file.test("a browser that asks for German gets whole pages in German, in every state", german, async ({ page, room }) => {
  for (const scenario of scenarios) {
    await enterAs(page, room, scenario);
    await onlyGerman(page);
  }
});

file.test("pages without a session and error pages are German too", { ...german, tolerate: [/status of 4\d\d/] }, async ({ page, room, home }) => {
  const { link } = await room.build("none");
  await enter(page, link.url, "submission/start");
  await page.context().clearCookies();
  for (const address of [home(), home("northwind"), `${home()}nothing-here`, link.url]) {
    await page.goto(address);
    await onlyGerman(page);
  }
  await page.goto(home());
  await page.locator('form[action$="/sign-up"] button').click();
  await page.locator("[role=alert]").waitFor();
  await onlyGerman(page);
});

file.test("who changes the language stays on the page, and it stays changed", async ({ page, room }) => {
  await enterAs(page, room, "signings");
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.locator("details.preferences summary").click();
  await page.locator("button[name=language][value=de]").click();
  await at(page, "activation/sign");
  await onlyGerman(page);
  await page.reload();
  await onlyGerman(page);
  await sign(unsigned(page).first());
  await page.locator('[data-document][data-signed="true"]').waitFor();
  await onlyGerman(page);
  assert.doesNotMatch(await words(page.locator("main time").first()), /UTC.*UTC|[A-Z][a-z]+ber \d{4}, \d\d:\d\d$/);
});

file.test("a partner whose customers are German gets German where the browser asks for neither", { locale: "ja-JP" }, async ({ page, home }) => {
  await page.goto(home("northwind"));
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  await page.goto(home("acme"));
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
});
