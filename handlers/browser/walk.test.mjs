// The whole journey of one customer, from nobody to "ready to transact".
import assert from "node:assert/strict";
import { answer, handIn, listed, openSteps, submit } from "./lib/hosted.mjs";
import { at, begin, comments, frame, marks, rails, sign, signUp, steps, title, unsigned, words } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite({ camera: "fake" });

/** What the page was renewed by: a value in the window is lost by every reload. */
const plant = (page) => page.evaluate(() => (window.planted = true));
const renewedQuietly = (page) => page.evaluate(() => window.planted === true);

file.test("somebody signs up, is declined, tries again, signs and is ready to move money", { tolerate: [/status of 422/] }, async ({ page, room, home }) => {
  await page.goto(home());

  // A field is missing: the words stand at the field and above the form, and nothing
  // that was written is lost.
  await signUp(page, { email: "not an address" });
  assert.match(await page.title(), /^Error: /);
  const summary = page.locator("[role=alert][data-problem] a");
  assert.equal(await summary.getAttribute("href"), "#email");
  const described = await page.locator("#email").getAttribute("aria-describedby");
  assert.equal(await words(page.locator(`#${described.split(" ")[0]}`)), await words(summary));
  assert.equal(await page.locator("#name").inputValue(), "Ada Example");
  assert.ok(await page.locator("input[name=customer_type][value=Person]").isChecked());

  await signUp(page);
  await at(page, "submission/start");
  assert.deepEqual(await steps(page), ["current", "upcoming", "upcoming"]);
  const [customer] = await room.customers();
  assert.equal(customer.email, "ada@customers.example");

  await begin(page);
  await at(page, "submission/continue");
  assert.equal(await frame(page).locator("h1").textContent(), "Confirm your identity");
  await plant(page);
  await handIn(frame(page), { camera: true });
  await at(page, "compliance-review/waiting");
  assert.ok(await renewedQuietly(page), "the page has come forward without being loaded anew");
  assert.equal(new URL(page.url()).pathname, "/p/acme/review");
  assert.match(await words(page.locator("main")), /24 to 48 hours/);

  await room.pull(customer.id, "decline", {
    review: "Nearly there.",
    comments: { selfie: "Your face is half in shadow.\nPlease face a window.", identity: "A corner is covered." },
  });
  await at(page, "submission/retry");
  assert.ok(await renewedQuietly(page));
  assert.deepEqual(await comments(page), {
    review: "Nearly there.", identity: "A corner is covered.", selfie: "Your face is half in shadow.\nPlease face a window.",
  });
  assert.deepEqual(await page.locator("[data-comment] h3").allTextContents(),
    ["The check as a whole", "Identity document", "Photo of your face"]);

  await begin(page);
  await at(page, "submission/continue");
  await handIn(frame(page));
  await at(page, "compliance-review/waiting");

  await room.pull(customer.id, "approve");
  await at(page, "activation/sign");
  assert.equal(await unsigned(page).count(), 2);
  await readAndReturn(page);
  await sign(unsigned(page).first());
  await page.locator('[data-document][data-signed="true"]').waitFor();
  assert.equal(await unsigned(page).count(), 1);
  await sign(unsigned(page).first());

  await at(page, "complete/rails-pending");
  await room.clock({ advance: "1m" });
  await at(page, "complete/ready");
  assert.equal((await rails(page))["deposit.eur.sepa"], "Active");
  const line = page.locator(".rail-rows > li", { has: page.locator('[data-rail="payout.usd.ach_thirdparty"]') });
  assert.match(await words(line), /^Send US dollars to other people’s accounts\s+ACH\b/);
  assert.deepEqual(await steps(page), ["done", "done", "done"]);

  const signings = (await room.log(customer.id)).filter(({ method, path }) => method === "POST" && path.endsWith("/signings"));
  assert.equal(signings.length, 2);
  for (const { request_body } of signings) {
    const { content_type, signed } = JSON.parse(request_body);
    assert.deepEqual({ content_type, signed }, { content_type: "Url", signed: true });
  }
});

async function readAndReturn(page) {
  const document = unsigned(page).first();
  const name = await words(document.locator("h3"));
  await document.locator('a[href*="/documents/"]').click();
  await page.locator("iframe.document-frame").waitFor();
  assert.equal(await page.frameLocator("iframe.document-frame").locator("h1").textContent(), name);
  assert.equal(await title(page), name);
  await page.locator('main a[href$="/documents"]').click();
  await at(page, "activation/sign");
}

file.test("a step-up asks for nothing but the proof of residence that is missing", async ({ page, room }) => {
  const { customer_id, link } = await room.build("step-up");
  await page.goto(link.url, { waitUntil: "commit" });
  await at(page, "submission/step-up");
  assert.deepEqual(await steps(page), ["attention", "upcoming", "upcoming"]);
  assert.deepEqual(await comments(page), {
    review: "One document is still missing.",
    proof_of_residence: "Please send a bill or bank statement of the last three months.",
  });
  assert.equal((await listed(frame(page))).length, 1);
  await openSteps(frame(page));
  await answer(frame(page), "proof_of_residence");
  await submit(frame(page));
  await at(page, "compliance-review/waiting");
  const made = (await room.log(customer_id)).filter(({ method, path }) => method === "POST" && path.includes("/identifications"));
  assert.deepEqual(made, [], "no new identification was made");
});

file.test("new terms after Active are explained and signed, and the customer is ready again", async ({ page, room }) => {
  const { customer_id, link } = await room.build("active");
  await page.goto(link.url, { waitUntil: "commit" });
  await at(page, "complete/ready");
  await room.pull(customer_id, "new-terms", { title: "Terms, 2nd edition" });
  await at(page, "activation/sign");
  assert.match(await words(page.locator("main")), /Why you are here again/);
  assert.equal(await words(unsigned(page).locator("h3")), "Terms, 2nd edition");
  await sign(unsigned(page));
  await at(page, "complete/ready");
});

file.test("at a limit an Active customer does the enhanced check and is ready again", async ({ page, room }) => {
  const { customer_id, link } = await room.build("limit");
  await page.goto(link.url, { waitUntil: "commit" });
  await at(page, "submission/step-up");
  assert.equal((await marks(page)).edd, "true");
  assert.match(await words(page.locator("main")), /enhanced check/);
  await handIn(frame(page), { steps: ["questionnaire"] });
  await at(page, "compliance-review/waiting");
  await room.pull(customer_id, "approve");
  await at(page, "complete/ready");
});
