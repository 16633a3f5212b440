// A partner's own site with the portal in its page, as make dev serves it: the source
// of the README's example, walked by a customer.
import assert from "node:assert/strict";
import { sizes } from "./lib/browser.mjs";
import { misfits, violations } from "./lib/checks.mjs";
import { handIn } from "./lib/hosted.mjs";
import { begin, frame, sign, unsigned } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();
const timeout = 40_000;

/** The portal in the bank's page; a fresh link makes a fresh frame of it. */
const inside = (page) => page.frameLocator("onboarding-portal iframe");

/** Waits until the portal in the bank's page shows this, written "submission/start". */
async function shows(page, expected) {
  const [stage, state] = expected.split("/");
  await inside(page).locator(`main[data-stage="${stage}"][data-state="${state}"]`).waitFor({ timeout });
}

/** Waits for a line of the bank's log, and answers with all lines so far. */
async function logged(page, words) {
  await page.locator("[data-log] li", { hasText: words }).first().waitFor({ timeout });
  return page.locator("[data-log] li").allInnerTexts();
}

async function openAccount(page, world, { name = "Ada Lovelace", email = "ada@customers.example" } = {}) {
  await page.goto(world.partners[0].bank);
  await page.locator("input[name=name]").fill(name);
  await page.locator("input[name=email]").fill(email);
  await page.locator("main form button").click();
  await page.waitForURL(/\/account$/);
}

const bankOf = (world, id) => world.partners.find((partner) => partner.id === id).bank;

file.test("a customer gets from the bank's front page to an open account without leaving the bank's page", async ({ page, room, world }) => {
  await openAccount(page, world);
  const address = page.url();
  await shows(page, "submission/start");
  assert.match(await page.locator("h1").innerText(), /Ada$/);
  const [{ id }] = await room.customers();

  await begin(inside(page));
  await shows(page, "submission/continue");
  await handIn(frame(inside(page)), { camera: true });
  await shows(page, "compliance-review/waiting");
  await room.pull(id, "approve");
  await shows(page, "activation/sign");
  for (const left of [1, 0]) {
    await sign(unsigned(inside(page)).first());
    if (left > 0) await inside(page).locator('[data-document][data-signed="true"]').waitFor();
  }
  await shows(page, "complete/rails-pending");
  assert.equal(await page.locator("main").getAttribute("data-account"), "locked");
  assert.equal(await page.locator("[data-balance]").textContent(), "", "what is locked is not in the page");

  await room.clock({ advance: "1m" });
  await shows(page, "complete/ready");
  await page.locator('main[data-account="open"]').waitFor({ timeout });
  assert.match(await page.locator("[data-balance]").innerText(), /25\.00/);
  assert.match(await page.locator("[data-live]").textContent(), /open/);
  const log = (await logged(page, "unlocked")).join("\n");
  for (const words of ["ready", "state: start", "state: continue", "state: waiting", "state: sign", "state: rails-pending", "state: ready", "complete"]) {
    assert.ok(log.includes(words), `${words} in ${log}`);
  }
  assert.equal(page.url(), address);

  await inside(page).locator('a[target="_top"]').click();
  await page.waitForURL(`${world.bank}/acme/onboarding/done`);
  await page.locator("main a.button").click();
  await page.locator('main[data-account="open"]').waitFor();
});

file.test("a link that was used is replaced, and the customer goes on where they were", { tolerate: [/status of 410/] }, async ({ page, room, world, somebody }) => {
  const { customer_id, link } = await room.build("signings", { partner: "northwind" });
  await somebody(async ({ page: other }) => {
    await other.goto(link.url, { waitUntil: "commit" });
    await other.locator('main[data-state="sign"]').waitFor({ timeout });
  });
  await page.goto(`${bankOf(world, "northwind")}?customer=${customer_id}`);
  await shows(page, "activation/sign");
  assert.equal(await inside(page).locator("html").getAttribute("lang"), "de");
  // As if this browser had nothing but the link that somebody else has used.
  await page.context().clearCookies({ domain: "localhost" });
  await page.locator("onboarding-portal").evaluate((portal, used) => (portal.src = used), link.url);
  await logged(page, "link-expired");
  await shows(page, "activation/sign");
});

file.test("a session that has ended goes on with a fresh link at the same stage", { tolerate: [/status of 401/] }, async ({ page, room, world }) => {
  const { customer_id } = await room.build("signings", { partner: "northwind" });
  await page.goto(`${bankOf(world, "northwind")}?customer=${customer_id}`);
  await shows(page, "activation/sign");
  await page.context().clearCookies({ domain: "localhost" });
  await sign(unsigned(inside(page)).first());
  await logged(page, "session-expired");
  await shows(page, "activation/sign");
});

file.test("without scripts the bank's page has a link that leads on", { javaScriptEnabled: false }, async ({ page, world }) => {
  await openAccount(page, world);
  await page.locator("onboarding-portal a").click();
  await page.locator("main form button").click();
  await page.locator('main[data-state="start"]').waitFor();
});

file.test("the bank's pages can be used by everybody, on phones and in the dark", { tolerate: [/status of 4(04|22)/] }, async ({ page, room, world }) => {
  const problems = [];
  const looks = { acme: [["laptop", "light"], ["phone", "dark"]], northwind: [["laptop", "dark"], ["phone", "light"]] };
  const look = async (name, id = "acme") => {
    for (const [size, colorScheme] of looks[id]) {
      await page.setViewportSize(sizes[size]);
      await page.emulateMedia({ colorScheme });
      const found = [...(await violations(page)), ...(await misfits(page))];
      problems.push(...found.map((words) => `${name}, ${size}, ${colorScheme}: ${words}`));
    }
  };
  for (const id of ["acme", "northwind"]) {
    await page.goto(bankOf(world, id));
    await look(`front of ${id}`, id);
    await page.locator("main form button").click();
    await page.locator("#name-wrong").waitFor();
    await look(`problems of ${id}`, id);
    for (const scenario of ["none", "active"]) {
      const { customer_id } = await room.build(scenario, { partner: id });
      await page.goto(`${bankOf(world, id)}?customer=${customer_id}`);
      await logged(page, "stagechange");
      await look(`account of ${id}, ${scenario}`, id);
      await page.goto(`${bankOf(world, id)}onboarding/done`);
      await look(`return to ${id}, ${scenario}`, id);
    }
    await page.goto(`${bankOf(world, id)}?customer=00000000-0000-4000-8000-000000000000`);
    await look(`nobody at ${id}`, id);
  }
  for (const path of ["/broken/", "/broken/allow-self", "/broken/permissions-policy"]) {
    await page.goto(world.bank + path);
    await look(path);
  }
  assert.deepEqual(problems, []);
});

file.test("the control room opens its customers in the bank", async ({ page, context, room, world }) => {
  const { customer_id } = await room.build("declined");
  await page.goto(`${world.control_room}/customers/${customer_id}`);
  const [tab] = await Promise.all([context.waitForEvent("page"), page.locator("a[data-bank]").click()]);
  await shows(tab, "submission/retry");
});
