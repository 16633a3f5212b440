// One walk for three engines. An engine's driver gives tabs that can do five things,
// each in the document that a path of selectors leads to, one frame after the other:
//
//	go(url)                     opens an address
//	run(path, source, values)   calls a function, which has no scope but its own
//	click(path, selector)       presses with the mouse, as the browser counts it
//	type(path, selector, text)  presses keys
//	close()
//
// and browsers that have open(), tabs() and close(). The rest is the same for all, and here.
import assert from "node:assert/strict";

const patience = 30_000;

/** A document: a tab's own, or a frame's however deep. */
export class Place {
  /** @param {string[]} path selectors of the frames that lead here, outermost first */
  constructor(tab, path = []) {
    this.tab = tab;
    this.path = path;
  }

  /** The document in a frame of this one, which need not be there yet. */
  frame = (selector) => new Place(this.tab, [...this.path, selector]);

  /** Calls a function in the page. It sees its arguments alone. */
  evaluate = (what, ...values) => this.tab.run(this.path, String(what), values);

  /** Waits until an element is there and can be seen. */
  async see(selector, limit = patience) {
    await this.until(`${selector} in ${this.path.join(" ") || "the tab"}`, limit, () => this.evaluate(visible, selector));
  }

  /** Waits until something is so. A document that is just being left says nothing. */
  async until(what, limit, test) {
    const end = Date.now() + limit;
    let last;
    for (;;) {
      const so = await test().catch((problem) => void (last = problem));
      if (so) return;
      if (Date.now() > end) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.fail(`no ${what} in time${last ? ` (${last.message})` : ""}; ${await this.told()}`);
  }

  async click(selector) {
    await this.see(selector);
    await this.tab.click(this.path, selector);
  }

  async fill(selector, text) {
    await this.see(selector);
    await this.tab.type(this.path, selector, text);
  }

  has = (selector) => this.evaluate(visible, selector);

  /** The words of the first element that fits. */
  text = (selector) => this.evaluate((s) => document.querySelector(s)?.textContent.replace(/\s+/g, " ").trim() ?? null, selector);

  attribute = (selector, name) => this.evaluate((s, n) => document.querySelector(s)?.getAttribute(n) ?? null, selector, name);

  /** What can be seen here, for whoever reads of a failure. */
  told = () => this.evaluate(() => `${location.origin}${location.pathname.replace(/start\/.*/, "start/…")} shows “${document.body?.innerText.slice(0, 300)}”`)
    .catch((problem) => `there is no document: ${problem.message}`);

  async goto(url) {
    await this.tab.go(url);
  }
}

/** In the page: the frame that a selector means, which an element may have inside. */
export function frameIn(selector) {
  const found = document.querySelector(selector);
  return found?.shadowRoot?.querySelector("iframe") ?? found;
}

// In the page: whether an element is there and has a size.
function visible(selector) {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  return Boolean(box && box.width > 0 && box.height > 0);
}

/** The tab that pressing somewhere opens. */
export async function openedBy(browser, press) {
  const before = new Set((await browser.tabs()).map(({ id }) => id));
  await press();
  const end = Date.now() + patience;
  for (;;) {
    const fresh = (await browser.tabs()).find(({ id }) => !before.has(id));
    if (fresh) return new Place(fresh);
    assert.ok(Date.now() < end, "no new tab has opened");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
