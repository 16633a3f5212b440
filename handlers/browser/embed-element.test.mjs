// The element itself: as often as one likes, at any time, in any order.
import assert from "node:assert/strict";
import { element, hears, hostPage, inside, open, recorder, said } from "./lib/host.mjs";
import { at } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite({ host: true });
const waiting = ["ready", "stagechange compliance-review/waiting"];

file.test("two on one page are told of each customer alone", async (somebody) => {
  const { page, room } = somebody;
  const [acme, northwind] = await Promise.all([room.build("processed"), room.build("none", { partner: "northwind" })]);
  await open(somebody, element(acme.link.url, "one") + element(northwind.link.url, "two"));
  assert.deepEqual(await hears(page, waiting[1], "one"), waiting);
  assert.deepEqual(await hears(page, "stagechange submission/start", "two"), ["ready", "stagechange submission/start"]);

  // One goes: the other stays as it is.
  await page.evaluate(() => (document.getElementById("one").remove(), (window.said = [])));
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => document.getElementById("two").stage), "submission");
  assert.deepEqual(await said(page), []);
});

file.test("it can be taken out, put back and moved, and goes on where the customer is", async (somebody) => {
  const { page, room } = somebody;
  const { link } = await room.build("processed");
  await open(somebody, `${element(link.url)}<section id="elsewhere"></section>`);
  assert.deepEqual(await hears(page, waiting[1]), waiting);
  await page.evaluate(() => {
    window.kept = document.getElementById("portal");
    window.kept.remove();
  });
  assert.equal(await page.evaluate(() => window.kept.shadowRoot.childElementCount), 0, "nothing is left of its frame");
  assert.equal(await page.evaluate(() => window.kept.stage), null);
  await page.evaluate(() => document.querySelector("main").append(window.kept));
  await page.waitForFunction(() => window.said.length === 4);
  assert.deepEqual(await said(page), [...waiting, ...waiting]);
  await page.evaluate(() => document.getElementById("elsewhere").append(window.kept));
  await page.waitForFunction(() => window.said.length === 6);
  assert.equal(await page.locator("onboarding-portal iframe").count(), 1);

  // In and out at once leaves nothing behind.
  await page.evaluate(() => {
    const main = document.querySelector("main");
    for (let i = 0; i < 20; i++) (window.kept.remove(), main.append(window.kept));
    window.kept.remove();
  });
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => window.kept.shadowRoot.childElementCount), 0);
  assert.equal(page.frames().length, 1);
});

file.test("what is set before the script has come counts, and a second script changes nothing", async (somebody) => {
  const { page, room, host, world } = somebody;
  const { link } = await room.build("processed");
  host.put("/", hostPage(world.portal, `<onboarding-portal id="portal"></onboarding-portal>`).replace(/<script type="module".*?<\/script>/, ""));
  await page.goto(host.origin);
  await page.evaluate((src) => Object.assign(document.getElementById("portal"), { src, locale: "de", theme: "dark" }), link.url);
  for (const query of ["", "?again", "?and-again"]) await page.addScriptTag({ type: "module", url: `${world.portal}/embed.js${query}` });
  assert.deepEqual(await hears(page, waiting[1]), waiting);
  const portal = await inside(page);
  await portal.locator("html[lang=de][data-theme=dark]").waitFor();
  assert.equal(await page.locator("#portal[theme=dark][locale=de]").count(), 1);
});

file.test("another language or theme alone waits for the next src, and never takes away what the customer is doing", async (somebody) => {
  const { page, room } = somebody;
  const { customer_id, link } = await room.build("processed");
  await open(somebody, element(link.url));
  await hears(page, waiting[1]);
  const before = await inside(page);
  await page.evaluate(() => Object.assign(document.getElementById("portal"), { locale: "de", theme: "dark" }));
  await page.waitForTimeout(300);
  assert.equal(await inside(page), before);
  await page.evaluate((src) => (document.getElementById("portal").src = src), await room.link(customer_id));
  await page.waitForFunction(() => window.said.length === 4);
  await (await inside(page)).locator("html[lang=de][data-theme=dark]").waitFor();
});

file.test("a new src is no step for the back button", async (somebody) => {
  const { page, room } = somebody;
  const { customer_id, link } = await room.build("processed");
  await open(somebody, element(link.url));
  await hears(page, waiting[1]);
  const steps = await page.evaluate(() => history.length);
  await page.evaluate((src) => (document.getElementById("portal").src = src), await room.link(customer_id));
  await page.waitForFunction(() => window.said.length === 4);
  assert.equal(await page.evaluate(() => history.length), steps);
});

file.test("without scripts from elsewhere, inline styles or Trusted Types it works as well", async (somebody) => {
  const { page, room, host, world } = somebody;
  const { link } = await room.build("processed");
  host.put("/recorder.js", recorder, { "Content-Type": "text/javascript" });
  host.put("/", hostPage(world.portal, element(link.url)).replace(/<script>[\s\S]*?<\/script>/, '<script src="/recorder.js"></script>'), {
    "Content-Security-Policy": `default-src 'none'; script-src 'self' ${world.portal}; style-src 'self'; img-src data:; frame-src ${world.portal}; `
      + "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'",
  });
  await page.goto(host.origin);
  assert.deepEqual(await hears(page, waiting[1]), waiting);
  assert.ok(await page.evaluate(() => document.querySelector("onboarding-portal").getBoundingClientRect().height > 500));
});

file.test("an address that is none is said at once, and no address is waited for", async (somebody) => {
  const { page } = somebody;
  await open(somebody, ["", "/p/acme/", "javascript:alert(1)", "data:text/html,x", "not an address"].map((src, i) => element(src, `e${i}`)).join(""));
  await page.waitForFunction(() => window.said.length === 4);
  assert.deepEqual(await said(page), Array(4).fill("problem load-failed bad-src"));
  assert.equal(page.frames().length, 1);
});

file.test("it is hidden as any element is, and has its height when it is shown", async (somebody) => {
  const { page, room } = somebody;
  const { link } = await room.build("processed");
  await open(somebody, element(link.url, "portal", "hidden"));
  await hears(page, waiting[1]);
  assert.equal(await page.locator("onboarding-portal").isVisible(), false);
  await page.evaluate(() => (document.getElementById("portal").hidden = false));
  await at(await inside(page), "compliance-review/waiting");
  await page.waitForFunction(() => {
    const frame = document.querySelector("onboarding-portal").shadowRoot.querySelector("iframe");
    return frame.style.height.endsWith("px") && !frame.style.height.includes("max");
  });
});
