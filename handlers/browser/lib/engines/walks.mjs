// From a partner's page to "signed", wherever the browser lets the customer do it.
import assert from "node:assert/strict";
import { asked, stands, walk } from "../embedded.mjs";
import { hostPage, said } from "../host.mjs";
import { openedBy } from "./place.mjs";

/** A page of the bank's that embeds the link as its developer would. */
const embedding = ({ write, at }, link) => write("bank", hostPage(at("portal"), `<onboarding-portal src="${link.url}"></onboarding-portal>`));

/** All of it in the frame, with the camera of the frame in the frame, which has been redirected to. */
export async function inFrame(sites) {
  const { at, room, tab } = sites;
  const { customer_id, link } = await room.create();
  await tab.goto(embedding(sites, link));
  await walk(tab.frame("onboarding-portal"), room, customer_id, { provider: at("detour") });
  const events = await hears(tab, "complete");
  assert.deepEqual(events.filter((event) => /^(problem|exit)/.test(event)), []);
  assert.ok(events.includes("stagechange activation/sign"));
}

/** The frame keeps nothing: it says so, offers a tab, and follows it to the end. */
export async function inTab(sites, later = stands) {
  const { at, browser, room, tab } = sites;
  const { customer_id, link } = await room.create();
  await tab.goto(embedding(sites, link));
  const frame = tab.frame("onboarding-portal");
  await offersTab(tab, frame);
  const own = await openedBy(browser, () => frame.click("a[data-tab]"));
  await walk(own, room, customer_id, { later, provider: at("detour") });
  assert.equal(await own.evaluate(() => opener), null);
  await follows(tab, frame);
}

/** The tab keeps nothing either: it carries its session along, and the customer asks it to go on. */
export const inForgetfulTab = (sites) => inTab(sites, asked);

async function offersTab(tab, frame) {
  await frame.see('main[data-embed-problem="cookies-blocked"][data-stage=submission] a[data-tab]');
  await hears(tab, "problem cookies-blocked");
}

async function follows(tab, frame) {
  await stands(frame, "complete/ready");
  await hears(tab, "complete");
}

/** Waits until the element has said this. */
async function hears(tab, words) {
  let all;
  await tab.until(`event “${words}”`, 30_000, async () => (all = await said(tab)).includes(words));
  return all;
}
