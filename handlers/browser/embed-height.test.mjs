// The height of the frame: that of what is in it, and at rest.
import assert from "node:assert/strict";
import { test } from "node:test";
import { person } from "./lib/browser.mjs";
import { misfits, violations } from "./lib/checks.mjs";
import { element, hears, inside, open } from "./lib/host.mjs";
import { at } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite({ host: true, gallery: true });

/** Counts the heights that the page tells from now on. */
const count = (page) => page.evaluate(() => {
  window.heights = [];
  addEventListener("message", ({ data }) => data.type === "resize" && window.heights.push(data.height));
});
const told = (page) => page.evaluate(() => window.heights);
const given = (page) => page.locator("onboarding-portal iframe").evaluate((frame) => frame.clientHeight);
const settled = (page) => page.waitForTimeout(1_000);

/** What is wrong with the frame around a page. */
const fit = (portal) => portal.evaluate(() => {
  const root = document.documentElement;
  const content = Math.ceil(document.body.getBoundingClientRect().height);
  return {
    missing: Math.max(0, content - innerHeight), spare: innerHeight - content > 8,
    scrolls: root.scrollHeight > root.clientHeight || root.clientWidth < innerWidth || root.hasAttribute("data-scrolls"),
  };
});
const fits = { missing: 0, spare: false, scrolls: false };

file.test("the frame is as high as its page, follows it, and then rests", async (somebody) => {
  const { page, room } = somebody;
  const { link } = await room.build("active");
  await open(somebody, element(link.url));
  await hears(page, "complete");
  const portal = await inside(page);
  await settled(page);
  assert.deepEqual(await fit(portal), fits);
  const wide = await given(page);
  await count(page);
  await settled(page);
  assert.deepEqual(await told(page), [], "a page at rest tells nothing");

  await page.setViewportSize({ width: 360, height: 700 });
  await page.waitForFunction(() => window.heights.length > 0);
  await settled(page);
  assert.deepEqual(await fit(portal), fits);
  assert.ok((await given(page)) > wide, "on a phone the page is longer");
  const steps = (await told(page)).length;
  assert.ok(steps <= 3, `${steps} heights for one change`);
  await settled(page);
  assert.equal((await told(page)).length, steps, "the height goes on changing");

  // What unfolds and folds again.
  const folded = await given(page);
  await portal.locator("details.rails summary").first().click();
  await page.waitForFunction((least) => window.heights.at(-1) > least, folded);
  await portal.locator("details.rails summary").first().click();
  await page.waitForFunction((height) => window.heights.at(-1) === height, folded);
  await settled(page);
  assert.deepEqual(await fit(portal), fits);
});

file.test("the menu that lies over a short page has room", async (somebody) => {
  const { page, world } = somebody;
  await open(somebody, element(`${world.portal}/p/northwind/`));
  await hears(page, "problem session-expired");
  const portal = await inside(page);
  await settled(page);
  await portal.locator("details.preferences summary").click();
  await settled(page);
  const below = await portal.locator(".panel").evaluate((panel) => innerHeight - panel.getBoundingClientRect().bottom);
  assert.ok(below >= 0, `${-below}px of the menu are cut off`);
  assert.equal((await fit(portal)).missing, 0);
});

file.test("beside the identity check the frame may grow and never shrinks, until the screen is turned", async (somebody) => {
  const { page, room } = somebody;
  const { link } = await room.build("declined-with-url");
  await open(somebody, element(link.url));
  const portal = await inside(page);
  await at(portal, "submission/retry");
  await settled(page);
  const before = await given(page);
  const change = (display) => portal.evaluate((value) => (document.querySelector(".stepper").style.display = value), display);
  await change("none");
  await settled(page);
  assert.equal(await given(page), before);
  await change("");
  await portal.evaluate(() => (document.querySelector("h1").textContent = "A very long line. ".repeat(60)));
  await settled(page);
  const grown = await given(page);
  assert.ok(grown > before);
  await portal.evaluate(() => (document.querySelector("h1").textContent = "Short"));
  await settled(page);
  assert.equal(await given(page), grown);
  await page.setViewportSize({ width: 900, height: 700 });
  await settled(page);
  assert.deepEqual(await fit(portal), fits);
});

file.test("heights are kept within bounds, and a host that gives less has a scrollbar", async (somebody) => {
  const { page, room } = somebody;
  const { link } = await room.build("processed");
  await open(somebody, element(link.url));
  const portal = await inside(page);
  await at(portal, "compliance-review/waiting");
  await portal.evaluate(() => document.querySelector("h1").append(..."x".repeat(20_000).split("").map(() => document.createElement("br"))));
  await settled(page);
  assert.equal(await given(page), 12_000);
  await portal.locator("html[data-scrolls]").waitFor();
  await portal.evaluate(() => document.body.replaceChildren());
  await settled(page);
  assert.equal(await given(page), 320);
});

test("no page's height depends on that of its frame, and in a narrow one every page is for everybody", { timeout: 120_000 }, async () => {
  const all = await (await fetch(file.gallery.url)).json();
  const context = await person(file.browser);
  const page = await context.newPage();
  // One page of each kind: what differs within a kind is words.
  for (const sample of new Map(all.map((name) => [name.split("-")[0], name])).values()) {
    const heights = [];
    await page.goto(`${file.gallery.url}/${sample}?still=1&framed=1`, { waitUntil: "domcontentloaded" });
    for (const height of [2400, 400]) {
      await page.setViewportSize({ width: 320, height });
      heights.push(await page.evaluate(() => document.body.getBoundingClientRect().height));
    }
    assert.equal(heights[0], heights[1], sample);
    assert.deepEqual(await misfits(page), [], sample);
  }
  assert.deepEqual(await violations(page), []);
  await context.close();
});
