// What testers look at all day must be usable too: the hosted identity pages, the
// documents and the control room.
import assert from "node:assert/strict";
import { sizes } from "./lib/browser.mjs";
import { misfits, violations } from "./lib/checks.mjs";
import { handIn, personSteps, thanked } from "./lib/hosted.mjs";
import { at, enter } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();
const grave = { impact: ["serious", "critical"] };

async function wrong(page, { phone = true } = {}) {
  const problems = [];
  for (const [size, look] of [["laptop", "light"], ["phone", "dark"]]) {
    if (size === "phone" && !phone) continue;
    await page.setViewportSize(sizes[size]);
    await page.emulateMedia({ colorScheme: look });
    problems.push(...(await violations(page, grave)).map((words) => `${size}, ${look}: ${words}`));
    if (size === "phone") problems.push(...(await misfits(page)).filter((words) => /wide on|cut off|beyond/.test(words)));
  }
  return problems;
}

for (const [scenario, steps] of [["pending", personSteps], ["limit", ["questionnaire"]], ["business-pending", ["company_data", "company_beneficiaries", "company_documents", "questionnaire"]]]) {
  file.test(`the hosted pages of ${scenario} can be used by everybody`, { tolerate: [/status of 422/] }, async ({ page, room }) => {
    const { customer } = await room.build(scenario);
    await page.goto(customer.identifications[0].url);
    assert.deepEqual(await wrong(page), []);
    await page.locator("[data-begin]").click();
    for (const step of steps) {
      await page.locator(`[data-step=${step}]`).waitFor();
      assert.deepEqual(await wrong(page), [], step);
      await page.locator("form button[type=submit]:not([name])").click();
      await page.locator(".summary[role=alert]").waitFor();
      assert.deepEqual(await wrong(page), [], `${step}, with problems`);
      await page.locator("button[name=sample]").click();
    }
    await page.locator("main[data-page=review]").waitFor();
    assert.deepEqual(await wrong(page), []);
    await page.locator("[data-submit]").click();
    await page.locator("main[data-page=done]").waitFor();
    assert.deepEqual(await wrong(page), []);
  });
}

file.test("a hosted page that is over says so", { tolerate: [/status of 4\d\d/] }, async ({ page, room, world }) => {
  const { customer_id, customer } = await room.build("pending");
  const { url } = customer.identifications[0];
  await room.pull(customer_id, "expire");
  assert.equal((await page.goto(url)).status(), 410);
  assert.deepEqual(await wrong(page), []);
  assert.equal((await page.goto(`${world.identity}/start?token=nobody`)).status(), 404);
  assert.deepEqual(await wrong(page), []);
});

file.test("the documents can be read by everybody", async ({ page, room }) => {
  const { customer } = await room.build("signings");
  await page.goto(customer.required_signings[0].url);
  assert.deepEqual(await wrong(page), []);
});

file.test("the control room can be used by everybody", async ({ page, room, world }) => {
  const { customer_id } = await room.build("declined");
  await room.fault({ kind: "slow", delay: "1ms" });
  for (const path of ["/", `/customers/${customer_id}`, "/settings", "/control/"]) {
    await page.goto(world.control_room + path);
    assert.deepEqual(await wrong(page, { phone: false }), [], path);
  }
  await room.clearFaults();
});

file.test("one click in the control room opens a customer in the portal, in a tab of its own", async ({ page, context, room, world }) => {
  await page.goto(world.control_room);
  const [tab] = await Promise.all([context.waitForEvent("page"), page.locator('button[data-scenario="signings"]').click()]);
  await at(tab, "activation/sign");
  assert.equal((await room.customers())[0].scenario, "signings");
});

file.test("a lever pulled in the control room moves the customer's page", async ({ page, context, room, world }) => {
  const { customer_id, link } = await room.build("pending-review");
  await enter(page, link.url, "compliance-review/reviewing");
  const desk = await context.newPage();
  await desk.goto(`${world.control_room}/customers/${customer_id}`);
  await desk.locator('form[action$="/approve"] button').first().click();
  await page.bringToFront();
  await at(page, "activation/sign");
});

file.test("a customer who is handed in by hand is waiting, in the control room and in the portal", async ({ page, room, world }) => {
  const { customer_id, customer } = await room.build("pending");
  await page.goto(customer.identifications[0].url);
  await handIn(page);
  await thanked(page);
  await page.goto(`${world.control_room}/customers/${customer_id}`);
  await page.getByText("compliance-review").first().waitFor();
  assert.equal((await room.customer(customer_id)).state, "waiting");
});
