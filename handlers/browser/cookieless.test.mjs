// Frames in another site's page: browsers that keep no cookies there, sessions that
// end there, and two partners' frames side by side.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "./lib/browser.mjs";
import { misfits, violations } from "./lib/checks.mjs";
import { host } from "./lib/frames.mjs";
import { at, marks, sign, signUp, title, unsigned, words } from "./lib/page.mjs";
import { Room } from "./lib/room.mjs";
import { startWorld } from "./lib/start.mjs";
import { streams } from "./lib/suite.mjs";
import { watch } from "./lib/watch.mjs";

// The partner's page is on another site than the portal: 127.0.0.1 and localhost.
// Chromium can refuse a site its cookies inside another one, partitioned or not, as
// browsers do that block third-party cookies altogether; alone it keeps them. In the
// partner's other page it keeps them too.
const profile = { content_settings: { exceptions: { cookies: { "http://localhost,http://127.0.0.1": { setting: 2 } } } } };

let world, room, partner, context;
before(async () => {
  partner = await host();
  world = await startWorld({ origins: partner.origins });
  room = new Room(world);
  context = await openBrowser(profile);
}, { timeout: 240_000 });
after(async () => {
  await context?.close();
  await world?.stop();
  await partner?.stop();
}, { timeout: 60_000 });

/** Gives walk a page of somebody new. */
const embedded = (title, { tolerate = [] }, walk) => test(title, { timeout: 120_000 }, async () => {
  const others = context.pages();
  await context.clearCookies();
  const page = await context.newPage();
  await Promise.all(others.map((other) => other.close()));
  tolerated = tolerate;
  watched ??= await watch(context, { some: (match) => tolerated.some(match) });
  await walk({ page });
  assert.deepEqual(await watched.problems(), []);
});
let watched, tolerated;

/** A one-time link, as the partner's server gets it. */
async function link(customer_id, fields = {}) {
  const { api_key } = world.partners.find(({ id }) => id === "acme");
  const answer = await fetch(`${world.portal.replace("//localhost", "//127.0.0.1")}/api/v1/sessions`, {
    method: "POST", headers: { Authorization: `Bearer ${api_key}`, "Idempotency-Key": crypto.randomUUID() },
    body: JSON.stringify({ customer_id, ...fields }),
  });
  return (await answer.json()).url;
}

/** The frames of a partner's page. */
async function framed(page, address) {
  await page.goto(address);
  const frames = [];
  for (const handle of await page.locator("iframe").elementHandles()) frames.push(await handle.contentFrame());
  return frames;
}

const problem = (frame) => frame.locator("main").getAttribute("data-embed-problem");

/** Presses the frame's button and waits for the customer's page in the tab. */
async function openTab(frame, expected) {
  const opened = frame.page().context().waitForEvent("page");
  await frame.locator("a[data-tab]").click();
  const tab = await opened;
  await at(tab, expected);
  return tab;
}

embedded("a frame without cookies offers a tab, follows what is done there, and leads out at the end", {}, async ({ page }) => {
  const { customer_id } = await room.build("signings");
  const address = await link(customer_id, { return_url: `${world.control_room}/done` });
  const [frame] = await framed(page, partner.page(address));
  await at(frame, "activation/sign");
  assert.equal(await problem(frame), "cookies-blocked");
  assert.equal(await title(frame), "Continue in a new tab");
  assert.equal(await frame.evaluate(() => document.querySelector("main").dataset.watch), undefined, "the token is out of the page");

  const tab = await openTab(frame, "activation/sign");
  assert.equal(await tab.evaluate(() => window.opener), null);
  await frame.getByRole("heading", { name: "Go on in the other tab" }).waitFor();
  assert.match(await words(frame.locator("main")), /you are on step 3 of 3: Activation/);

  await sign(unsigned(tab).first());
  await tab.locator('[data-document][data-signed="true"]').waitFor();
  await sign(unsigned(tab).first());
  await at(tab, "complete/rails-pending");
  await at(frame, "complete/rails-pending");
  await room.clock({ advance: "1m" });
  await at(frame, "complete/ready");
  assert.equal(await problem(frame), null);
  await at(tab, "complete/ready");
  assert.match(await words(tab.locator("[data-close-tab]")), /You can close this tab/);
  const back = frame.locator('main a[target="_top"]');
  assert.equal(await back.getAttribute("href"), `${world.control_room}/done`);
});

embedded("a frame is told of what is done in the tab, asks for nothing else, and looks away with its reader", {}, async ({ page }) => {
  // Here nobody waits for anything: what the frame does it does because it was told.
  await page.addInitScript(() => {
    const atOnce = setTimeout;
    window.setTimeout = (what, delay, ...more) => (delay > 100 ? 0 : atOnce(what, delay, ...more));
  });
  const asked = [];
  page.on("request", (request) => request.url().endsWith("/watch") && !streams(request) && asked.push(request));
  const listening = () => page.waitForResponse((answer) => answer.url().endsWith("/watch") && streams(answer.request()));
  const { customer_id } = await room.build("signings");
  const [, [frame]] = await Promise.all([listening(), framed(page, partner.page(await link(customer_id)))]);
  await at(frame, "activation/sign");
  assert.equal(asked.length, 0);
  const tab = await openTab(frame, "activation/sign");
  await frame.getByRole("heading", { name: "Go on in the other tab" }).waitFor();
  assert.equal(asked.length, 1);

  const look = (hidden) => frame.evaluate((is) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => is });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  await Promise.all([page.waitForEvent("requestfailed", streams), look(true)]);
  const before = asked.length;
  for (const left of [1, 0]) {
    await sign(unsigned(tab).first());
    await unsigned(tab).nth(left).waitFor({ state: "detached" });
  }
  await at(tab, "complete/rails-pending");
  await at(frame, "activation/sign");
  assert.equal(asked.length, before);
  await Promise.all([listening(), look(false)]);
  await at(frame, "complete/rails-pending");
  await room.clock({ advance: "1m" });
  await tab.reload();
  await at(frame, "complete/ready");
});

embedded("a frame that can’t be told asks, and one whose stream breaks asks at once and comes back", {}, async ({ page }) => {
  const broken = { contentType: "text/event-stream", body: "retry: 50\n\n" };
  const answers = [{ status: 204 }, broken];
  const seen = [];
  await page.route("**/watch", (route) => {
    seen.push(streams(route.request()) ? "listened" : "asked");
    return seen.at(-1) === "listened" && answers.length > 0 ? route.fulfill(answers.shift()) : route.fallback();
  });
  const { customer_id } = await room.build("processed");
  const [frame] = await framed(page, partner.page(await link(customer_id)));
  await at(frame, "compliance-review/waiting");
  while (seen.filter((what) => what === "listened").length < 3 || seen.length < 5) await page.waitForTimeout(20);
  assert.equal(seen.shift(), "listened");
  assert.deepEqual(seen.splice(0, 2).sort(), ["asked", "listened"], "after three seconds");
  assert.deepEqual(seen.sort(), ["asked", "listened"], "when it broke");
  await room.pull(customer_id, "begin-review");
  await openTab(frame, "compliance-review/reviewing");
  await at(frame, "compliance-review/reviewing");
});

embedded("who signs up in a frame without cookies goes on in a tab, and who loses the tab can ask for another", {}, async ({ page }) => {
  const [frame] = await framed(page, partner.page(world.partners[0].url));
  await signUp(frame, { email: "tab@customers.example" });
  await at(frame, "submission/start");
  const made = (await room.customers()).filter(({ email }) => email === "tab@customers.example");
  assert.equal(made.length, 1);
  await openTab(frame, "submission/start").then((tab) => tab.close());
  await frame.getByRole("heading", { name: "Go on in the other tab" }).waitFor();
  await frame.evaluate(() => {
    window.heard = [];
    document.addEventListener("portal:problem", (event) => window.heard.push(event.detail));
  });
  await frame.locator("button[data-lost]").click();
  assert.deepEqual(await frame.evaluate(() => window.heard), [{ code: "session-expired", reason: "tab-lost" }]);
  assert.match(await words(frame.locator("[data-asked]")), /We have asked Acme Pay/);
  // The partner's page loads the frame anew with a fresh link.
  await page.locator("iframe").evaluate((element, src) => (element.src = src), await link(made[0].id));
  await frame.locator("a[data-tab]").waitFor();
  await at(frame, "submission/start");
});

embedded("a link that was used in a frame without cookies can't be used again, nor can the frame be reloaded into a session",
  { tolerate: [/status of 410/] }, async ({ page }) => {
    const { customer_id } = await room.build("processed");
    const address = await link(customer_id);
    const [frame] = await framed(page, partner.page(address));
    await at(frame, "compliance-review/waiting");
    await page.reload();
    const [reloaded] = await framed(page, partner.page(address));
    await reloaded.locator("[data-problem=link-gone]").waitFor();
  });

embedded("two partners’ frames in one page each keep their own session, and one that ends leaves the other alone", {}, async ({ page }) => {
  const acme = await room.build("signings");
  const northwind = await room.build("active", { partner: "northwind" });
  const [first, second] = await framed(page, partner.otherPage(acme.link.url, northwind.link.url));
  await Promise.all([at(first, "activation/sign"), at(second, "complete/ready")]);

  await endSession("portal-acme", first);
  await first.goto(`${world.portal}/p/acme/documents`);
  await first.locator('main[data-embed-problem="session-expired"]').waitFor();
  assert.match(await title(first), /You were signed out/);
  assert.equal(await first.locator('form[action$="/sign-up"]').count(), 0);
  await second.goto(`${world.portal}/p/northwind/`);
  await at(second, "complete/ready");

  await page.locator("iframe").first().evaluate((element, src) => (element.src = src), await link(acme.customer_id));
  await at(first, "activation/sign");
  assert.equal((await marks(first)).embedProblem, undefined);
  await at(second, "complete/ready");
});

test("a browser that keeps no cookies at all, in a tab of its own either, signs everything there", { timeout: 120_000 }, async () => {
  const forgetful = await openBrowser({ default_content_setting_values: { cookies: 2 } });
  try {
    const watched = await watch(forgetful);
    const { customer_id } = await room.build("signings");
    const [frame] = await framed(await forgetful.newPage(), partner.page(await link(customer_id)));
    await at(frame, "activation/sign");
    const tab = await openTab(frame, "activation/sign");
    assert.deepEqual(await forgetful.cookies(), [], "or this test shows nothing");
    assert.equal(new URL(tab.url()).pathname, "/p/acme/page");
    await tab.locator("article button.as-link").first().click();
    await tab.locator("iframe.document-frame").waitFor();
    assert.deepEqual([...(await violations(tab)), ...(await misfits(tab))], []);
    await tab.locator('main button[value$="/documents"]').click();
    for (const left of [1, 0]) {
      await sign(unsigned(tab).first());
      await tab.locator(".notice").waitFor();
      if (left) await unsigned(tab).nth(left).waitFor({ state: "detached" });
    }
    await at(tab, "complete/rails-pending");
    assert.deepEqual([...(await violations(tab)), ...(await misfits(tab))], []);
    await room.clock({ advance: "1m" });
    await at(frame, "complete/ready");
    await tab.locator("#check-again").click();
    await at(tab, "complete/ready");
    await tab.locator('form[action$="/sign-out"] button').click();
    assert.match(await title(tab), /Open your account/);
    assert.deepEqual(await watched.problems(), []);
  } finally {
    await forgetful.close();
  }
});

/** Signs a frame's customer out behind its back: the browser keeps the cookie. */
async function endSession(name, frame) {
  const { value } = (await context.cookies(world.portal)).find((cookie) => cookie.name === name);
  const token = await frame.locator('form[action$="/sign-out"] input[name=token]').getAttribute("value");
  const answer = await fetch(`${world.portal.replace("//localhost", "//127.0.0.1")}/p/acme/sign-out`, {
    method: "POST", redirect: "manual", headers: { Cookie: `${name}=${value}`, "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ token }),
  });
  assert.equal(answer.status, 303);
}
