// What the tests of one engine share: the sites, and for each test a browser of its
// own that keeps cookies in one of the engine's ways.
import { after, before, describe, test } from "node:test";
import { startSites } from "../sites.mjs";
import { Place } from "./place.mjs";

/**
 * Describes an engine. declare is given a function: (title, mode, walk) is a test, and
 * walk is given the sites, the browser and a tab in it.
 * @param {string | undefined} missing why the engine can't be tested here
 */
export function engine(name, open, missing, declare) {
  // Where it counts, what is not there must not pass for a success.
  if (missing && process.env.REQUIRE_ENGINES) throw new Error(`${name}: ${missing}`);
  // They mostly wait, so that two at once are no slower.
  describe(name, { skip: missing, concurrency: 2 }, () => {
    let sites;
    before(async () => {
      if (!missing) sites = await startSites();
    }, { timeout: 120_000 });
    after(() => sites?.stop(), { timeout: 60_000 });
    declare((title, mode, walk) => test(`${mode}: ${title}`, { timeout: 300_000 }, async () => {
      const browser = await open({ mode, hosts: sites.hosts });
      try {
        await walk({ ...sites, browser, tab: new Place(await browser.open()) });
      } finally {
        await browser.close();
      }
    }));
  });
}
