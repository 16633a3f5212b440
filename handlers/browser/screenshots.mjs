// The README's pictures, of the real pages: npm run screenshots
import { mkdirSync, statSync } from "node:fs";
import { launch, person } from "./lib/browser.mjs";
import { enter, frame, unsigned } from "./lib/page.mjs";
import { Room } from "./lib/room.mjs";
import { startWorld } from "./lib/start.mjs";

const folder = new URL("../../.pictures/", import.meta.url).pathname;
const largest = 150_000;

const desktop = { viewport: { width: 1120, height: 900 }, colorScheme: "light" };
const phone = { viewport: { width: 390, height: 844 }, colorScheme: "dark" };

const pictures = [
  { name: "start", scenario: "none" },
  { name: "identity", scenario: "pending", prepare: intoFrame },
  { name: "waiting", scenario: "processed" },
  { name: "retry", scenario: "declined" },
  { name: "sign", scenario: "signings", prepare: (page) => unsigned(page).first().locator("input[name=consent]").check() },
  { name: "complete", scenario: "active" },
  { name: "retry-phone", scenario: "declined", look: phone },
  { name: "sign-phone", scenario: "signings", look: phone },
];

async function intoFrame(page) {
  await frame(page).locator("main[data-page=welcome]").waitFor();
  await page.evaluate(() => scrollTo(0, 0));
}

async function take(page, name) {
  await page.evaluate(() => document.fonts.ready);
  const path = `${folder}${name}.png`;
  await page.screenshot({ path, animations: "disabled" });
  const { size } = statSync(path);
  if (size > largest) throw new Error(`${name}.png has ${size} bytes, more than ${largest}`);
  console.log(`${name}.png ${Math.round(size / 1000)} kB`);
}

async function controlRoom(browser, world, room) {
  await room.reset();
  for (const scenario of ["active", "signings", "declined"]) await room.build(scenario);
  const [newest] = await room.customers();
  const context = await person(browser, { ...desktop, viewport: { width: 1200, height: 480 } });
  const page = await context.newPage();
  await page.goto(`${world.control_room}/customers/${newest.id}`);
  await take(page, "control-room");
  await context.close();
}

/** The portal in a partner's own page. */
async function bank(browser, world, room) {
  const { customer_id } = await room.build("none");
  const context = await person(browser, { ...desktop, viewport: { width: 1120, height: 820 } });
  const page = await context.newPage();
  await page.goto(`${world.partners[0].bank}?customer=${customer_id}`);
  await page.locator("[data-log]", { hasText: "stagechange" }).waitFor();
  await take(page, "bank");
  await context.close();
}

mkdirSync(folder, { recursive: true });
const world = await startWorld();
const browser = await launch();
try {
  const room = new Room(world);
  for (const { name, scenario, look = desktop, prepare = async () => {} } of pictures) {
    const context = await person(browser, look);
    const page = await context.newPage();
    const { link, customer } = await room.build(scenario);
    await enter(page, link.url, `${customer.stage}/${customer.state}`);
    await prepare(page);
    await take(page, name);
    await context.close();
  }
  await bank(browser, world, room);
  await controlRoom(browser, world, room);
} finally {
  await browser.close();
  await world.stop();
}
