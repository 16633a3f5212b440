// Every scenario of the control room, opened as a partner opens it: through a link
// from the partner API. The page must be the one that the tables ask for, and good
// for everybody.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sizes } from "./lib/browser.mjs";
import { misfits, violations } from "./lib/checks.mjs";
import { enter, marks } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();

const looks = [["laptop", "light"], ["phone", "dark"], ["wide", "light"]];

/** The gallery's pages are tested by axe in all looks; these, every other one in each. */
async function open({ page, room }, { id, expect }, turn) {
  const { link, customer } = await room.build(id);
  assert.equal(`${customer.stage}/${customer.state}`, expect);
  await enter(page, link.url, expect);

  const shown = await marks(page);
  assert.equal(shown.customerStatus, customer.status);
  assert.equal(shown.identificationStatus, customer.identification_status);
  assert.equal(shown.edd, String(customer.with_edd ?? "unknown"));

  const problems = [];
  for (const [size, look] of looks) {
    await page.setViewportSize(sizes[size]);
    await page.emulateMedia({ colorScheme: look });
    const found = [...(size === looks[turn % 2][0] ? await violations(page) : []), ...(await misfits(page))];
    problems.push(...found.map((words) => `${size}, ${look}: ${words}`));
  }
  assert.deepEqual(problems, []);
}

test("each scenario shows its stage and state, and nothing is wrong with the page", { timeout: 900_000 }, async (t) => {
  const scenarios = await file.room.scenarios();
  assert.ok(scenarios.length > 30);
  for (const [turn, scenario] of scenarios.entries()) {
    await t.test(`${scenario.group}: ${scenario.title} → ${scenario.expect}`, () => file.somebody((given) => open(given, scenario, turn)));
  }
});
