// What pages can do better with a script. Everything works without it.
const now = 5000, slowest = 30000;
let wait = now, timer = 0, stopped = false;
const live = () => document.querySelector("main[data-live]");
const frameIn = (main) => main.querySelector("#identity-frame")?.getAttribute("src");

// --- Quiet renewal: ask whether this page still says how things stand. ---
const told = 60000;
const again = (delay) => {
  clearTimeout(timer);
  if (!stopped && !document.hidden && live()) timer = setTimeout(ask, delay);
};
// That a phone has come is no news of Iron's: a page that waits for one goes on asking.
const follows = (main) => main && "follow" in main.dataset;
// Where news are told there is no need to ask, but in case that one got lost.
const later = () => {
  // Nor is it that Iron answers again.
  const following = follows(live()) || live()?.querySelector("[data-as-of]");
  if (stream?.readyState === EventSource.OPEN && !following) return again(told);
  again(wait = Math.min(wait * 1.5, following ? 2 * now : slowest));
};

// --- News: the server says when there is something new. ---
// A page in the background has no stream: browsers allow six for all tabs together.
let stream = null;
function listen() {
  if (stream || stopped || document.hidden || !live() || !window.EventSource) return;
  stream = new EventSource(location.pathname.split("/", 3).join("/") + "/events");
  let before = live().dataset;
  stream.addEventListener("progress", ({ data }) => {
    const { stage, state } = JSON.parse(data);
    // The first one after a page was loaded only says what the page says.
    if (before?.stage !== stage || before.state !== state) again(0);
    before = null;
  });
  // It comes back by itself, unless it was refused: then asking goes on as before.
  stream.onerror = () => stream?.readyState === EventSource.CLOSED && hush();
}
function hush() {
  stream?.close();
  stream = null;
}

function ask() {
  const answer = new XMLHttpRequest();
  answer.open("GET", location.pathname);
  answer.responseType = "document";
  answer.timeout = slowest;
  answer.setRequestHeader("X-Portal-Poll", "1");
  answer.onload = () => receive(answer.status, answer.response, answer.responseURL);
  // A network that is away for a while does not make the page less true.
  answer.onerror = answer.ontimeout = later;
  answer.send();
}

function receive(status, page, address) {
  const old = live();
  if (!old) return;
  if (status === 429 || status >= 500) return later();
  const main = page?.querySelector("main[data-stage]");
  if (status !== 200 || !main) {
    // The session may be over. Somebody in the middle of the identity check keeps
    // the hosted page, which does not need ours; everybody else is shown why.
    stopped = true;
    hush();
    if (!frameIn(old)) location.reload();
    return;
  }
  const path = new URL(address, location.href).pathname;
  if (follows(old) && path !== location.pathname) return location.replace(path);
  if (main.dataset.version === old.dataset.version) return later();
  if (frameIn(old) && frameIn(old) === frameIn(main)) return later();
  swap(old, main, page.title, path);
  bring(page);
  wait = now;
  again(now);
}

function swap(old, main, title, path) {
  const focused = old.contains(document.activeElement) && document.activeElement;
  keepAnswers(old, main);
  old.replaceWith(document.adoptNode(main));
  document.title = title;
  if (path !== location.pathname) history.replaceState(null, "", path);
  if (focused) ((focused.id && document.getElementById(focused.id)) || main).focus({ preventScroll: true });
  const region = document.getElementById("live");
  if (region) region.textContent = `${region.dataset.prefix} ${main.querySelector("h1")?.textContent ?? ""}`;
}

// The new part may need a script that this page came without. Names are compared
// without their hash: a newer version of what runs here already would run beside it.
function bring(page) {
  const name = ({ src }) => src.split("/").pop().split(".")[0];
  const here = new Set([...document.scripts].map(name));
  for (const script of page.scripts) if (script.src && !here.has(name(script))) import(script.src);
}

// What was typed or ticked stays, unless it was about a document that has changed.
function keepAnswers(old, main) {
  for (const field of old.querySelectorAll("input[id]")) {
    const next = [...main.querySelectorAll("input[id]")].find((other) => other.id === field.id);
    const about = (input) => input.form?.elements.fingerprint?.value;
    if (!next || about(next) !== about(field)) continue;
    if (field.checked !== field.defaultChecked) next.checked = field.checked;
    if (field.value !== field.defaultValue) next.value = field.value;
  }
  const folds = main.querySelectorAll("details");
  old.querySelectorAll("details").forEach((fold, i) => folds[i] && (folds[i].open = fold.open));
}

document.addEventListener("visibilitychange", () => {
  wait = now;
  if (document.hidden) return hush();
  listen();
  again(0);
});
addEventListener("pagehide", hush); // an open stream would keep the page out of the browser's memory
// A page out of the browser's memory may be older than a signature or a sign-out.
addEventListener("pageshow", (event) => (event.persisted ? location.reload() : release()));

// --- One press sends a form once. ---
const busy = "button[aria-disabled]";
function release() {
  for (const button of document.querySelectorAll(busy)) button.removeAttribute("aria-disabled");
}
document.addEventListener("submit", (event) => {
  if (event.target.querySelector(busy)) return event.preventDefault();
  for (const button of event.target.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
  // Where nothing came of it, as when loading was stopped, it can be pressed again.
  setTimeout(release, slowest);
});
// Browsers that don't tell the portal that a page is framed are told for.
for (const field of document.querySelectorAll("input[data-framed-field]")) field.value = parent === window ? "" : "1";
document.querySelector("form[data-auto-submit]")?.requestSubmit();

// --- Support codes are copied with a press. ---
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const code = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.querySelector("span").textContent = button.dataset.copied;
    } catch {
      getSelection().selectAllChildren(code);
    }
  });
}

again(wait);
listen();
