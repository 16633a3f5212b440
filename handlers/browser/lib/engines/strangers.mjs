// What pages around the portal must not be able to do, in any engine.
import assert from "node:assert/strict";
import { stands } from "../embedded.mjs";
import { hostPage, said } from "../host.mjs";
import { framing } from "../sites.mjs";
import { Place } from "./place.mjs";

const loaded = (place, selector) => place.see(`${selector}[data-loaded]`);

/** A page of a site that is not listed frames nothing, nor does one around a listed site's. */
export async function unlistedFramesNothing({ at, room, tab, write }) {
  const { link } = await room.build("signings");
  // A refused frame may keep the address, and the browser may put words of its own there.
  const shows = (place) => place.evaluate(() => Boolean(document.querySelector('link[href^="/static/"]'))).catch(() => false);
  for (const address of [link.url, `${at("portal")}/p/acme/`, `${at("portal")}/p/acme/nothing`, `${at("portal")}/p/nobody/`, `${at("portal")}/`]) {
    await tab.goto(write("evil", framing(address)));
    await loaded(tab, "#portal");
    assert.equal(await shows(tab.frame("#portal")), false, `${address} in the unlisted site`);

    await tab.goto(write("evil", framing(write("bank", framing(address)))));
    const bank = tab.frame("#portal");
    await loaded(bank, "#portal");
    assert.equal(await shows(bank.frame("#portal")), false, `${address} in the bank's page in the unlisted site`);
  }
  // The link works still, and the same look at a frame sees the portal where it is.
  await tab.goto(write("bank", framing(link.url)));
  await stands(tab.frame("#portal"), "activation/sign");
  assert.ok(await shows(tab.frame("#portal")));
}

// In a page: sends everything that portal and host say to each other to the windows
// that lists names, and keeps what is answered.
const shout = `const heard = [];
addEventListener("message", ({ data, origin }) => heard.push(origin + " " + JSON.stringify(data)));
function shout(windows) {
  for (const type of ["hello", "ready", "stagechange", "resize", "complete", "exit", "problem", "signed", "navigate"]) {
    const words = { source: "onboarding-portal", version: 1, type, stage: "complete", state: "ready", height: 1, code: "link-expired", src: "https://evil.test/" };
    for (const to of windows) for (const said of [words, JSON.stringify(words)]) to.postMessage(said, "*");
  }
  for (const to of windows) to.postMessage("all said", "*");
}`;

/** An advertisement in the bank's page: neither the portal nor the element heeds it, nor is it told anything. */
export async function nobodyHeedsAnAdvertisement(sites) {
  const { at, room, tab, write } = sites;
  const framed = await room.build("signings", { partner: "northwind" });
  const embedded = await room.build("signings");
  const advertisement = write("evil", `<!doctype html><title>Buy</title><script>${shout}</script>`);
  const bank = hostPage(at("portal"), `<onboarding-portal id="a" src="${embedded.link.url}"></onboarding-portal>
    <iframe id="portal" src="${framed.link.url}" title="Onboarding"></iframe><iframe id="ad" src="${advertisement}" title="Buy"></iframe>`,
  `addEventListener("message", ({ data }) => { if (data === "all said") window.allSaid = true; });`);
  await tab.goto(write("bank", bank));
  await Promise.all([stands(tab.frame("#a"), "activation/sign"), stands(tab.frame("#portal"), "activation/sign")]);
  await tab.until("stage told", 20_000, async () => (await said(tab)).includes("stagechange activation/sign"));
  const before = await said(tab);

  await tab.frame("#ad").evaluate(() => shout([parent, ...Array.from({ length: parent.length }, (_, i) => parent[i]).filter((other) => other !== self)]));
  await tab.until("end of the noise", 20_000, () => tab.evaluate(() => window.allSaid));
  assert.deepEqual(await said(tab), before);
  assert.deepEqual(await tab.frame("#ad").evaluate(() => heard), []);
  for (const place of [tab.frame("#a"), tab.frame("#portal")]) await stands(place, "activation/sign");
  await nothingDone(room, embedded, framed);
}

/** A listed page that means harm: it posts messages at its frame and aims forms at it. */
export async function hostilePageChangesNothing(sites) {
  const { at, browser, room, tab, write } = sites;
  const made = await room.build("signings");
  await tab.goto(write("bank", framing(made.link.url, { more: `<script>${shout}</script>` })));
  const frame = tab.frame("#portal");
  await stands(frame, "activation/sign");
  await tab.evaluate(() => shout([frames[0]]));

  const document = await frame.attribute("[data-document]", "data-document");
  await aim(tab, at, document, frame);
  await enter(tab, `${at("portal")}/p/acme/`);
  await stands(frame, "activation/sign");
  assert.equal(await frame.evaluate(() => window.document.querySelectorAll("[data-signed=false]").length), 2);
  await nothingDone(room, made);

  // And from a page that may not frame anything, where the customer is in a tab.
  const own = new Place(await browser.open());
  await own.goto(await room.link(made.customer_id));
  await stands(own, "activation/sign");
  const evil = new Place(await browser.open());
  await evil.goto(write("evil", `<!doctype html><title>Win</title><iframe id="portal" name="portal"></iframe><script>${shout}</script>`));
  await evil.see("#portal");
  await evil.evaluate(() => shout([frames[0]]));
  await aim(evil, at, document);
  await own.goto(`${at("portal")}/p/acme/`);
  await stands(own, "activation/sign");
  await nothingDone(room, made);
}

/** Sends every form that the portal knows into the frame, one after the other. */
async function aim(page, at, document, frame) {
  const forms = [
    [`documents/${document}/sign`, { consent: "yes", token: "guessed", fingerprint: "guessed" }],
    ["identity", {}], ["sign-out", {}], ["preferences", { language: "de", theme: "dark" }],
    ["sign-up", { name: "Eve", email: "eve@evil.example", customer_type: "Person" }],
  ];
  for (const [path, fields] of forms) {
    await page.evaluate((action, values) => {
      window.document.querySelector("#portal").removeAttribute("data-loaded");
      window.document.querySelector("#portal").onload = ({ target }) => (target.dataset.loaded = 1);
      const form = window.document.body.appendChild(window.document.createElement("form"));
      Object.assign(form, { method: "post", action, target: "portal" });
      for (const [name, value] of Object.entries(values)) form.append(Object.assign(window.document.createElement("input"), { name, value }));
      form.submit();
    }, `${at("portal")}/p/acme/${path}`, fields);
    await loaded(page, "#portal");
    if (frame) await frame.see("[data-support-code]"); // refused, in our words
  }
}

const enter = (page, address) => page.evaluate((to) => void (document.querySelector("#portal").src = to), address);

/** Iron was told of nothing, and sees the customers where they were. */
async function nothingDone(room, ...made) {
  for (const { customer_id } of made) {
    const { stage, state } = await room.customer(customer_id);
    assert.equal(`${stage}/${state}`, "activation/sign");
    assert.deepEqual((await room.log(customer_id)).filter(({ method }) => method !== "GET").map(({ path }) => path), []);
  }
}

/** Sessions of two partners know nothing of each other. */
export const partnersAreApart = (sites) => areApart(sites, [
  ["bank", "processed", "acme", "compliance-review/waiting"], ["bank", "active", "northwind", "complete/ready"],
]);

/** Nor do those of one partner in two sites, where the browser keeps a site's cookies for its frames apart. */
export const sitesAreApart = (sites) => areApart(sites, [
  ["bank", "processed", "acme", "compliance-review/waiting"], ["shop", "signings", "acme", "activation/sign"],
]);

async function areApart({ browser, room, tab, write }, rows) {
  const seen = [];
  for (const [who, scenario, partner, expected] of rows) {
    const page = seen.length === 0 ? tab : new Place(await browser.open());
    await page.goto(write(who, framing((await room.build(scenario, { partner })).link.url)));
    const frame = page.frame("#portal");
    await stands(frame, expected);
    seen.push({ frame, expected });
  }
  const again = async ({ frame, expected }) => {
    await frame.evaluate(() => void (document.querySelector("main").dataset.state = "old", location.reload()));
    await stands(frame, expected);
  };
  for (const one of seen) await again(one);

  const [first, ...others] = seen;
  await first.frame.click('form[action$="/sign-out"] button');
  await first.frame.until("page without a stage", 20_000, () => first.frame.evaluate(() => Boolean(document.querySelector("main:not([data-stage])"))));
  for (const one of others) await again(one);
}
