// Reading a stage page by its marks, and doing what a customer does there. Words
// are left to the tests that are about words: everything here holds in any language.
import assert from "node:assert/strict";

// A page that renews itself asks every half minute at the latest.
const timeout = 40_000;

/** Waits until the page shows this stage and state, written "submission/start". */
export async function at(page, expected) {
  const [stage, state] = expected.split("/");
  try {
    await page.locator(`main[data-stage="${stage}"][data-state="${state}"]`).waitFor({ timeout });
  } catch {
    const { stage: isStage, state: isState } = await marks(page);
    assert.equal(`${isStage}/${isState}`, expected, `“${await title(page)}” at ${new URL(page.url()).pathname}`);
  }
}

/** All marks of <main>. */
export const marks = (page) => page.evaluate(() => ({ ...document.querySelector("main")?.dataset }));

export const title = async (page) => (await page.locator("h1").first().textContent({ timeout: 2_000 }).catch(() => "")).trim();

/** The words that can be seen in an element. */
export const words = async (place) => (await place.innerText()).replace(/[ \t\u00a0]+/g, " ").trim();

/** Where each of the three stages stands, in order. */
export const steps = (page) => page.locator("[data-stepper] > li").evaluateAll((all) => all.map((li) => li.dataset.progress));

/** The reviewers' comments, word for word, by step. */
export async function comments(page) {
  const all = await page.locator("[data-comments] [data-comment]").evaluateAll((found) =>
    found.map((comment) => [comment.dataset.comment, comment.querySelector("p").textContent]));
  return Object.fromEntries(all);
}

/** Opens a one-time link as a person does, and waits for the page it leads to. */
export async function enter(page, link, expected) {
  // The page behind the link sends itself on, so that it may never finish loading.
  await page.goto(link, { waitUntil: "commit" });
  await at(page, expected);
}

/** Makes a customer in a scenario and opens the portal as them; answers with their id. */
export async function enterAs(page, room, scenario, fields) {
  const { customer_id, link, customer } = await room.build(scenario, fields);
  await enter(page, link.url, `${customer.stage}/${customer.state}`);
  return customer_id;
}

export async function signUp(page, { type = "Person", name = "Ada Example", email = "ada@customers.example" } = {}) {
  const form = page.locator('form[action$="/sign-up"]');
  if (type) await form.locator(`input[name=customer_type][value=${type}]`).check();
  await form.locator("input[name=name]").fill(name);
  await form.locator("input[name=email]").fill(email);
  await form.locator("button[type=submit]").click();
}

/** Starts the identity check, or starts it anew. */
export const begin = (page) => page.locator('form[action$="/identity"] button[type=submit]').click();

/** The hosted page in its frame. */
export const frame = (page) => page.frameLocator("#identity-frame");

export const unsigned = (page) => page.locator("article[data-document][data-signed=false]");

/** Ticks the box of a document and signs it. */
export async function sign(document) {
  await document.locator("input[name=consent]").check();
  await document.locator("form button[type=submit]").click();
}

/** The status of each rail by its name. */
export async function rails(page) {
  const all = await page.locator("[data-rail]").evaluateAll((found) => found.map((li) => [li.dataset.rail, li.dataset.status]));
  return Object.fromEntries(all);
}
