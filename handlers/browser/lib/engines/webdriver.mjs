// As much of WebDriver (https://www.w3.org/TR/webdriver2/) as these tests need.
import { frameIn } from "./place.mjs";

const elementKey = "element-6066-11e4-a52e-4f735466cecf";

/** A session of a browser. What is asked of it is done one after the other. */
export class Session {
  #base;
  #last = Promise.resolve();
  #size;
  #sized = new Set();

  /** @param size of every window, in CSS pixels */
  static async start(driver, capabilities, size) {
    const session = new Session();
    session.#base = `${driver}/session`;
    session.#size = size;
    const { sessionId } = await session.#ask("POST", "", { capabilities: { alwaysMatch: capabilities } });
    session.#base += `/${sessionId}`;
    return session;
  }

  async #ask(method, path, body) {
    const answer = await fetch(this.#base + path, {
      method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(40_000),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path.replace(/[0-9A-F-]{36}/g, "…")}: ${value.error} ${value.message ?? ""}`);
    return value;
  }

  // A window, then a frame in it, then a command: nobody else may come in between.
  #alone(work) {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  #inFrame = (handle, path, work) => this.#alone(async () => {
    await this.#ask("POST", "/window", { handle });
    if (!this.#sized.has(handle)) await this.#ask("POST", "/window/rect", { x: 0, y: 0, ...this.#size });
    this.#sized.add(handle);
    await this.#ask("POST", "/frame", { id: null });
    for (const selector of path) {
      const id = await this.#call(frameIn, selector);
      if (!id) throw new Error(`no frame ${selector}`);
      await this.#ask("POST", "/frame", { id });
    }
    return work();
  });

  #call = (source, ...args) => this.#ask("POST", "/execute/sync", { script: `return (${source})(...arguments)`, args });

  #find = (selector) => this.#ask("POST", "/element", { using: "css selector", value: selector });

  handles = () => this.#alone(() => this.#ask("GET", "/window/handles"));

  open = () => this.#alone(() => this.#ask("POST", "/window/new", { type: "tab" }));

  go = (handle, url) => this.#inFrame(handle, [], () => this.#ask("POST", "/url", { url }));

  run = (handle, path, source, values) => this.#inFrame(handle, path, () => this.#call(source, ...values));

  click = (handle, path, selector) => this.#inFrame(handle, path, async () => {
    const element = await this.#find(selector);
    // WebKit misses what it has to scroll to within a frame of another site.
    await this.#call((target) => target.scrollIntoView({ block: "center", behavior: "instant" }), element);
    await this.#ask("POST", `/element/${element[elementKey]}/click`, {});
  });

  type = (handle, path, selector, text) => this.#inFrame(handle, path, async () =>
    this.#ask("POST", `/element/${(await this.#find(selector))[elementKey]}/value`, { text }));

  close = (handle) => this.#inFrame(handle, [], () => this.#ask("DELETE", "/window"));

  end = () => this.#alone(() => this.#ask("DELETE", ""));
}
