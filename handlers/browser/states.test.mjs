// What the states say and offer, beyond their marks.
import assert from "node:assert/strict";
import { at, begin, comments, enterAs, frame, marks, rails, steps, title, words } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();
const main = (page) => words(page.locator("main"));
const beginButtons = (page) => page.locator('form[action$="/identity"] button').count();
const hosted = (page) => page.locator("#identity-frame").count();

const edd = {
  "edd-pending-standard": ["false", /standard check/],
  "edd-pending-enhanced": ["true", /enhanced check/],
  "edd-review-standard": ["false", /Standard check: a person at Iron is reading it/],
  "edd-review-enhanced": ["true", /Enhanced check: your part is complete/],
  "edd-declined-standard": ["false", /standard check was not approved/],
  "edd-declined-enhanced": ["true", /enhanced check was not approved/],
  "edd-unknown": ["unknown", /standard check/],
};
for (const [scenario, [mark, wording]] of Object.entries(edd)) {
  file.test(`a customer in ${scenario} reads which kind of check it is`, async ({ page, room }) => {
    await enterAs(page, room, scenario);
    assert.equal((await marks(page)).edd, mark);
    assert.match(await main(page), wording);
  });
}

const blocked = {
  suspended: [/on hold/, ["done", "done", "attention"]],
  "suspended-pending": [/on hold/, ["attention", "upcoming", "upcoming"]],
  "user-required": [/Acme Pay has a step to do first/, ["attention", "upcoming", "upcoming"]],
  archived: [/closed/, null],
  "unknown-customer": [/finding out where you stand/, ["upcoming", "upcoming", "upcoming"]],
  "unknown-identification": [/finding out where you stand/, ["upcoming", "upcoming", "upcoming"]],
};
for (const [scenario, [heading, stepper]] of Object.entries(blocked)) {
  file.test(`a customer in ${scenario} is told so calmly, with support and nothing to press in vain`, async ({ page, room }) => {
    await enterAs(page, room, scenario);
    assert.match(await title(page), heading);
    if (stepper) assert.deepEqual(await steps(page), stepper);
    assert.equal(await page.locator('main a[href="mailto:help@acme.example"]').count(), 1);
    assert.equal(await beginButtons(page), 0);
    assert.equal(await hosted(page), 0);
  });
}

file.test("declined for good offers support and no button that can't work", async ({ page, room }) => {
  await enterAs(page, room, "declined-final");
  assert.deepEqual(await comments(page), { review: "We cannot offer you an account.", identity: "The document could not be confirmed." });
  assert.equal(await beginButtons(page), 0);
  assert.equal(await hosted(page), 0);
  assert.equal(await page.locator('main a[href="mailto:help@acme.example"]').count(), 1);
});

file.test("declined with an address goes on in the same check", async ({ page, room }) => {
  const customer = await enterAs(page, room, "declined-with-url");
  assert.equal(await beginButtons(page), 0);
  assert.match(await words(frame(page).locator("h1")), /little more/);
  assert.equal((await room.customer(customer)).identifications.length, 1);
});

file.test("an expired attempt and an approval that no longer counts lead to a new check", async ({ page, room }) => {
  for (const [scenario, wording] of [["expired", /ran out of time/], ["start-again", /new identity check/]]) {
    await enterAs(page, room, scenario);
    assert.match(await title(page), wording);
    await begin(page);
    await page.locator("#identity-frame").waitFor();
  }
});

file.test("a check that is being prepared appears by itself", async ({ page, room }) => {
  const customer = await enterAs(page, room, "preparing");
  assert.equal(await beginButtons(page), 0);
  await room.pull(customer, "offer-url");
  await at(page, "submission/continue");
  await frame(page).locator("main[data-page=welcome]").waitFor();
});

file.test("an approval that Iron is still catching up with turns into documents", async ({ page, room }) => {
  const customer = await enterAs(page, room, "finishing");
  assert.match(await title(page), /One moment/);
  await room.pull(customer, "lag", { lag: "0s" });
  await at(page, "activation/sign");
});

file.test("documents that come before the check lead to the check too", async ({ page, room }) => {
  await enterAs(page, room, "sign-first");
  const notice = page.locator("[data-step-up] a");
  await notice.click();
  await frame(page).locator("main[data-page=welcome]").waitFor();
});

file.test("a customer who is Active and asked for more finds the way to it", async ({ page, room }) => {
  await enterAs(page, room, "active-step-up");
  await page.locator("[data-step-up] a").click();
  assert.match(await main(page), /bill or bank statement of the last three months/);
  await frame(page).locator("main[data-page=welcome]").waitFor();
});

file.test("a company reads its comments by the names of its own steps", async ({ page, room }) => {
  await enterAs(page, room, "business-declined");
  assert.deepEqual(Object.keys(await comments(page)), ["review", "company_data", "company_beneficiaries", "company_documents", "questionnaire"]);
  assert.deepEqual(await page.locator("[data-comment] h3").allTextContents(),
    ["The check as a whole", "Company details", "Owners and directors", "Company documents", "Questions"]);
  assert.match(await words(page.locator('[data-step="submission"]')), /Company check/);
});

file.test("what reviewers write is shown as words and as nothing else", async ({ page, room }) => {
  let asked = false;
  page.on("dialog", (dialog) => ((asked = true), dialog.dismiss()));
  await enterAs(page, room, "hostile-comment");
  const { selfie } = await comments(page);
  assert.match(selfie, /^<script>alert\(1\)<\/script><img src=x onerror=alert\(2\)>\n\nPlease send fdp\.tnemucod and isolated\.\n/);
  assert.equal(await page.locator("[data-comments] :is(script, img, a)").count(), 0);
  assert.doesNotMatch(selfie, /[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
  assert.equal(asked, false);
});

const railWords = {
  "rails-active": ["Active", /Works now/],
  "rails-pending": ["Pending", /Being switched on/],
  "rails-unavailable": ["Unavailable", /Not offered to you/],
  "rails-blocked": ["Blocked", /Blocked for you/],
  "rails-maintenance": ["Maintenance", /Back soon/],
};
for (const [scenario, [status, wording]] of Object.entries(railWords)) {
  file.test(`all 40 rails are there and in words where they are ${status}`, async ({ page, room }) => {
    await enterAs(page, room, scenario);
    const all = await rails(page);
    assert.equal(Object.keys(all).length, 40);
    assert.deepEqual([...new Set(Object.values(all))], [status]);
    assert.match(await main(page), wording);
  });
}

for (const shape of ["rails-word", "rails-object", "rails-word-under", "rails-object-under"]) {
  file.test(`one status for a direction is shown as one (${shape})`, async ({ page, room }) => {
    await enterAs(page, room, shape);
    assert.deepEqual(await rails(page), { deposit: "Active", payout: "Active" });
  });
}

file.test("rails and statuses that nobody knows are shown by their own names", async ({ page, room }) => {
  await enterAs(page, room, "rails-unknown");
  const all = await rails(page);
  assert.equal(all["deposit.eur.sepa_instant"], "Active");
  assert.equal(all["payout.brl.pix"], "Pending");
  assert.equal(all["payout.gbp.fps"], "Throttled");
  assert.match(await words(page.locator('[data-rail="payout.gbp.fps"]')), /Throttled/);
});
