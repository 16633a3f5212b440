// A partner's site, which is another site than the portal's for browsers: 127.0.0.1
// where that is localhost.
import { createServer } from "node:http";

/** Serves pages that tests put there; origin is in the partners file, unlisted is not. */
export async function startHost() {
  const pages = new Map();
  const answer = (request, response) => {
    const { body, headers } = pages.get(request.url.split("?")[0]) ?? { body: "" };
    response.writeHead(body ? 200 : request.url === "/favicon.ico" ? 204 : 404, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", ...headers });
    response.end(body);
  };
  const servers = [createServer(answer), createServer(answer)];
  const [origin, unlisted] = await Promise.all(servers.map((server) => new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
  })));
  return {
    origin,
    unlisted,
    put: (path, body, headers = {}) => pages.set(path, { body, headers }),
    stop: () => Promise.all(servers.map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    })),
  };
}

/** Keeps what the elements of a page say, in the order in which they say it. */
export const recorder = `window.said = [];
for (const type of ["ready", "stagechange", "complete", "exit", "problem"]) {
  document.addEventListener(type, ({ target, detail }) => {
    if (target.localName !== "onboarding-portal") return;
    window.said.push({ at: target.id, type, ...detail });
    window.heard?.(type);
  }, true);
}`;

/** A page of the partner's with what is given in its middle. */
export const hostPage = (portal, body, script = "") => `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>A bank</title>
    <link rel="icon" href="data:,">
    <script>${recorder}</script>
    <script type="module" src="${portal}/embed.js"></script>
    ${script && `<script type="module">${script}</script>`}
  </head>
  <body>
    <main><h1>A bank</h1>${body}</main>
  </body>
</html>`;

/** What has been said, without the elements' ids, as "ready" or "stagechange submission/start". */
export async function said(page, id) {
  const all = await page.evaluate(() => window.said);
  return all.filter(({ at }) => id === undefined || at === id).map(({ type, stage, state, code, reason }) =>
    [type, stage && `${stage}/${state}`, code, reason].filter(Boolean).join(" "));
}

/** Waits until the elements have said this last. */
export async function hears(page, words, id) {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const all = await said(page, id);
    if (all.at(-1) === words) return all;
    if (Date.now() > deadline) throw new Error(`not told “${words}” but: ${all.join(", ")}`);
    await page.waitForTimeout(50);
  }
}

/** The portal's page inside the element, whatever it leads to. */
export async function inside(page, id) {
  const frame = page.locator(`onboarding-portal${id ? `#${id}` : ""} iframe`);
  await frame.waitFor();
  return (await frame.elementHandle()).contentFrame();
}

/** The element that a customer's link goes into. */
export const element = (link, id = "portal", more = "") => `<onboarding-portal id="${id}" src="${link}" ${more}></onboarding-portal>`;

/** A session through the partner API, as a partner's server asks for one. */
export async function session(world, fields, partner = "acme") {
  const { api_key: key } = world.partners.find(({ id }) => id === partner);
  const answer = await fetch(`${world.portal.replace("//localhost", "//127.0.0.1")}/api/v1/sessions`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
    body: JSON.stringify(fields),
  });
  const made = await answer.json();
  if (answer.status !== 201) throw new Error(`partner API: ${answer.status} ${made.detail}`);
  return made;
}

/** Puts a page of the partner's at / and opens it. */
export async function open({ page, host, world }, body, script, headers) {
  host.put("/", hostPage(world.portal, body, script), headers);
  await page.goto(host.origin);
}
