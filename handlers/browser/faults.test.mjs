// Iron misbehaves while the customer is on a page.
import assert from "node:assert/strict";
import { at, begin, enterAs, marks, sign, signUp, unsigned, words } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();
const tolerate = [/status of (429|502|503)/];

/** The pages on which customers spend their time. */
const places = {
  identity: ["pending", "submission/continue"],
  review: ["processed", "compliance-review/waiting"],
  documents: ["signings", "activation/sign"],
  complete: ["active", "complete/ready"],
};

// One of each kind: the others are alike to a page, and tested without a browser.
const faults = ["down", "html"];

async function failed(page, fault, status) {
  assert.ok([502, 503].includes(status), `${fault} is answered ${status} on ${new URL(page.url()).pathname}`);
  assert.match(await page.locator("[data-support-code]").textContent(), /^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
  assert.match(await words(page.locator("main")), /[Nn]othing is lost|is kept/);
  const { live, wait, ...others } = await marks(page);
  assert.ok(live === "" && wait > 0, "it tries again by itself");
  assert.deepEqual(others, {});
}

/** Loads the page until Iron may be asked again: the portal leaves it alone for a while after a failure. */
async function recovers(page, expected) {
  for (let tries = 0; tries < 20; tries++) {
    const answer = await page.reload();
    if (answer.status() === 200 && (await page.locator("[data-as-of]").count()) === 0) return at(page, expected);
    await page.waitForResponse((response) => response.request().headers()["x-portal-poll"] === "1", { timeout: 1_000 }).catch(() => {});
  }
  return at(page, expected);
}

/** The page shows what was known before, and of when that is. */
async function remembered(page, answer, expected) {
  assert.equal(answer.status(), 200);
  await at(page, expected);
  assert.match(await words(page.locator("[data-as-of]")), /how things stood on .+ UTC/);
}

for (const fault of faults) {
  file.test(`when Iron's answer is “${fault}” each page says what was known, and goes on afterwards`, { tolerate }, async ({ page, room }) => {
    for (const [scenario, expected] of Object.values(places)) {
      await room.clearFaults();
      await enterAs(page, room, scenario);
      await room.fault({ kind: fault });
      await remembered(page, await page.reload(), expected);
      await room.clearFaults();
      await recovers(page, expected);
    }
  });

  file.test(`when Iron's answer is “${fault}” somebody who was never here reads that nothing is lost`, { tolerate }, async ({ page, room }) => {
    // A webhook would have the portal read about them before they come.
    await room.settings({ webhooks: "dropped" });
    const { link } = await room.build("processed");
    await room.settings({ webhooks: "" });
    await room.fault({ kind: fault });
    await page.goto(link.url, { waitUntil: "commit" });
    await page.locator("[data-support-code]").waitFor();
    await failed(page, fault, (await page.reload()).status());
    await room.clearFaults();
    await recovers(page, "compliance-review/waiting");
  });
}

file.test("an answer that takes longer than the portal waits is none, and a slow one is one", { tolerate }, async ({ page, room }) => {
  await enterAs(page, room, "processed");
  await room.fault({ kind: "slow", delay: "300ms" });
  await page.reload();
  await at(page, "compliance-review/waiting");
  assert.equal(await page.locator("[data-as-of]").count(), 0);
  await room.clearFaults();
  await room.fault({ kind: "slow", delay: "30s" });
  await remembered(page, await page.reload({ timeout: 25_000 }), "compliance-review/waiting");
  await room.clearFaults();
  await recovers(page, "compliance-review/waiting");
});

file.test("a page that is open when Iron fails stays as it is and goes on afterwards", { tolerate }, async ({ page, room }) => {
  await page.clock.install();
  const customer = await enterAs(page, room, "processed");
  await room.fault({ kind: "down" });
  for (let tries = 0; tries < 500 && (await page.locator("[data-as-of]").count()) === 0; tries++) {
    const answered = page.waitForResponse((response) => response.request().headers()["x-portal-poll"] === "1");
    await page.clock.runFor(61_000);
    await (await answered).finished();
  }
  await remembered(page, { status: () => 200 }, "compliance-review/waiting");
  await room.clearFaults();
  await room.pull(customer, "approve");
  for (let tries = 0; tries < 10 && (await marks(page)).state !== "sign"; tries++) {
    const answered = page.waitForResponse((response) => response.request().headers()["x-portal-poll"] === "1");
    await page.clock.runFor(61_000);
    await (await answered).finished();
  }
  await at(page, "activation/sign");
});

file.test("signing up while Iron's answer is lost makes one customer, once the form is sent again", { tolerate }, async ({ page, room, home }) => {
  await page.goto(home());
  await room.fault({ kind: "down", method: "POST", pattern: "/customers", after_effect: "true" });
  await signUp(page, { email: "patient@customers.example" });
  await page.locator("[data-support-code]").waitFor();
  await room.clearFaults();
  await recovers(page, "submission/start");
  assert.equal((await room.customers()).filter(({ email }) => email === "patient@customers.example").length, 1);
});

file.test("a check that was begun while Iron's answer was lost is begun once", { tolerate }, async ({ page, room }) => {
  const customer = await enterAs(page, room, "none");
  await room.fault({ kind: "down", method: "POST", customer_id: customer, after_effect: "true", count: "1" });
  await begin(page);
  await page.locator("main[data-stage], [data-support-code]").waitFor();
  await page.goto(new URL(page.url()).origin + "/p/acme/");
  await recovers(page, "submission/continue");
  assert.equal((await room.customer(customer)).identifications.length, 1);
});

file.test("a signature that Iron has not confirmed is kept, said to be kept, and reaches Iron once", { tolerate }, async ({ page, room }) => {
  const customer = await enterAs(page, room, "signings");
  const { id } = (await room.customer(customer)).required_signings[0];
  const document = page.locator(`article[data-document="${id}"]`);
  await room.fault({ kind: "error", method: "POST", customer_id: customer });
  await sign(document);
  await page.locator(".notice").waitFor();
  assert.match(await words(page.locator(".notice")), /kept safe/);
  await room.clearFaults();
  assert.match(await words(document), /on its way to Iron/);
  await document.locator("form button").click();
  await page.locator(`[data-document="${id}"][data-signed="true"]`).waitFor();
  assert.equal((await room.customer(customer)).signings.length, 1);
  assert.equal(await unsigned(page).count(), 1);
});
