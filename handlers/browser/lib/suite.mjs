// What the tests of one file share: a portal, a browser, and the habit of looking
// for problems that no test is about.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, person } from "./browser.mjs";
import { startHost } from "./host.mjs";
import { Room } from "./room.mjs";
import { startGallery, startWorld } from "./start.mjs";
import { watch } from "./watch.mjs";

const limit = 300_000;

/** Tells whether a request wants to be told of what changes. */
export const streams = (request) => request.headers().accept === "text/event-stream";

/**
 * Prepares a file. Its test(title, options, walk) gives walk a page of somebody new;
 * options are those of a browser context, tolerate: messages that the test
 * provokes, and news: false where pages are not to be told of what changes. names are
 * hosts that the browser finds on this machine.
 */
export function suite({ camera, names, gallery = false, world = true, host = false } = {}) {
  const file = {};
  before(async () => {
    file.browser = await launch({ camera, names });
    if (host) file.host = await startHost();
    if (world) file.world = await startWorld({ origins: host ? [file.host.origin] : [] });
    if (world) file.room = new Room(file.world);
    if (gallery) file.gallery = await startGallery();
  }, { timeout: 240_000 });
  after(async () => {
    await file.browser?.close();
    await file.world?.stop();
    await file.gallery?.stop();
    await file.host?.stop();
  }, { timeout: 60_000 });

  file.somebody = async (walk, { tolerate = [], news = true, ...options } = {}) => {
    const context = await person(file.browser, options);
    // Without news a page has to ask by itself, and one in another tab stays as it is.
    if (!news) await context.route("**/events", (route) => route.fulfill({ status: 204 }));
    if (!news) await context.route("**/watch", (route) => streams(route.request()) ? route.fulfill({ status: 204 }) : route.fallback());
    const watched = await watch(context, tolerate);
    try {
      const page = await context.newPage();
      await walk({ ...file, context, page });
      assert.deepEqual(await watched.problems(), []);
    } finally {
      await context.close();
    }
  };
  file.test = (title, ...rest) => {
    const walk = rest.pop();
    return test(title, { timeout: limit }, async (t) => {
      try {
        await file.somebody(walk, rest[0]);
      } catch (problem) {
        if (!process.env.BROWSER_SECOND_TRY) throw problem;
        // A browser on a busy machine drops a click now and then. What is wrong with the
        // portal is wrong for the next person too.
        t.diagnostic(`second try, after: ${problem.stack}`);
        console.error(`SECOND TRY of “${title}”, after: ${problem.message}`);
        await file.somebody(walk, rest[0]);
      }
    });
  };
  /** The address of a partner's customers. */
  file.home = (partner = "acme") => file.world.partners.find(({ id }) => id === partner).url;
  return file;
}
