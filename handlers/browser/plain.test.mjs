// Without JavaScript: everything works by links, forms and refreshes.
import assert from "node:assert/strict";
import { answer, openSteps, personSteps, submit, thanked } from "./lib/hosted.mjs";
import { at, begin, frame, sign, unsigned } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();
const plain = { javaScriptEnabled: false };

/** The seconds after which a page without scripts loads itself anew. */
async function refreshOf(page) {
  const html = await (await page.context().request.get(page.url())).text();
  return Number(html.match(/<meta http-equiv="refresh" content="(\d+)"/)?.[1] ?? 0);
}

async function openLink(page, link) {
  await page.goto(link);
  await page.locator("main form button").click();
}

const lookAgain = (page) => page.locator("main a.button").last().click();

file.test("the whole walk from a one-time link to ready works without scripts", plain, async ({ page, room }) => {
  const { customer_id, link } = await room.create();
  await openLink(page, link.url);
  await at(page, "submission/start");
  await begin(page);
  await at(page, "submission/continue");

  await openSteps(frame(page));
  for (const step of personSteps) await answer(frame(page), step);
  await submit(frame(page));
  await thanked(frame(page));
  await page.locator("#after-frame a.button").click();
  await at(page, "compliance-review/waiting");
  assert.ok((await refreshOf(page)) > 0);

  await room.pull(customer_id, "approve");
  await lookAgain(page);
  await at(page, "activation/sign");
  assert.equal(await refreshOf(page), 0, "a page with boxes to tick must not be loaded anew under its reader");
  await sign(unsigned(page).first());
  await page.locator('[data-document][data-signed="true"]').waitFor();
  await sign(unsigned(page).first());
  await at(page, "complete/rails-pending");
  assert.ok((await refreshOf(page)) > 0);
  await room.clock({ advance: "1m" });
  await lookAgain(page);
  await at(page, "complete/ready");
});

file.test("pages on which Iron acts next renew themselves without scripts", plain, async ({ page, room }) => {
  for (const scenario of ["processed", "pending-review", "preparing", "finishing", "activating", "rails-pending"]) {
    const { link, customer } = await room.build(scenario);
    await openLink(page, link.url);
    await at(page, `${customer.stage}/${customer.state}`);
    assert.ok((await refreshOf(page)) > 0, scenario);
  }
});

file.test("the page of a hosted check does not load itself anew without scripts", plain, async ({ page, room }) => {
  for (const scenario of ["pending", "step-up", "declined-with-url"]) {
    const { link, customer } = await room.build(scenario);
    await openLink(page, link.url);
    await at(page, `${customer.stage}/${customer.state}`);
    assert.equal(await refreshOf(page), 0, scenario);
  }
});

file.test("without scripts nothing on the pages pretends to work", { ...plain, tolerate: [/status of 503/] }, async ({ page, room, home }) => {
  await page.goto(home());
  await page.locator('details.preferences summary').click();
  await page.locator('button[name=theme][value=dark]').click();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await room.fault({ kind: "error", method: "POST", pattern: "/customers" });
  await page.locator("input[value=Person]").check();
  await page.locator("input[name=name]").fill("Ada Example");
  await page.locator("input[name=email]").fill("ada@customers.example");
  await page.locator('form[action$="/sign-up"] button').click();
  await page.locator("[data-support-code]").waitFor();
  assert.equal(await page.locator("button[data-copy]").isVisible(), false, "a button that only a script can answer");
  await room.clearFaults();
});
