// What would get in the way of the identity check is found out before anybody runs
// into it, and a frame in which nothing is seen does not hold anybody up.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { takePicture } from "./lib/hosted.mjs";
import { at, begin, enterAs, frame, words } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const advice = (place, kind) => place.locator(`[data-preflight${kind ? `="${kind}"` : ""}]`).filter({ visible: true });
const link = (place) => place.locator("a[data-identity-link]");
const phone = (place) => place.locator('a.way[href="/p/acme/phone"]').filter({ visible: true });
const nothing = (place) => place.locator("[data-nothing-seen]").filter({ visible: true });

/** Waits for one advice and answers with its words. */
async function advised(place, kind) {
  await advice(place, kind).waitFor();
  assert.equal(await advice(place).count(), 1);
  return words(advice(place, kind));
}

/** Waits until the script has looked, and has found nothing. */
async function unadvised(place) {
  await place.locator("[data-looked]").waitFor({ state: "attached" });
  assert.equal(await advice(place).count(), 0);
}

/** Notes what the page would tell the one around it. */
const listen = (context) => context.addInitScript(() => {
  window.told = [];
  document.addEventListener("portal:problem", ({ detail }) => window.told.push(detail));
});
/**
 * Presses a button of the hosted page by script: for a moment after an advice has moved
 * a frame, Chromium lets no click into it, and keys go to whichever frame has the focus.
 */
const press = (control) => control.evaluate((button) => button.click());

/** From the first of the hosted pages to its camera. */
async function openCamera(hosted) {
  await press(hosted.locator("[data-begin]"));
  await hosted.locator("[data-step=identity]").waitFor();
  await press(hosted.locator("button[name=sample]"));
  await hosted.locator('[data-part="on"]').waitFor();
}

// The page's seconds pass by clock.runFor alone, however busy the machine is.
async function stopClock(page) {
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 1_000);
}

const told = (page) => page.evaluate(() => window.told);

describe("with a camera", () => {
  const file = suite({ host: true });

  /** A page around the portal, with somebody in it whose check is open. */
  async function embed({ page, context, room, host }, { allow, policy, scenario = "pending" }) {
    await listen(context);
    const { link } = await room.build(scenario);
    host.put("/bank", `<!DOCTYPE html>
<html lang="en">
  <head><title>A bank</title><link rel="icon" href="data:,"></head>
  <body><h1>A bank</h1><iframe title="Portal" width="1200" height="1400" src="${link.url}"${allow ? ` allow="${allow}"` : ""}></iframe></body>
</html>`, policy && { "Permissions-Policy": policy });
    await page.goto(`${host.origin}/bank`, { waitUntil: "commit" });
    const portal = page.frameLocator("iframe[title=Portal]");
    await portal.locator("main[data-stage=submission]").waitFor();
    return { portal, hosted: portal.frameLocator("#identity-frame") };
  }
  const inPortal = (page) => page.frames()[1];

  for (const redirect of [false, true]) {
    const through = redirect ? ", through a redirect to another of the provider's origins" : "";
    const given = async ({ room, world }) => room.settings({ redirect_start: redirect ? world.identity.replace("//localhost", "//127.0.0.1") : "" });

    file.test(`a page around that passes the camera on gives it to the hosted page${through}`, async (all) => {
      await given(all);
      const { portal, hosted } = await embed(all, { allow: `camera ${all.world.portal}; microphone ${all.world.portal}` });
      await openCamera(hosted);
      await takePicture(hosted);
      assert.equal(new URL(all.page.frames()[2].url()).hostname, redirect ? "127.0.0.1" : "localhost");
      await unadvised(portal);
      assert.deepEqual(await told(inPortal(all.page)), []);
    });

    for (const [how, allow, policy] of [
      ["has no allow attribute", null],
      ["keeps the camera to itself", "camera 'self'"],
      ["passes it on in the attribute and not in its header", "camera *", "camera=(self)"],
    ]) {
      file.test(`a page around that ${how} is what the words are about, and the camera is refused${through}`, async (all) => {
        await given(all);
        const { portal, hosted } = await embed(all, { allow, policy });
        const said = await advised(portal, "policy");
        assert.match(said, /The page around this one does not pass the camera on/);
        assert.match(said, /not your fault[^]*In a tab of its own/);
        assert.ok(await link(portal).isVisible());
        assert.ok(await phone(portal).isVisible());
        assert.deepEqual(await told(inPortal(all.page)), [{ code: "camera-refused", reason: "policy" }]);

        await openCamera(hosted);
        await press(hosted.locator('[data-part="on"]'));
        await hosted.locator('[data-camera][data-reason="policy"]').waitFor();
        const [tab] = await Promise.all([all.context.waitForEvent("page"), link(portal).click()]);
        await tab.locator('[data-part="on"]').or(tab.locator("[data-begin]")).first().waitFor();
        assert.equal(await tab.evaluate(() => document.featurePolicy.allowsFeature("camera")), true);
      });
    }
  }

  file.test("before the check has begun, the words say when to open the tab", async (all) => {
    await all.room.settings({ redirect_start: "" });
    const { portal } = await embed(all, { allow: null, scenario: "none" });
    assert.match(await advised(portal, "policy"), /Start the check, then open Iron’s page in a tab of its own/);
    await begin(portal);
    await link(portal).waitFor();
    assert.match(await advised(portal, "policy"), /In a tab of its own/);
  });

  file.test("nothing is said where nothing is in the way, before the check and beside it", async ({ page, room }) => {
    await enterAs(page, room, "none");
    await unadvised(page);
    await begin(page);
    await at(page, "submission/continue");
    await unadvised(page);
    assert.ok(await link(page).isVisible());
    const { y, height } = await page.locator("#identity-frame").boundingBox();
    assert.ok(y <= 420 && height >= 600, `the frame begins at ${y} and is ${height} high`);
  });

  const refused = { tolerate: [/frame-ancestors|X-Frame-Options|chrome-error/] };

  file.test("the link beside it becomes louder and says so politely, and the frame stays", refused, async ({ page, room }) => {
    await room.settings({ refuse_framing: true });
    try {
      await stopClock(page);
      await enterAs(page, room, "pending");
      await unadvised(page);
      const { y } = await page.locator("#identity-frame").boundingBox();
      await page.clock.runFor(6_000);
      assert.equal(await nothing(page).count(), 0);
      await page.clock.runFor(4_000);
      await nothing(page).waitFor();
      assert.match(await words(nothing(page)), /Nothing here\?/);
      assert.match(await page.locator("#live").textContent(), /Nothing here\?.*Open Iron’s page in a new tab/);
      assert.equal((await page.locator("#identity-frame").boundingBox()).y, y, "the frame has moved under its reader");
    } finally {
      await room.settings({ refuse_framing: false });
    }
  });

  for (const [sign, give] of [
    ["the focus goes into the frame", (page) => frame(page).locator("[data-begin]").focus()],
    ["the frame sends a message", (page) => frame(page).locator("main").evaluate(() => parent.postMessage("hello", "*"))],
  ]) {
    file.test(`it is quiet again when ${sign}, and stays so`, async ({ page, room }) => {
      await stopClock(page);
      await enterAs(page, room, "pending");
      await frame(page).locator("[data-begin]").waitFor();
      await page.clock.runFor(10_000);
      await nothing(page).waitFor();
      await give(page);
      await page.clock.runFor(2_000);
      await nothing(page).waitFor({ state: "hidden" });
      await page.locator("h1").click();
      await page.clock.runFor(30_000);
      assert.equal(await nothing(page).count(), 0);
    });
  }

  file.test("nobody is told of a frame that they could not have seen", async ({ page, room }) => {
    await stopClock(page);
    await enterAs(page, room, "pending");
    await frame(page).locator("[data-begin]").waitFor();
    // A tab that is driven is never hidden, whatever is in front of it.
    const hide = (value) => page.evaluate((hidden) => Object.defineProperty(document, "hidden", { configurable: true, value: hidden }), value);
    await hide(true);
    await page.clock.runFor(20_000);
    assert.equal(await nothing(page).count(), 0);
    await hide(false);
    await page.clock.runFor(10_000);
    await nothing(page).waitFor();
  });
});

describe("with a camera that may be refused", () => {
  const file = suite({ camera: "refused" });
  const allow = (context, ...permissions) => context.grantPermissions(["geolocation", ...permissions]);

  file.test("a camera that was refused before is said at once, in words for this browser, and no more once it is allowed", async ({ page, context, room }) => {
    await listen(context);
    await allow(context);
    await enterAs(page, room, "pending");
    assert.match(await advised(page, "denied"), /beginning of the address bar/);
    assert.deepEqual(await told(page), [{ code: "camera-refused", reason: "denied" }]);
    assert.ok(await phone(page).isVisible());
    await allow(context, "camera");
    await advice(page, "denied").waitFor({ state: "hidden" });
    assert.ok(await link(page).isVisible());
    assert.equal(await phone(page).count(), 0);
  });

  file.test("on a phone the words are about its settings, and the other way is another browser", {
    userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
  }, async ({ page, context, room }) => {
    await allow(context);
    await enterAs(page, room, "none");
    assert.match(await advised(page, "denied"), /Settings › Safari › Camera/);
    assert.match(await words(phone(page)), /another browser/);
  });

  file.test("an advice outlives the renewal of the page, and comes with a page that has become the identity check", { news: false }, async ({ page, context, room }) => {
    await allow(context);
    await page.clock.install(); // and it goes on: who asks too soon asks again
    const id = await enterAs(page, room, "processed");
    await room.pull(id, "decline", { comment: "Too dark" });
    await page.clock.runFor(31_000);
    await at(page, "submission/retry");
    await advised(page, "denied");
    assert.match(await page.locator("#live").textContent(), /refuses the camera/);
  });

  const android = (rest) => `Mozilla/5.0 (Linux; Android 14; Pixel 8${rest}`;
  const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
  const webView = android("; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36");
  for (const [app, userAgent, way] of [
    ["Facebook", `${iphone} Mobile/15E148 [FBAN/FBIOS;FBAV/520.0.0.38;FBBV/1;FBDV/iPhone16,1]`, /in Safari/],
    ["Instagram", `${webView} Instagram 390.0.0.27 Android`, /in Chrome/],
    ["WeChat", `${iphone} Mobile/15E148 MicroMessenger/8.0.60(0x18003c2e) NetType/WIFI Language/en`, /in Safari/],
    ["an app's web view", webView, /in Chrome/],
  ]) {
    file.test(`in the browser of ${app} the way on is a link for a browser of one's own`, { userAgent }, async ({ page, room }) => {
      await enterAs(page, room, "none");
      assert.match(await advised(page, "in-app"), way);
      assert.match(await words(phone(page)), /Get a link/);
    });
  }

  file.test("browsers of one's own, and an app that was made for these pages, are not taken for one", async ({ somebody, room }) => {
    for (const [userAgent, door] of [
      [android(") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36")],
      [`${iphone} Version/18.5 Mobile/15E148 Safari/604.1`],
      [webView, true],
    ]) {
      await somebody(async ({ page, context }) => {
        if (door) await context.addInitScript(() => (window.OnboardingPortal = { postMessage() {} }));
        await enterAs(page, room, "none");
        await unadvised(page);
      }, { userAgent });
    }
  });
});

describe("without a camera", () => {
  const file = suite({ camera: "none", names: ["portal.plain.test"] });

  file.test("no camera at all is said, and the phone is the way on", async ({ page, room }) => {
    await enterAs(page, room, "pending");
    assert.match(await advised(page, "no-camera"), /No camera was found/);
    assert.match(await words(phone(page)), /Go on with your phone/);
  });

  file.test("where browsers give no page a camera, that is said", { tolerate: [/Cross-Origin-Opener-Policy header has been ignored/] }, async ({ page, room }) => {
    const { link: { url } } = await room.build("pending");
    await page.goto(url.replace("//localhost", "//portal.plain.test"), { waitUntil: "commit" });
    await at(page, "submission/continue");
    assert.equal(await page.evaluate(() => isSecureContext), false);
    await advised(page, "no-media");
  });

  file.test("a browser that keeps no cookies is said to", async ({ page, context, room }) => {
    await listen(context);
    await enterAs(page, room, "pending");
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setDocumentCookieDisabled", { disabled: true });
    await page.reload();
    await advised(page, "no-cookies");
    assert.deepEqual(await told(page), [{ code: "cookies-blocked", reason: "no-cookies" }]);
  });
});
