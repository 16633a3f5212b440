// What a customer does in the portal inside a partner's page, in any engine.
import assert from "node:assert/strict";

// A page that is told of nothing asks by itself once a minute.
const patience = 90_000;

/** Waits until the page shows this stage and state, written "submission/start". */
export async function stands(page, expected) {
  const [stage, state] = expected.split("/");
  await page.see(`main[data-stage="${stage}"][data-state="${state}"]`, patience);
}

/** As stands, on a page that does not come forward by itself: somebody asks it to. */
export async function asked(page, expected) {
  const [stage, state] = expected.split("/");
  const there = `main[data-stage="${stage}"][data-state="${state}"]`;
  await page.until(there, patience, async () => {
    if (await page.has(there)) return true;
    if (await page.has("#check-again")) await page.click("#check-again");
    else if (await hosted(page).has("main[data-page=done]")) await page.click("#after-frame .button");
    return false;
  });
}

/** The hosted identity pages inside the portal's page. */
const hosted = (page) => page.frame("#identity-frame");

const shown = (place, page, step) => place.see(`main[data-page=${page}]${step ? ` [data-step=${step}]` : ""}`);

// From the first hosted page to the last; the selfie comes from the camera.
async function handIn(place, provider) {
  await shown(place, "welcome");
  if (provider) assert.equal(await place.evaluate(() => location.origin), provider);
  await place.click("[data-begin]");
  for (const step of ["identity", "selfie", "proof_of_residence", "questionnaire"]) {
    await shown(place, "step", step);
    if (step === "selfie") await takePicture(place);
    else await place.click("button[name=sample]");
  }
  await shown(place, "review");
  await place.click("[data-submit]");
}

async function takePicture(place) {
  await place.click('[data-part="on"]');
  await place.see('[data-camera][data-state="live"]');
  await place.click('[data-part="take"]');
  await place.see('[data-camera][data-state="taken"]');
  await place.click("form button[type=submit]:not([name])");
}

/** Signs everything that there is to sign. */
async function signAll(page) {
  const unsigned = "article[data-document][data-signed=false]";
  for (let left = await count(page, unsigned); left > 0; left -= 1) {
    await page.click(`${unsigned} input[name=consent]`);
    await page.click(`${unsigned} form button[type=submit]`);
    await page.until("document is signed", 30_000, async () => (await count(page, unsigned)) < left);
  }
}

const count = (page, selector) => page.evaluate((s) => (document.querySelector("main[data-stage]") ? document.querySelectorAll(s).length : Infinity), selector);

/**
 * From "start" to "ready", with the control room's help as reviewer. later waits for
 * what comes without the customer doing anything on the page; provider is where the
 * hosted pages are after all redirects.
 */
export async function walk(page, room, customer, { later = stands, provider } = {}) {
  await stands(page, "submission/start");
  await page.click('form[action$="/identity"] button[type=submit]');
  await stands(page, "submission/continue");
  await handIn(hosted(page), provider);
  await later(page, "compliance-review/waiting");
  await room.pull(customer, "approve");
  await later(page, "activation/sign");
  await signAll(page);
  await stands(page, "complete/rails-pending");
  await room.clock({ advance: "1m" });
  await later(page, "complete/ready");
  await proved(room, customer);
}

/** Iron was told of every signature once. */
async function proved(room, customer) {
  const signings = (await room.log(customer)).filter(({ method, path }) => method === "POST" && path.endsWith("/signings"));
  assert.equal(signings.length, 2);
  const { stage, state } = await room.customer(customer);
  assert.equal(`${stage}/${state}`, "complete/ready");
}
