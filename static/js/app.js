// What pages can do better with a script. Everything works without it.
const now = 5000, slowest = 30000;
const live = () => document.querySelector("main[data-live]");
// A page that says to come back later means it.
let wait = Math.max(now, 1000 * (live()?.dataset.wait ?? 0)), timer = 0, stopped = false;
const frameIn = (main) => main.querySelector("#identity-frame")?.getAttribute("src");

// --- Quiet renewal: ask whether this page still says how things stand. ---
const told = 60000;
const again = (delay, doubt) => {
  clearTimeout(timer);
  if (!stopped && !document.hidden && live()) timer = setTimeout(ask, delay, doubt);
};
// That a phone has come is no news of Iron's: a page that waits for one goes on asking.
const follows = (main) => main && "follow" in main.dataset;
// Where news are told there is no need to ask, but in case that one got lost.
const later = () => {
  // Nor is it that Iron answers again.
  const following = follows(live()) || live()?.querySelector("[data-as-of]");
  if (heard && !following) return again(told, true);
  again(wait = Math.min(wait * 1.5, following ? 2 * now : slowest));
};

// --- News: the server says when there is something new. ---
// A page in the background has no stream: browsers allow six for all tabs together.
let stream = null, heard = false; // heard: what the server says comes through
function listen() {
  if (stream || stopped || document.hidden || !live()?.dataset.stage || !window.EventSource) return;
  stream = new EventSource(location.pathname.split("/", 3).join("/") + "/events");
  let before = live().dataset;
  stream.addEventListener("progress", ({ data }) => {
    heard = true;
    const { stage, state } = JSON.parse(data);
    // The first one after a page was loaded only says what the page says.
    if (before?.stage !== stage || before.state !== state) again(0);
    before = null;
  });
  // It comes back by itself, unless it was refused: the portal is away, or the session
  // over. Asking tells which, and begins to listen anew.
  stream.onerror = () => {
    heard = false;
    if (stream?.readyState !== EventSource.CLOSED) return;
    hush();
    again(wait);
  };
}
function hush() {
  stream?.close();
  stream = null;
  heard = false;
}

// Who asks in doubt does it without having been told, though there is a stream.
function ask(doubt) {
  const answer = new XMLHttpRequest();
  answer.open("GET", location.pathname);
  answer.responseType = "document";
  answer.timeout = slowest;
  answer.setRequestHeader("X-Portal-Poll", "1");
  answer.onload = () => receive(answer.status, answer.response, answer.responseURL, doubt);
  // A network that is away for a while does not make the page less true; but a stream
  // through it may have died without a word.
  answer.onerror = answer.ontimeout = () => {
    hush();
    later();
  };
  answer.send();
}

function receive(status, page, address, doubt) {
  const old = live();
  if (!old || document.hidden) return; // nobody would hear of it
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
  const inUse = frameIn(old) && frameIn(old) === frameIn(main);
  if (!inUse && around(page) !== around(document)) return location.reload();
  const changed = main.dataset.version !== old.dataset.version;
  if (changed && doubt) hush(); // it would have told
  if (changed && !inUse) {
    swap(old, main, page, path);
    bring(page);
    wait = now;
  }
  listen();
  return changed && !inUse ? again(now) : later();
}

// What is around <main> speaks another language or is another customer's, after
// something was done in another tab: then nothing of this page may stay.
const around = (page) => {
  const { lang, dir } = page.documentElement;
  return [lang, dir, page.querySelector(".letterhead input[name=token]")?.value].join(" ");
};

function swap(old, main, page, path) {
  const focused = old.contains(document.activeElement) && document.activeElement;
  const next = focused && (twin(focused, old, main) ?? main);
  keepAnswers(old, main);
  old.replaceWith(document.adoptNode(main));
  document.title = page.title;
  document.body.className = page.body.className;
  if (path !== location.pathname) {
    history.replaceState(null, "", path);
    scrollTo(0, 0); // another page begins at its top
  }
  if (next) next.focus({ preventScroll: true });
  const region = document.getElementById("live");
  if (region) region.textContent = `${region.dataset.prefix} ${main.querySelector("h1")?.textContent ?? ""}`;
}

// The control that does the same in the new part.
function twin(control, old, main) {
  const does = (c) => c.id || [c.name, c.getAttribute("href"), c.form?.getAttribute("action")].join(" ");
  const alike = (place) => [...place.querySelectorAll(control.localName)].filter((c) => does(c) === does(control));
  return alike(main)[alike(old).indexOf(control)];
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

function wake() {
  wait = now;
  hush();
  if (document.hidden) return clearTimeout(timer);
  listen();
  again(0);
}
document.addEventListener("visibilitychange", wake);
addEventListener("online", wake);
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
