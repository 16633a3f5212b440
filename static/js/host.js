// Tells the partner's page around this one, or the partner's app, where the customer
// stands. Nothing is learnt from them: what is on this page came from the server.
const NAME = "onboarding-portal";
const STEP = 4, MOST = 12000; // px: heights are told in steps, and up to a limit
const SOON = 40, SETTLED = 600; // ms
const root = document.documentElement;
const framed = window.parent !== window;
const hosts = (root.dataset.hosts ?? "").split(" ");
const listed = (origin) => (origin && hosts.includes(origin) ? origin : "");

// Not every browser says whose page this one is in. There the host's hello does.
let host = framed ? listed(location.ancestorOrigins?.[0]) : "";
const waiting = []; // what a host that is not known yet has to be told
let told = 0, width = 0, soon = 0, settled = 0;

if (framed) root.dataset.framed = ""; // the server can't know it of every browser

const message = (type, detail) => ({ source: NAME, version: 1, type, ...detail });
const toHost = (words) => host && window.parent.postMessage(words, host);

// Each of these is there only where an app has put it.
function toApp(words) {
  try {
    window.webkit?.messageHandlers?.onboardingPortal?.postMessage(words);
    window.ReactNativeWebView?.postMessage(JSON.stringify(words));
    window.OnboardingPortal?.postMessage?.(JSON.stringify(words));
  } catch { /* an app that can't listen is no reason to stop */ }
}

function tell(type, detail) {
  const words = message(type, detail);
  if (host) toHost(words);
  else if (framed) waiting.push(words);
  toApp(words);
}

const main = () => document.querySelector("main");
const where = () => {
  const { stage, state } = main()?.dataset ?? {};
  return stage ? { stage, state } : {};
};
let standing = where();

/** What there is to say of a page as the server has made it. */
function tellPage() {
  const { stage, state, embedProblem: code } = main()?.dataset ?? {};
  if (stage === "complete" && state === "ready") tell("complete");
  if (code) tell("problem", { code });
}

// --- The height: of the content alone, so that it can't depend on the frame's. ---
const bottom = (element) => element.getBoundingClientRect().bottom + scrollY;
function contentHeight() {
  const unfolded = [...document.querySelectorAll("details[open] > .panel")].map((panel) => bottom(panel) + 16);
  return Math.max(bottom(document.body), ...unfolded);
}

function tellHeight() {
  clearTimeout(soon);
  soon = 0;
  if (!innerWidth) return; // hidden by the host: there is no layout to measure
  let height = Math.min(Math.ceil(contentHeight() / STEP) * STEP, MOST);
  // Whoever is taking a picture in there must not have the frame move, unless they
  // have turned the screen.
  if (document.getElementById("identity-frame") && innerWidth === width) height = Math.max(height, told);
  width = innerWidth;
  if (height !== told) toHost(message("resize", { height }));
  if (host) told = height;
  clearTimeout(settled);
  settled = setTimeout(settle, SETTLED);
}

// A host that gives less room than is needed gets the scrollbar back.
const settle = () => root.toggleAttribute("data-scrolls", innerHeight + 1 < contentHeight());

const tellHeightSoon = () => (soon ||= setTimeout(tellHeight, SOON));

// --- Listening: to the host's hello, and to the other scripts of this page. ---
addEventListener("message", ({ data, origin, source }) => {
  if (!framed || source !== window.parent || !listed(origin)) return;
  if (data?.source !== NAME || data.version !== 1 || data.type !== "hello") return;
  host = listed(origin);
  toHost(message("ready", where()));
  waiting.splice(0).forEach(toHost);
  told = 0;
  tellHeight();
});
document.addEventListener("portal:problem", ({ detail }) => {
  const { code, reason } = detail ?? {};
  tell("problem", reason ? { code, reason } : { code });
});
document.addEventListener("click", ({ target, ctrlKey, metaKey, shiftKey }) => {
  if (ctrlKey || metaKey || shiftKey) return; // that opens another tab, and nobody leaves
  if (target instanceof Element && target.closest('a[target="_top"]')) tell("exit");
});

new MutationObserver(() => {
  if (framed) tellHeightSoon();
  const { stage, state } = where();
  if (stage === standing.stage && state === standing.state) return;
  standing = { stage, state };
  if (stage) tell("stagechange", standing);
  tellPage();
}).observe(document.body, { childList: true, subtree: true });

toHost(message("ready", standing));
toApp(message("ready", standing));
tellPage();
if (document.querySelector("[data-notice=signed-out]")) tell("exit");
if (framed) {
  tellHeight();
  new ResizeObserver(tellHeightSoon).observe(document.body);
  document.addEventListener("toggle", tellHeightSoon, true);
  addEventListener("resize", tellHeightSoon);
}
