// A tab by playwright-core or puppeteer-core, which agree on all that is used here.
import { frameIn } from "./place.mjs";

/** Tabs of a browser, each the same object whenever it is asked for. */
export class PageTabs {
  #known = new Map();

  of(page) {
    if (!this.#known.has(page)) this.#known.set(page, new PageTab(page));
    return this.#known.get(page);
  }
}

class PageTab {
  #page;

  constructor(page) {
    page.setDefaultTimeout(15_000);
    this.#page = page;
    this.id = page;
  }

  async #frame(path) {
    let frame = this.#page.mainFrame();
    for (const selector of path) {
      const found = await frame.evaluateHandle(frameIn, selector);
      frame = await found.asElement()?.contentFrame();
      if (!frame) throw new Error(`no frame ${selector}`);
    }
    return frame;
  }

  // A page may be loading for as long as what it frames is: nobody waits for it here.
  go = (url) => this.#page.evaluate((to) => void location.assign(to), url);

  run = async (path, source, values) => (await this.#frame(path)).evaluate(`(${source})(...${JSON.stringify(values)})`);

  click = async (path, selector) => (await this.#frame(path)).click(selector);

  type = async (path, selector, text) => (await this.#frame(path)).type(selector, text);

  close = () => this.#page.close();
}
