// Forced colours, reduced motion, large text and print.
import assert from "node:assert/strict";
import { focused, misfits, violations } from "./lib/checks.mjs";
import { enterAs } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();
const scenarios = ["none", "pending", "declined", "processed", "signings", "rails-mixed", "suspended"];

file.test("with forced colours nothing is lost, and the focus can be seen", { forcedColors: "active" }, async ({ page, room }) => {
  for (const scenario of scenarios) {
    await enterAs(page, room, scenario);
    assert.deepEqual([...(await violations(page)), ...(await misfits(page))], [], scenario);
    for (let stop = 0; stop < 6; stop++) {
      await page.keyboard.press("Tab");
      const at = await focused(page);
      assert.ok(at.tag === "iframe" || (at.outlined && at.onScreen), `${scenario}: ${JSON.stringify(at)}`);
    }
  }
});

file.test("who wants no motion gets none", { reducedMotion: "reduce" }, async ({ page, room }) => {
  for (const scenario of scenarios) {
    await enterAs(page, room, scenario);
    const moving = await page.evaluate(() => [
      ...document.getAnimations().map((animation) => animation.animationName ?? animation.transitionProperty),
      ...[...document.querySelectorAll("*")].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0).map((e) => e.localName),
    ]);
    assert.deepEqual(moving, [], scenario);
  }
});

file.test("text of twice the size still fits, on a laptop and on a phone turned round", async ({ page, room }) => {
  for (const scenario of scenarios) {
    await enterAs(page, room, scenario);
    for (const viewport of [{ width: 1280, height: 800 }, { width: 640, height: 360 }]) {
      await page.setViewportSize(viewport);
      const session = await page.context().newCDPSession(page);
      await session.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
      assert.deepEqual(await misfits(page), [], `${scenario} at ${viewport.width}`);
      await session.detach();
    }
  }
});

file.test("on paper there are no buttons and no frames, and the comments are", async ({ page, room }) => {
  await enterAs(page, room, "declined");
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("main button").filter({ visible: true }).count(), 0);
  assert.ok(await page.locator("[data-comments]").isVisible());
});
