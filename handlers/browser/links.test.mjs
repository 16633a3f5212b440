// One-time links, sessions and what stays in the browser after them.
import assert from "node:assert/strict";
import { person } from "./lib/browser.mjs";
import { at, enter, marks, title, words } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();
const gone = { tolerate: [/status of 410/] };
const code = (page) => page.locator("[data-support-code]");

file.test("looking at a link does not use it up", async ({ page, context, room }) => {
  const { link } = await room.build("processed");
  for (const method of ["head", "get", "get"]) {
    const answer = await context.request[method](link.url, { headers: { "Sec-Purpose": "prefetch", Purpose: "prefetch" } });
    assert.equal(answer.status(), 200);
  }
  await enter(page, link.url, "compliance-review/waiting");
});

file.test("a link opens once: the same browser is let in again, another is told where to get a new one", gone, async ({ page, context, browser, room }) => {
  const { link } = await room.build("processed");
  await enter(page, link.url, "compliance-review/waiting");
  const again = await context.request.get(link.url, { maxRedirects: 0 });
  assert.equal(again.status(), 303);
  assert.equal(again.headers().location, "/p/acme/");
  await enter(page, link.url, "compliance-review/waiting");
  assert.equal(new URL(page.url()).pathname, "/p/acme/review");

  const other = await person(browser);
  const stranger = await other.newPage();
  const answer = await stranger.goto(link.url);
  assert.equal(answer.status(), 410);
  assert.match(await title(stranger), /no longer works/);
  assert.match(await words(stranger.locator("main")), /open Acme Pay and go on from there/);
  assert.match(await code(stranger).textContent(), /^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
  await other.close();
});

file.test("a link that was never made is answered like one that is used up", gone, async ({ page, home }) => {
  const answer = await page.goto(`${home()}start/never-made`);
  assert.equal(answer.status(), 410);
});

file.test("whoever's session has ended reads why, and where to come in again", async ({ page, context, room }) => {
  await enter(page, (await room.build("processed")).link.url, "compliance-review/waiting");
  const cookie = (await context.cookies()).find(({ name }) => name === "portal-acme.top");
  await context.addCookies([{ ...cookie, value: [...cookie.value].reverse().join("") }]);
  await page.goto(page.url());
  assert.deepEqual(await marks(page), { embedProblem: "session-expired" });
  assert.match(await words(page.locator("main")), /You were signed out, to keep you safe/);
});

file.test("a waiting page whose session ends says so by itself", async ({ page, context, room }) => {
  await page.clock.install();
  await enter(page, (await room.build("processed")).link.url, "compliance-review/waiting");
  await context.clearCookies();
  await page.clock.runFor(6_000);
  await page.locator('form[action$="/sign-up"]').waitFor();
});

file.test("after signing out the back button brings nothing personal back", async ({ page, room }) => {
  await enter(page, (await room.build("declined")).link.url, "submission/retry");
  await page.locator('form[action$="/sign-out"] button').click();
  await page.locator('form[action$="/sign-up"]').waitFor();
  await page.goBack({ waitUntil: "commit" });
  await page.locator('form[action$="/sign-up"]').waitFor();
  assert.equal(await page.locator("[data-comments]").count(), 0);
});

file.test("nobody gets at a page of another stage by its address", async ({ page, room, home }) => {
  await enter(page, (await room.build("processed")).link.url, "compliance-review/waiting");
  for (const path of ["identity", "documents", "complete", "documents/00000000-0000-4000-8000-000000000000", ""]) {
    await page.goto(home() + path);
    await at(page, "compliance-review/waiting");
    assert.equal(new URL(page.url()).pathname, "/p/acme/review");
  }
});

file.test("without a session, pages of customers lead to where one comes in", async ({ page, home }) => {
  for (const path of ["identity", "review", "documents", "complete"]) {
    await page.goto(home() + path);
    await page.locator('form[action$="/sign-up"]').waitFor();
    await page.goto(home("northwind") + path);
    assert.match(await title(page), /Come in through Northwind Bank/);
  }
});

file.test("each partner has a session of its own in the same browser", async ({ page, room, home }) => {
  await enter(page, (await room.build("processed")).link.url, "compliance-review/waiting");
  await enter(page, (await room.build("active", { partner: "northwind" })).link.url, "complete/ready");
  await page.goto(home());
  await at(page, "compliance-review/waiting");
  await page.locator('form[action$="/sign-out"] button').click();
  await page.locator('form[action$="/sign-up"]').waitFor();
  await page.goto(home("northwind"));
  await at(page, "complete/ready");
});

file.test("addresses that lead nowhere have a page with a way on", { tolerate: [/status of 404/] }, async ({ page, world, home }) => {
  for (const address of [`${home()}nothing-here`, `${world.portal}/p/nobody/`, `${world.portal}/nothing`]) {
    assert.equal((await page.goto(address)).status(), 404);
    assert.ok(await code(page).isVisible(), address);
  }
});
