// <onboarding-portal src="…">: a customer's onboarding inside a page of yours.
// The types of everything here are in embed.d.ts beside this file.
const NAME = "onboarding-portal";
const HELLO = { source: NAME, version: 1, type: "hello" };
const POWERS = ["camera", "microphone", "geolocation", "clipboard-write", "fullscreen"];
const STAGES = ["submission", "compliance-review", "activation", "complete", "blocked", "unknown"];
const CODES = ["link-expired", "session-expired", "cookies-blocked", "frame-refused", "camera-refused", "load-failed"];
const ID = /^[a-z][a-z0-9-]{0,39}$/;
const LEAST = 320, MOST = 12000; // px: what a height that is told is kept within
const GREETINGS = [250, 750, 2000]; // ms from one hello to the next, then to giving up

let look;
try {
  look = new CSSStyleSheet();
  look.replaceSync(":host{display:block}:host([hidden]){display:none}");
} catch {
  look = null; // the frame inside is as wide as its surroundings either way
}

class OnboardingPortal extends HTMLElement {
  static observedAttributes = ["src", "locale", "theme"];
  #root = this.attachShadow({ mode: "open" });
  #frame = null;
  #origin = "";
  #planned = false;
  #loaded = 0; // pages that the frame has shown
  #heard = false; // from the page that is in the frame now
  #ready = false;
  #done = false;
  #blind = false; // this page's own policy forbids us to ask whether the portal is there
  #stage = null;
  #state = null;
  #height = "max(480px, 80vh)"; // until the page has told its own
  #greeting = 0;
  #deadline = 0;

  constructor() {
    super();
    if (look) this.#root.adoptedStyleSheets = [look];
  }

  get stage() { return this.#stage; }
  get state() { return this.#state; }
  get timeout() { return Number(this.getAttribute("timeout")) || 15000; }
  set timeout(ms) { this.setAttribute("timeout", ms); }

  connectedCallback() {
    for (const name of [...OnboardingPortal.observedAttributes, "timeout"]) {
      // Set before the element was defined, it hides the property of the same name.
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    addEventListener("message", this.#hear);
    document.addEventListener("securitypolicyviolation", this.#forbidden);
    this.#plan();
  }

  disconnectedCallback() {
    removeEventListener("message", this.#hear);
    document.removeEventListener("securitypolicyviolation", this.#forbidden);
    this.#clear();
  }

  // A browser that can move an element without unloading its frame must not unload it.
  connectedMoveCallback() {}

  attributeChangedCallback(name) {
    // Another language or theme alone never takes away what the customer is doing, nor
    // interrupts a link that is just being used up.
    if (name === "src" || !this.#frame) this.#plan();
  }

  // Attributes come one after the other; the frame is loaded once for all of them.
  #plan() {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      if (this.isConnected) this.#load();
    });
  }

  #clear() {
    this.#quiet();
    this.#frame?.remove();
    this.#frame = this.#stage = this.#state = null;
    this.#loaded = 0;
    this.#heard = this.#ready = this.#done = this.#blind = false;
  }

  #quiet() {
    clearTimeout(this.#greeting);
    clearTimeout(this.#deadline);
  }

  #load() {
    this.#clear();
    if (!this.src) return;
    let address;
    try {
      address = new URL(this.src);
    } catch { /* it has no protocol either */ }
    if (!/^https?:$/.test(address?.protocol)) return this.#problem("load-failed", "bad-src");
    for (const name of ["locale", "theme"]) if (this[name]) address.searchParams.set(name, this[name]);
    this.#origin = address.origin;
    // A new frame, since a new address in the old one would be a step for the back button.
    const frame = this.#frame = document.createElement("iframe");
    frame.setAttribute("part", "frame"); // for border-radius and the like
    frame.title = this.getAttribute("aria-label") || "Onboarding";
    frame.allow = POWERS.map((power) => `${power} ${address.origin}`).join("; ");
    frame.referrerPolicy = "strict-origin"; // no-referrer would hide from the page whose page it is in
    Object.assign(frame.style, { display: "block", width: "100%", height: this.#height, border: "0" });
    frame.addEventListener("load", () => this.#shown(frame));
    frame.src = address.href;
    this.#deadline = setTimeout(() => this.#diagnose(), this.timeout);
    this.#root.append(frame);
  }

  #shown(frame) {
    if (frame !== this.#frame) return;
    this.#heard = false;
    clearTimeout(this.#greeting);
    this.#greet(GREETINGS);
    // The next page begins at its top, as it would in a window of its own.
    const follows = this.#loaded++ > 0 && this.#root.activeElement === frame;
    if (follows && this.getBoundingClientRect().top < 0) this.scrollIntoView();
  }

  #greet([wait, ...waits]) {
    if (!wait) return this.#diagnose();
    this.#frame.contentWindow.postMessage(HELLO, this.#origin);
    this.#greeting = setTimeout(() => this.#greet(waits), wait);
  }

  #hear = ({ data, origin, source }) => {
    if (!source || source !== this.#frame?.contentWindow || origin !== this.#origin) return;
    if (data?.source !== NAME || data.version !== 1) return;
    this.#heard = true;
    this.#quiet();
    const { type, code, reason } = data;
    if (type === "ready" || type === "stagechange") this.#move(data);
    else if (type === "resize") this.#resize(data.height);
    else if (type === "exit") this.#fire("exit");
    else if (type === "problem" && CODES.includes(code)) this.#problem(code, ID.test(reason) ? reason : undefined);
    else if (type === "complete" && this.#stage === "complete" && this.#state === "ready" && !this.#done) {
      this.#done = true;
      this.#fire("complete");
    }
  };

  #move({ stage, state }) {
    if (!this.#ready) {
      this.#ready = true;
      this.#fire("ready");
    }
    if (!STAGES.includes(stage) || !ID.test(state ?? "") || (stage === this.#stage && state === this.#state)) return;
    this.#stage = stage;
    this.#state = state;
    this.#fire("stagechange", { stage, state });
  }

  #resize(height) {
    if (!Number.isFinite(height)) return;
    this.#height = `${Math.min(Math.max(Math.ceil(height), LEAST), MOST)}px`;
    if (this.#frame.style.height !== this.#height) this.#frame.style.height = this.#height;
  }

  // A frame that is refused loads like any other: that nobody in it answers is the
  // only sign, and means something else where the portal can't be reached at all.
  async #diagnose() {
    const frame = this.#frame;
    this.#quiet();
    if (!navigator.onLine) return this.#problem("load-failed", "offline");
    const there = await fetch(`${this.#origin}/embed.js`, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout?.(5000) })
      .then(({ ok }) => ok, () => new Promise((done) => setTimeout(() => done(this.#blind), 50)));
    if (frame !== this.#frame || this.#heard) return;
    if (!there) return this.#problem("load-failed", "unreachable");
    if (!this.#loaded) return this.#problem("load-failed", "timeout");
    const partner = new URL(frame.src).pathname.split("/")[2];
    console.error(`<${NAME}>: the portal may not be framed here. In the portal's partners file, add ${location.origin}${
      top === self ? "" : " and the origin of every page around it"} to the "origins" of partner "${partner}".`);
    this.#problem("frame-refused", "origin");
  }

  #forbidden = ({ effectiveDirective, blockedURI }) => {
    if (!this.#frame || !blockedURI.startsWith(this.#origin)) return;
    if (effectiveDirective === "connect-src") this.#blind = true;
    if (effectiveDirective !== "frame-src") return;
    this.#quiet();
    this.#heard = true; // nobody is going to answer, and it is known why
    console.error(`<${NAME}>: add ${this.#origin} to frame-src in this page's Content-Security-Policy.`);
    this.#problem("frame-refused", "host-policy");
  };

  #problem(code, reason) {
    this.#fire("problem", reason ? { code, reason } : { code });
  }

  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

for (const name of OnboardingPortal.observedAttributes) {
  Object.defineProperty(OnboardingPortal.prototype, name, {
    configurable: true,
    enumerable: true,
    get() { return this.getAttribute(name) ?? ""; },
    set(value) { value == null ? this.removeAttribute(name) : this.setAttribute(name, value); },
  });
}

// The page may have this script twice.
if (!customElements.get(NAME)) customElements.define(NAME, OnboardingPortal);
