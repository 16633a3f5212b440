// The camera in the hosted page, which is two pages away from the customer's tab.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { answer, openSteps, personSteps, submit, takePicture, thanked } from "./lib/hosted.mjs";
import { at, enterAs, frame } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const selfie = async (place) => {
  await openSteps(place);
  await answer(place, "identity");
  await place.locator('[data-part="on"]').click();
};

/** Goes on from the selfie with the sample picture. */
async function goOn(place) {
  for (const step of personSteps.slice(1)) await answer(place, step);
  await submit(place);
}

describe("with a camera", () => {
  const file = suite({ camera: "fake" });

  file.test("the frame is given the camera, through a redirect to another of the provider's origins too", async ({ page, room, world }) => {
    await room.settings({ redirect_start: world.identity.replace("//localhost", "//127.0.0.1") });
    await enterAs(page, room, "pending");
    await openSteps(frame(page));
    await answer(frame(page), "identity");
    const [, hosted] = page.frames();
    assert.equal(new URL(hosted.url()).hostname, "127.0.0.1");
    await takePicture(frame(page));
    await frame(page).locator("[data-step=proof_of_residence]").waitFor();
    await room.settings({ redirect_start: "" });
  });

  file.test("the link beside the frame opens the same page in a tab, and the first tab follows", async ({ page, context, room }) => {
    await enterAs(page, room, "pending");
    const link = page.locator("a[data-identity-link]");
    assert.equal(await link.getAttribute("href"), await page.locator("#identity-frame").getAttribute("src"));
    const [tab] = await Promise.all([context.waitForEvent("page"), link.click()]);
    await tab.locator("[data-begin]").waitFor();
    assert.equal(await tab.evaluate(() => opener), null);
    await openSteps(tab);
    await answer(tab, "identity");
    await takePicture(tab);
    for (const step of personSteps.slice(2)) await answer(tab, step);
    await submit(tab);
    await thanked(tab);
    await tab.close();
    await page.bringToFront();
    await at(page, "compliance-review/waiting");
  });

  file.test("a hosted page that refuses to be framed leaves the link, and what it does counts", { tolerate: [/frame-ancestors|X-Frame-Options|chrome-error/] }, async ({ page, context, room }) => {
    await room.settings({ refuse_framing: true });
    await enterAs(page, room, "pending");
    const [tab] = await Promise.all([context.waitForEvent("page"), page.locator("a[data-identity-link]").click()]);
    await openSteps(tab);
    for (const step of personSteps) await answer(tab, step);
    await submit(tab);
    await thanked(tab);
    await page.bringToFront();
    await at(page, "compliance-review/waiting");
    await room.settings({ refuse_framing: false });
  });
});

describe("with a camera that is refused", () => {
  const file = suite({ camera: "refused" });

  file.test("the hosted page says so and goes on without it", async ({ page, room }) => {
    await enterAs(page, room, "pending");
    await selfie(frame(page));
    await frame(page).locator('[data-camera][data-reason="NotAllowedError"]').waitFor();
    assert.match(await frame(page).locator('[data-part="tell"]').textContent(), /refused the camera/);
    await goOn(frame(page));
    await at(page, "compliance-review/waiting");
  });
});

describe("without a camera", () => {
  const file = suite({ camera: "none" });

  file.test("the hosted page says so and goes on without it", async ({ page, room }) => {
    await enterAs(page, room, "pending");
    await selfie(frame(page));
    await frame(page).locator('[data-camera][data-reason="NotFoundError"]').waitFor();
    await goOn(frame(page));
    await at(page, "compliance-review/waiting");
  });
});
