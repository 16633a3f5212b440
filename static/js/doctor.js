// The embed doctor: what is right and wrong about the frame that this page is in.
// Each test answers with a result, the finding whose words the page has, and facts.
const main = document.querySelector("main[data-doctor]");
const hosts = (document.documentElement.dataset.hosts ?? "").split(" ").filter(Boolean);
const powers = ["camera", "microphone", "geolocation", "clipboard-write", "fullscreen"];
const patience = 1500; // from when all has loaded, which is when a hello comes

const framed = window.parent !== window;
// A sandbox without allow-same-origin makes the page a stranger to its own site.
const opaque = self.origin === "null";
// The nearest first. "null" stands for a page that is not told.
const ancestors = location.ancestorOrigins ? [...location.ancestorOrigins] : null;
const named = (ancestors ?? []).filter((origin) => origin !== "null");
const around = ancestors?.join(" ← ");

const right = (facts, finding = "right") => ({ result: "right", finding, facts });
const wrong = (finding = "wrong", facts, line) => ({ result: "wrong", finding, facts, line });
const unknown = (finding = "unknown", facts) => ({ result: "unknown", finding, facts });
const inFrame = (test) => (framed ? test() : unknown("alone"));

// --- What the page around says. It may have been said before this script has run,
// and is then said again. ---
const greeting = new Promise((resolve) => {
  if (!framed) return resolve(null);
  addEventListener("message", ({ data, origin, source }) => {
    if (source === window.parent && data?.source === "onboarding-portal" && data.type === "hello") resolve({ ...data, origin });
  });
  const wait = () => setTimeout(resolve, patience, null);
  if (document.readyState === "complete") wait();
  else addEventListener("load", wait);
});

const loopback = (host) => host === "localhost" || host.endsWith(".localhost") || /^(127\.|\[::1\])/.test(host);
const secure = (origin) => origin.startsWith("https:") || loopback(new URL(origin).hostname);
const lineFor = (origin) => `origins: ["${origin}"]`;

/** Whether the browser gives this frame a power: true, false, or why it can't be told. */
async function given(power) {
  const policy = document.permissionsPolicy ?? document.featurePolicy;
  if (policy?.allowsFeature && (policy.features?.().includes(power) ?? true)) return policy.allowsFeature(power);
  if (power === "fullscreen" && document.fullscreenEnabled !== undefined) return document.fullscreenEnabled;
  try {
    // The person may have refused as well as the page.
    return (await navigator.permissions.query({ name: power })).state === "denied" ? "refused" : true;
  } catch {
    return "unknown";
  }
}

/** Whether the frame has a sandbox at all: in one, this may not be set to anything. */
function sandboxed() {
  try {
    document.domain = document.domain;
    return false;
  } catch {
    return true;
  }
}

/** A form that may not be sent does not even say that it is. */
function sends() {
  const form = document.createElement("form");
  if (!form.requestSubmit) return true;
  let sent = false;
  form.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    sent = true;
  });
  document.body.append(form);
  form.requestSubmit();
  form.remove();
  return sent;
}

async function cookieKept(probe) {
  const set = await fetch(probe, { method: "POST", body: new URLSearchParams({ framed: framed ? "yes" : "no" }) });
  const asked = set.ok && await fetch(probe);
  if (!asked?.ok) throw new Error("no answer");
  return (await asked.json()).kept;
}

const tests = {
  frame: () => inFrame(async () => {
    const strangers = named.filter((origin) => !hosts.includes(origin));
    return strangers.length > 0 ? wrong("wrong", around, lineFor(strangers.at(-1))) : right(around ?? (await greeting)?.origin);
  }),
  sandbox: () => inFrame(() => {
    if (opaque) return wrong("wrong-origin");
    if (!sends()) return wrong("wrong-forms");
    return sandboxed() ? unknown() : right();
  }),
  "permissions-policy": () => inFrame(async () => {
    const hello = await greeting;
    const refused = [], unsaid = [];
    for (const power of powers) {
      const is = await given(power);
      if (is === false) refused.push(power);
      else if (is !== true) unsaid.push(power);
    }
    if (refused.length === 0) return unsaid.length > 0 ? unknown("browser") : right();
    return refused.some((power) => attributeHas(hello, power)) ? wrong("wrong", refused.join(", ")) : unknown("unknown", refused.join(", "));
  }),
  cookies: async () => {
    if (opaque) return wrong("wrong-sandbox");
    if (!main.dataset.probe) return unknown();
    try {
      return (await cookieKept(main.dataset.probe)) ? right() : wrong();
    } catch {
      return unknown();
    }
  },
  storage: () => {
    try {
      localStorage.setItem("portal-doctor", "1");
      localStorage.removeItem("portal-doctor");
      return right();
    } catch {
      return wrong(opaque ? "wrong-sandbox" : "wrong");
    }
  },
  handshake: () => inFrame(async () => {
    const hello = await greeting;
    if (!hello) return unknown();
    return hosts.includes(hello.origin) ? right(`${hello.origin}, version ${Number(hello.version)}`) : wrong("wrong", hello.origin, lineFor(hello.origin));
  }),
  isolation: () => inFrame(() => (window.credentialless ? wrong() : right())),
  https: () => {
    if (location.protocol === "https:") return right();
    return loopback(location.hostname) ? right(undefined, "local") : wrong();
  },
  "secure-context": () => (window.isSecureContext ? right() : wrong("wrong", around)),
  "mixed-content": () => inFrame(() => {
    const plain = named.filter((origin) => !secure(origin));
    if (plain.length > 0) return wrong("wrong", plain.join(", "));
    return ancestors && named.length === ancestors.length ? right(around) : unknown();
  }),
  referrer: () => inFrame(() => {
    if (!document.referrer) return unknown("hidden");
    const { origin } = new URL(document.referrer);
    return hosts.includes(origin) ? right(origin) : unknown("other", origin);
  }),
  clock: () => {
    const came = performance.getEntriesByType("navigation")[0]?.responseStart;
    if (!came) return unknown();
    const off = Math.round((performance.timeOrigin + came - Number(main.dataset.now)) / 1000);
    return Math.abs(off) > 30 ? wrong("wrong", `${off > 0 ? "+" : "−"}${Math.abs(off)} s`) : right();
  },
};
for (const power of powers) {
  tests[`allow-${power}`] = () => inFrame(async () => {
    const hello = await greeting;
    const is = await given(power);
    if (is === true) return right();
    if (is !== false) return unknown(is);
    return attributeHas(hello, power) ? wrong("wrong-header") : wrong();
  });
}

/**
 * Whether the frame's allow attribute gives this power, as far as is known: the portal's
 * element, which says hello, always gives all; another may say in it what it has given.
 */
const attributeHas = (hello, power) => Boolean(hello) &&
  String(hello.allow ?? powers.join(";")).split(";").some((part) => part.trim().split(/\s+/)[0] === power && !/'(none|self)'/.test(part));

// --- The page. ---
const itemOf = (check) => main.querySelector(`[data-check="${check}"]`);

function show(check, { result, finding, facts, line }) {
  const item = itemOf(check);
  const words = item.querySelector(`[data-finding="${finding}"]`);
  item.dataset.result = result;
  words.hidden = false;
  if (line) words.querySelector("pre").textContent = line;
  const more = item.querySelector("[data-facts]");
  more.hidden = !facts;
  more.textContent = facts ?? "";
  const list = main.querySelector(`[data-checks="${result}"]`);
  list.hidden = false;
  list.querySelector("ul").append(item);
}

/** What is the same of several powers is said once. */
function gather(found) {
  const first = {};
  for (const power of powers) {
    const check = `allow-${power}`, { finding } = found[check];
    if (first[finding]) {
      first[finding].querySelector("h3").append(`, ${itemOf(check).querySelector("h3").textContent}`);
      itemOf(check).hidden = true;
    } else first[finding] = itemOf(check);
  }
}

/** By itself the page has little to tell, and first how it gets into a frame. */
function alone() {
  for (const words of main.querySelectorAll('[data-finding="alone"]:not([hidden])')) words.closest("li").hidden = true;
  const list = main.querySelector('[data-checks="unknown"]');
  list.hidden = !list.querySelector("li:not([hidden])");
  main.querySelector("[data-verdict]").parentElement.after(...main.querySelectorAll("[data-doctor-how]"));
}

function conclude(found) {
  gather(found);
  if (!framed) alone();
  const some = Object.values(found).some(({ result }) => result === "wrong");
  const verdict = some ? "wrong" : framed ? "right" : "alone";
  for (const words of main.querySelectorAll("[data-verdict]")) words.hidden = words.dataset.verdict !== verdict;
  document.getElementById("doctor-report").textContent = JSON.stringify({
    portal: main.dataset.base, page: location.pathname, at: new Date().toISOString(), browser: navigator.userAgent,
    framed, around: ancestors, listed: hosts, crossOriginIsolated: window.crossOriginIsolated ?? null, results: found,
  }, null, 2);
  for (const part of main.querySelectorAll("[data-doctor-done]")) part.hidden = false;
  main.dataset.doctor = "done";
}

/** In the page's own order, whichever is known first. */
async function examine() {
  const order = [...main.querySelectorAll("[data-check]")].map((item) => item.dataset.check);
  const results = await Promise.all(order.map((check) => tests[check]()));
  order.forEach((check, i) => show(check, results[i]));
  conclude(Object.fromEntries(order.map((check, i) => [check, results[i]])));
}

main.querySelector("[data-doctor-found]").hidden = false;
examine();
