// Going on with a phone: two browsers that know of each other only through a code.
import assert from "node:assert/strict";
import { person } from "./lib/browser.mjs";
import { handIn } from "./lib/hosted.mjs";
import { at, enterAs, frame, sign, title, unsigned, words } from "./lib/page.mjs";
import { scan } from "./lib/qr.mjs";
import { suite } from "./lib/suite.mjs";
import { watch } from "./lib/watch.mjs";

const file = suite({ camera: "fake" });
const telephone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const code = (page) => page.locator("svg.qr");
const letters = (page) => page.locator("[data-match]").textContent();
const state = (page, name) => page.locator(`[data-handoff=${name}]`).waitFor();
const makeCode = (page) => page.locator('main form[action$="/phone"] button').click();

/** Gives walk a second person's browser, which is a phone. */
async function withPhone(browser, walk) {
  const context = await person(browser, telephone);
  const watched = await watch(context, [/status of 410/]);
  try {
    await walk(await context.newPage());
    assert.deepEqual(await watched.problems(), []);
  } finally {
    await context.close();
  }
}

/** Lets the computer ask once. Its clock is the test's, so that nobody waits for it. */
async function ask(page) {
  const answered = page.waitForResponse((response) => response.request().headers()["x-portal-poll"] === "1");
  await page.clock.runFor(12_000);
  await (await answered).finished();
}

file.test("the check is done on a phone, and the computer goes on by itself", async ({ page, browser, room }) => {
  await page.clock.install();
  await enterAs(page, room, "pending");
  await page.locator("a.phone-offer").click();
  await makeCode(page);
  await state(page, "waiting");
  for (const look of [{ colorScheme: "light" }, { colorScheme: "dark" }, { colorScheme: "dark", forcedColors: "active" }]) {
    await page.emulateMedia(look);
    assert.equal(await scan(code(page)), await page.locator("#phone-address").textContent(), JSON.stringify(look));
  }
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none" });
  const link = await scan(code(page));
  assert.ok(!page.url().includes(link.split("/").pop()), "the token is not in the address of the page");

  await withPhone(browser, async (phone) => {
    await phone.goto(link);
    assert.equal(await letters(phone), await letters(page));
    assert.match(await letters(page), /^[BCDFGHJKMNPQRSTVWXZ]{4}$/);
    await phone.locator("main form button").tap();
    await at(phone, "submission/continue");
    await ask(page);
    await state(page, "opened");
    assert.equal(await words(page.locator("#live")), "This page has changed: Your phone is connected");
    await handIn(frame(phone));
    await at(phone, "compliance-review/waiting");
    await phone.locator("[data-put-away]").waitFor();
    await ask(page);
    await at(page, "compliance-review/waiting");
    assert.equal(new URL(page.url()).pathname, "/p/acme/review");
    assert.match(await words(page.locator(".notice")), /Your phone has done its part/);
  });
});

file.test("documents are signed on a phone, and the computer goes on after the last one", async ({ page, browser, room }) => {
  await page.clock.install();
  const customer = await enterAs(page, room, "signings");
  await page.locator('footer a[href$="/phone"]').click();
  await makeCode(page);
  const link = await scan(code(page));
  await withPhone(browser, async (phone) => {
    await phone.goto(link);
    await phone.locator("main form button").tap();
    await at(phone, "activation/sign");
    for (let signed = 1; signed <= 2; signed++) {
      await ask(page);
      await state(page, "opened");
      await sign(unsigned(phone).first());
      await phone.locator('[data-document][data-signed="true"]').nth(signed - 1).waitFor();
    }
    await phone.locator("[data-put-away]").waitFor();
    await ask(page);
    await page.waitForURL((url) => !url.pathname.includes("/phone"));
    await page.locator('main[data-stage="complete"], main[data-state="activating"]').waitFor();
    assert.equal((await room.customer(customer)).signings.length, 2);
    // Where the code was is nothing left to go back to.
    await page.goBack();
    assert.match(await title(page), /Go on with your phone/);
  });
});

file.test("a new code ends the old one, and loading the page again does not make one", async ({ page, browser, room, home }) => {
  await enterAs(page, room, "none");
  await page.goto(`${home()}phone`);
  await makeCode(page);
  const [old, first] = [await scan(code(page)), await letters(page)];
  await page.reload();
  assert.equal(await scan(code(page)), old);
  await page.getByRole("button", { name: "Make a new code" }).click();
  await page.waitForFunction((before) => ![before, undefined].includes(document.querySelector("[data-match]")?.textContent), first);
  const fresh = await scan(code(page));
  assert.notEqual(fresh, old);
  await withPhone(browser, async (phone) => {
    assert.equal((await phone.goto(old)).status(), 410);
    assert.equal((await phone.goto(fresh)).status(), 200);
  });
  await page.goBack();
  await state(page, "gone");
});

file.test("a computer without scripts follows by loading the page again", { javaScriptEnabled: false }, async ({ page, browser, room }) => {
  const { link, customer_id } = await room.build("pending");
  await page.goto(link.url);
  await page.locator("main form button").click();
  await at(page, "submission/continue");
  await page.locator("a.phone-offer").click();
  await makeCode(page);
  assert.equal(await page.locator('meta[http-equiv="refresh"]').count(), 1);
  const address = await page.locator("#phone-address").textContent();
  await withPhone(browser, async (phone) => {
    await phone.goto(address);
    await phone.locator("main form button").tap();
    await at(phone, "submission/continue");
    await page.getByRole("link", { name: "Look again" }).click();
    await state(page, "opened");
    await room.pull(customer_id, "submit");
    await page.getByRole("link", { name: "Look again" }).click();
    await at(page, "compliance-review/waiting");
  });
});

file.test("who holds a phone already is not pointed to another, and finds the way all the same", telephone, async ({ page, room }) => {
  for (const scenario of ["none", "pending"]) {
    await enterAs(page, room, scenario);
    assert.equal(await page.locator(".phone-offer").count(), 1);
    assert.equal(await page.locator(".phone-offer:visible").count(), 0);
    assert.ok(await page.locator('footer a[href$="/phone"]').isVisible());
  }
});
