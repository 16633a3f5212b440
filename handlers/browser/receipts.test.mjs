// What a customer keeps of a signature: the receipt, on paper too, and the document
// itself, byte for byte.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { at, enterAs, sign, unsigned, words } from "./lib/page.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite();
const receipts = (page) => page.locator('[data-signed=true] a[href*="/receipts/"]');
const squeezed = (text) => text.replace(/\s+/g, "");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

file.test("a document is read, signed, and kept: its receipt names the very bytes that are handed out", async ({ page, room }) => {
  await enterAs(page, room, "signings");
  await unsigned(page).first().locator("a.outward").click();
  const address = await page.locator("iframe.document-frame").getAttribute("src");
  const shown = Buffer.from(await (await fetch(address)).arrayBuffer());
  await sign(unsigned(page).first());
  await at(page, "activation/sign");

  await receipts(page).click();
  await page.locator("main[data-receipt]").waitFor();
  assert.ok(squeezed(await words(page.locator("main"))).includes(sha256(shown)), "the receipt has the fingerprint of what was shown");
  const coming = page.waitForEvent("download");
  await page.locator("main a[data-download]").click();
  const download = await coming;
  assert.deepEqual(await readFile(await download.path()), shown);
  assert.match(download.suggestedFilename(), /^\w[\w ]*\.(html|pdf|txt)$/);
});

file.test("a receipt is printed on one page, without what is for the screen alone", async ({ page, room }) => {
  await enterAs(page, room, "signings");
  await sign(unsigned(page).first());
  await receipts(page).click();
  await page.locator("button[data-print]:visible").waitFor();
  await page.evaluate(() => { window.print = () => { window.printed = true; }; });
  await page.locator("button[data-print]").click();
  assert.equal(await page.evaluate(() => window.printed), true);

  await page.emulateMedia({ media: "print" });
  for (const hidden of ["main .button >> nth=0", "button[data-print]", ".letterhead", ".colophon", "main .outward"]) {
    assert.ok(await page.locator(hidden).first().isHidden(), `${hidden} is not printed`);
  }
  assert.ok(await page.locator("main code").first().isVisible());
  const pdf = await page.pdf({ format: "A4", margin: { top: "15mm", bottom: "15mm", left: "15mm", right: "15mm" } });
  assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1);
});

file.test("a document that changes under a reader is shown again, and not signed", { tolerate: [/status of 409/] }, async ({ page, room }) => {
  const id = await enterAs(page, room, "signings");
  const document = await unsigned(page).first().getAttribute("data-document");
  await unsigned(page).first().locator("a.outward").click();
  await page.locator("iframe.document-frame").waitFor();
  await room.pull(id, "revise-document", { document });
  await sign(unsigned(page).first());
  await page.locator("[role=alert][data-problem=changed]").waitFor();
  assert.equal(await receipts(page).count(), 0);
  const again = page.locator(`article[data-document="${document}"]`);
  assert.equal(await again.locator("input[name=consent]").isChecked(), false);
  await sign(again);
  await receipts(page).waitFor();
});

file.test("all receipts are one click away, and back", async ({ page, room }) => {
  const id = await enterAs(page, room, "signings");
  await sign(unsigned(page).first());
  await receipts(page).waitFor();
  await page.locator(".colophon a[href$='/receipts']").click();
  await page.locator("main[data-receipts='1']").waitFor();
  const [signed] = (await room.customer(id)).signings;
  assert.equal(await receipts(page).getAttribute("href"), `/p/acme/receipts/${signed.id}`);
  await page.locator("main a.outward").first().click();
  await at(page, "activation/sign");
});
