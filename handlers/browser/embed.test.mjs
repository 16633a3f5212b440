// The portal in a partner's page: what the page is told, and when.
import assert from "node:assert/strict";
import { handIn } from "./lib/hosted.mjs";
import { element, hears, hostPage, inside, open, said, session } from "./lib/host.mjs";
import { at, begin, frame, sign, unsigned } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite({ host: true });

const stands = (page, id = "portal") => page.evaluate((id) => {
  const { stage, state } = document.getElementById(id);
  return stage && `${stage}/${state}`;
}, id);

/** Has the page look now for what it would look for in a while. */
const hurry = (portal) => portal.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

file.test("a partner's page is told of each step of a walk, and that it is complete only when Iron says so", async (somebody) => {
  const { page, context, room, world } = somebody;
  const heard = [];
  await context.exposeBinding("heard", (_, type) => heard.push(type));
  const { customer_id, url } = await session(world, {
    customer: { name: "Ada Example", email: "ada@customers.example", customer_type: "Person" }, return_url: `${world.control_room}/`,
  });
  await open(somebody, element(url));
  const portal = await inside(page);
  await at(portal, "submission/start");
  await begin(portal);
  await at(portal, "submission/continue");
  await handIn(frame(portal));
  // For a moment after a frame has moved, Chromium lets no click into it.
  const send = frame(portal).locator("[data-submit]");
  await send.waitFor({ state: "hidden", timeout: 3_000 }).catch(() => send.click({ timeout: 3_000 }).catch(() => {}));
  await hurry(portal);
  await at(portal, "compliance-review/waiting");
  await room.pull(customer_id, "approve");
  await hurry(portal);
  await at(portal, "activation/sign");
  await sign(unsigned(portal).first());
  await portal.locator('[data-document][data-signed="true"]').waitFor();
  await sign(unsigned(portal).first());
  await at(portal, "complete/rails-pending");
  assert.equal((await said(page)).at(-1), "stagechange complete/rails-pending", "all is signed, but nothing works yet");
  await room.clock({ advance: "1m" });
  await hurry(portal);
  assert.deepEqual(await hears(page, "complete"), [
    "ready", "stagechange submission/start", "stagechange submission/continue", "stagechange compliance-review/waiting",
    "stagechange activation/sign", "stagechange complete/rails-pending", "stagechange complete/ready", "complete",
  ]);
  assert.equal(await stands(page), "complete/ready");

  // The way back takes the whole window, and the page is told before it goes. It stays
  // until the next one has come, which is held back for as long as it has not said so.
  await page.route(`${world.control_room}/`, async (route) => {
    for (let tries = 0; tries < 100 && heard.at(-1) !== "exit"; tries++) await new Promise((done) => setTimeout(done, 50));
    await route.continue();
  });
  await portal.locator("main a.button").first().click();
  await page.waitForURL(`${world.control_room}/`);
  assert.equal(heard.at(-1), "exit");
});

file.test("a link that is used up is told, and a fresh one goes on where the customer was", { tolerate: [/410/] }, async (somebody) => {
  const { page, room } = somebody;
  const { customer_id, link } = await room.build("processed");
  await fetch(link.url.replace("//localhost", "//127.0.0.1"), { method: "POST", redirect: "manual" });
  await open(somebody, element(link.url));
  assert.deepEqual(await hears(page, "problem link-expired"), ["ready", "problem link-expired"]);
  assert.equal(await stands(page), null);
  await page.evaluate((fresh) => (document.getElementById("portal").src = fresh), await room.link(customer_id));
  assert.deepEqual((await hears(page, "stagechange compliance-review/waiting")).slice(2), ["ready", "stagechange compliance-review/waiting"]);
});

file.test("an expired session is told, and signing out is not an expired session", { tolerate: [/events.*status of 401/] }, async (somebody) => {
  const { page, room, context } = somebody;
  const { customer_id, link } = await room.build("processed", { partner: "northwind" });
  await open(somebody, element(link.url));
  let portal = await inside(page);
  await at(portal, "compliance-review/waiting");
  const cookies = (await context.cookies()).filter(({ name }) => name === "portal-northwind");
  assert.equal(cookies.length, 1);
  await context.clearCookies({ name: "portal-northwind" });
  await hurry(portal);
  assert.deepEqual((await hears(page, "problem session-expired")).slice(2), ["problem session-expired"]);
  assert.equal(await portal.locator("main[data-embed-problem]").count(), 1);

  await page.evaluate((fresh) => (document.getElementById("portal").src = fresh), await room.link(customer_id, { partner: "northwind" }));
  await at(portal = await inside(page), "compliance-review/waiting");
  await portal.locator('form[action$="/sign-out"] button').click();
  assert.equal((await hears(page, "exit")).filter((words) => words.startsWith("problem")).length, 1);
});
