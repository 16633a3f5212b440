// The headers of every page of HTML that the portal has, as outsiders grade them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { openClient } from "./lib/client.mjs";
import { newJar, observe, weaknesses } from "./lib/grades.mjs";
import { startSites } from "./lib/sites.mjs";

const root = new URL("../../", import.meta.url);
let sites, ca;
const pages = []; // every page that anybody below was shown: {who, page, jar}

/** Somebody new, with a browser that has been here before. */
async function visitor(who, shown, walk) {
  const jar = newJar();
  const client = openClient({ port: sites.front.port, ca, jar, shown });
  await walk(client);
  for (const page of client.pages) if (isNew(page)) pages.push({ who, page, jar });
}

// What differs in nothing that is graded is looked at once.
const graded = new Set();
function isNew({ status, headers, html, url }) {
  const alike = ({ date, "content-length": length, ...rest }) => JSON.stringify(rest);
  const ids = /nonce-[^']+|=[^;"]{20,}|[0-9a-f]{8}-[0-9a-f-]{27}|(?<=start\/)[^/]+/g;
  const scripts = [...html.matchAll(/<(?:script|meta)[^>]*>/g)].join("").replace(/nonce="[^"]*"/g, "");
  const key = `${new URL(url).pathname} ${status} ${alike(headers)}`.replace(ids, "…") + scripts;
  return !graded.has(key) && graded.add(key);
}

const home = (partner = "acme") => `${sites.at("portal")}/p/${partner}/`;

/** Comes in by a link, and on to the page of the stage. */
async function enter(client, { link }) {
  await client.get(link.url);
  return client.post(link.url, {});
}

/** Signs the first document of a page, and looks at the receipt. */
async function signed(client, page) {
  const [, action, form] = /<form class="sign" method="post" action="([^"]+)"[^]*?>([^]*?)<\/form>/.exec(page.html);
  const fields = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  const after = await client.post(new URL(action, page.url).href, { ...Object.fromEntries(fields), consent: "yes" });
  const [, receipt] = /href="([^"]*\/receipts\/[^"/]+)"/.exec(after.html);
  await client.get(new URL(receipt, after.url).href);
  await client.get(new URL("../receipts", new URL(receipt, after.url)).href);
}

before(async () => {
  sites = await startSites();
  ca = readFileSync(sites.front.certificate);
  for (const shown of ["document", "iframe"]) {
    for (const { id } of await sites.room.scenarios()) {
      const made = await sites.room.build(id);
      await visitor(`${id} in ${shown}`, shown, async (client) => {
        const page = await enter(client, made);
        const document = /href="([^"]*\/documents\/[^"]+)"/.exec(page.html)?.[1];
        if (document) await client.get(new URL(document, page.url).href);
      });
    }
    await visitor(`signer in ${shown}`, shown, async (client) => signed(client, await enter(client, await sites.room.build("signings"))));
    const { link } = await sites.room.create();
    await visitor(`customer in ${shown}`, shown, async (client) => {
      await enter(client, await sites.room.create());
      for (const path of ["phone", "phone/nobodys-code", "doctor"]) await client.get(home() + path);
    });
    await visitor(`nobody in ${shown}`, shown, async (client) => {
      await client.get(link.url);
      for (const partner of ["acme", "northwind"]) await client.get(home(partner));
      await client.post(`${home()}sign-up`, { name: "", email: "", customer_type: "Person" });
      await client.get(`${home()}start/never-made`);
      await client.post(`${home()}sign-out`, {});
      await client.post(`${home()}sign-out`, {}, { headers: { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.test" } });
      for (const path of ["/", "/nothing", "/p/nobody/", "/p/acme/nothing", "/p/acme/watch", "/p/acme/events"]) await client.get(sites.at("portal") + path);
    });
  }
}, { timeout: 120_000 });
after(() => sites?.stop());

// Pages that are found by walking can be forgotten; addresses can't.
const noPages = ["/brand.css", "/doctor/probe", "/receipts/:id/document"];
test("every address of a page has been seen", () => {
  const routes = readFileSync(new URL("handlers/handlers.go", root), "utf8");
  const seen = new Set(pages.map(({ page }) => new URL(page.url).pathname));
  const patterns = [...routes.matchAll(/h\.get\(p, "([^"]+)"/g)].map(([, path]) => path).filter((path) => !noPages.includes(path));
  assert.ok(patterns.length >= 7);
  const unseen = patterns.filter((path) => {
    const pattern = new RegExp(`^/p/[^/]+${path.replace(/:[a-z]+/g, "[^/]+")}$`);
    return ![...seen].some((address) => pattern.test(address));
  });
  assert.deepEqual(unseen, []);
});

test("MDN's HTTP Observatory gives every page at least 135 points", () => {
  assert.deepEqual(among(({ page, jar }) => {
    const { score, results } = observe(page, jar);
    return score >= 135 ? [] : [`${score}: ${results.join(", ")}`];
  }), []);
});

test("Google's CSP Evaluator finds nothing in the policy of any page", () => {
  assert.deepEqual(among(({ page }) => weaknesses(page)), []);
});

/** What is found on any page, each thing once. */
function among(look) {
  const found = new Map();
  for (const seen of pages) {
    for (const words of look(seen)) {
      if (!found.has(words)) found.set(words, `${words} — ${seen.who}: ${seen.page.method} ${new URL(seen.page.url).pathname} ${seen.page.status}`);
    }
  }
  return [...found.values()];
}
