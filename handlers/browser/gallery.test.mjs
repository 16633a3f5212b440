// Every page in every state, from the gallery: accessible, whole and well made in
// each width, look, language and direction.
import assert from "node:assert/strict";
import { sizes } from "./lib/browser.mjs";
import { misfits, violations } from "./lib/checks.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite({ world: false, gallery: true });

/**
 * What axe finds depends on the look and not on the words; what fits depends on the
 * words, the direction and the width.
 */
const variants = [
  { query: "locale=en", looks: [["laptop", "light"], ["phone", "dark"]], rules: true },
  { query: "locale=de", looks: [["phone", "light"], ["laptop", "dark"]] },
  { query: "dir=rtl", looks: [["phone", "light"], ["laptop", "dark"]] },
];

// Samples bear the statuses of the error pages that they show; what stands in for
// pages from outside is no page of the portal.
const tolerate = [/status of [45]\d\d/, /^HTML of \/outside/];

for (const { query, looks, rules } of variants) {
  file.test(`pages with ${query} ${rules ? "have no violations of axe's rules and " : ""}fit on phones and laptops`, { tolerate }, async ({ page, gallery }) => {
    const problems = [];
    for (const sample of await (await fetch(gallery.url)).json()) {
      // The page behind a one-time link sends itself, so that it never finishes loading.
      await page.goto(`${gallery.url}/${sample}?${query}`, { waitUntil: "commit" });
      await page.locator("footer").waitFor();
      for (const [size, look] of looks) {
        await page.setViewportSize(sizes[size]);
        await page.emulateMedia({ colorScheme: look });
        const found = [...(rules ? await violations(page) : []), ...(await misfits(page))];
        problems.push(...found.map((words) => `${sample}, ${size}, ${look}: ${words}`));
      }
    }
    assert.deepEqual(problems, []);
  });
}
