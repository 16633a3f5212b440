// What a page must be like for everybody: axe's rules, nothing cut off or wider
// than the screen, nothing too small to be hit, the focus to be seen.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Rule, element and reason of each of axe's violations. Framed pages are tested on their own. */
export async function violations(page, { impact } = {}) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const found = await page.evaluate((values) => window.axe.run(document, {
    iframes: false, resultTypes: ["violations"], runOnly: { type: "tag", values },
  }).then((result) => result.violations), tags);
  return found
    .filter((violation) => !impact || impact.includes(violation.impact))
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary.split("\n")[1]?.trim() ?? ""}`));
}

/** What is wider than the screen, cut off, or too small to be hit with a thumb. */
export const misfits = (page) => page.evaluate(() => {
  const problems = [];
  const width = document.documentElement.clientWidth;
  const name = (element) => `${element.localName}${element.id && `#${element.id}`}${[...element.classList].map((c) => `.${c}`).join("")}`;
  const says = (element) => `${name(element)} “${(element.innerText ?? "").trim().slice(0, 40)}”`;
  const hidden = (element) => !element.checkVisibility({ visibilityProperty: true }) || getComputedStyle(element).clipPath !== "none";
  const unseen = (element) => {
    for (let at = element; at; at = at.parentElement) if (hidden(at)) return true;
    return false;
  };

  if (document.documentElement.scrollWidth > width) problems.push(`page is ${document.documentElement.scrollWidth} wide on ${width}`);

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const holder = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim()) continue;
    if (unseen(holder) || holder.closest(".skip")) continue;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const box = range.getBoundingClientRect();
    if (box.left < -1 || box.right > width + 1) problems.push(`beyond the edge: ${says(holder)}`);
    for (let at = holder; at && at !== document.body; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      const room = at.getBoundingClientRect();
      if (["hidden", "clip"].includes(overflowX) && (box.right > room.right + 1 || box.left < room.left - 1)) problems.push(`cut off: ${says(holder)}`);
      if (["hidden", "clip"].includes(overflowY) && box.bottom > room.bottom + 1) problems.push(`cut off below: ${says(holder)}`);
    }
  }

  // 44 pixels for what acts; 24, as WCAG 2.2 asks, for links; links within a
  // sentence are as high as their line.
  for (const target of document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")) {
    if (unseen(target)) continue;
    const label = target.matches("[type=checkbox], [type=radio]") ? target.closest("label") : null;
    const box = (label ?? target).getBoundingClientRect();
    const least = target.matches("a:not(.button)") ? 24 : 44;
    const inline = target.matches("p a, li a") && getComputedStyle(target).display === "inline";
    if (!inline && (box.height < least - 0.5 || box.width < 24)) problems.push(`too small, ${Math.round(box.width)} by ${Math.round(box.height)}: ${says(target)}`);
    if (label && target.getBoundingClientRect().height < 24) problems.push(`box too small: ${says(label)}`);
  }
  return [...new Set(problems)];
});

/** What has the focus, and whether that can be seen. */
export const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const onScreen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 1;
  return { tag: element.localName, id: element.id, name: element.getAttribute("name"), href: element.getAttribute("href"), outlined, onScreen };
});
