// A frame that keeps no cookies follows what its customer does in another tab. All
// that it knows is a token that is good for looking on. It is kept here and nowhere
// else, and goes in a header.
const soon = 3000, slowest = 15000, told = 60000;
const first = document.querySelector("main[data-watch]");
const token = first.dataset.watch;
delete first.dataset.watch;
const kept = new Map([...first.querySelectorAll("[data-keep]")].map((part) => [part.dataset.keep, part]));
const address = `${location.pathname.split("/", 3).join("/")}/watch`;
const authorization = { Authorization: `Bearer ${token}` };
let wait = soon, timer = 0, over = false, asking = false, missed = false;

const again = (delay) => {
  clearTimeout(timer);
  if (!over) timer = setTimeout(ask, delay);
};
// Where news are told there is no need to ask, but in case that one got lost.
const next = () => again(stream?.open ? told : wait);
const later = () => {
  wait = document.hidden ? slowest : Math.min(wait * 1.2, slowest);
  next();
};

// --- News: the server says when there is something new. Only fetch can send it the
// token. A page in the background has no stream: browsers allow six for all tabs. ---
let stream = null, comeBack = 0, pause = soon, seen = { ...first.dataset };

async function listen() {
  clearTimeout(comeBack);
  if (stream || over || document.hidden) return;
  const mine = stream = new AbortController();
  try {
    await hear(mine);
  } catch { /* it could not be had, or broke */ }
  if (stream !== mine) return; // it was not wanted any more
  stream = null;
  // Those of a server that stops don't all come back at once: it told each its time.
  comeBack = setTimeout(listen, pause);
  again(wait = mine.open ? pause : wait);
  pause = Math.min(pause * (1.5 + Math.random()), told);
}

async function hear(mine) {
  const answer = await fetch(address, {
    headers: { ...authorization, Accept: "text/event-stream" }, signal: mine.signal, cache: "no-store", credentials: "omit",
  });
  if (!answer.headers.get("Content-Type")?.startsWith("text/event-stream")) return;
  const parts = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = "", part; !(part = await parts.read()).done;) {
    mine.open = true; // whatever is between here and there lets it through
    const events = (text + part.value).split("\n\n");
    text = events.pop();
    events.forEach(heed);
  }
}

function heed(event) {
  const [, name, value] = /^(retry|event): (.+)/.exec(event) ?? [];
  if (name === "retry") pause = Number(value);
  if (name !== "event") return;
  const { stage, state } = JSON.parse(/^data: (.+)/m.exec(event)?.[1] ?? "{}");
  // The first one after a page was loaded only says what the page says.
  if (!stage || stage !== seen?.stage || state !== seen.state) again(0);
  seen = null;
}

function hush() {
  stream?.abort();
  stream = null;
}

function ask() {
  if (asking) return void (missed = true);
  asking = true;
  const answer = new XMLHttpRequest();
  answer.open("GET", address);
  answer.responseType = "document";
  answer.timeout = slowest;
  answer.setRequestHeader("Authorization", authorization.Authorization);
  answer.setRequestHeader("X-Portal-Poll", "1");
  answer.setRequestHeader("Accept-Language", document.documentElement.lang);
  answer.onload = () => receive(answer.status, answer.response);
  // A network that is away for a while does not make the page less true.
  answer.onerror = answer.ontimeout = later;
  answer.onloadend = () => {
    asking = false;
    if (missed) again(0); // what has come meanwhile may not be in the answer
    missed = false;
  };
  answer.send();
}

function receive(status, page) {
  const main = page?.querySelector("main"), old = document.querySelector("main");
  over = status === 401;
  if (!main || (status !== 200 && !over)) return later();
  if (!over && main.dataset.version === old.dataset.version) return later();
  show(old, main, page.title);
  over ||= main.dataset.state === "ready";
  if (over) hush();
  wait = soon;
  next();
}

function show(old, next, title) {
  const focused = old.contains(document.activeElement);
  for (const place of next.querySelectorAll("[data-keep]")) {
    const part = kept.get(place.dataset.keep);
    if (part) place.replaceWith(part);
  }
  old.replaceWith(document.adoptNode(next));
  document.title = title;
  if (focused) next.focus({ preventScroll: true });
  reveal();
  const region = document.getElementById("live");
  region.textContent = `${region.dataset.prefix} ${next.querySelector("h1").textContent}`;
}

// Only the page around this one can fetch another way in.
function reveal() {
  const button = document.querySelector("button[data-lost]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const asked = document.querySelector("[data-asked]");
    asked.textContent = asked.dataset.words;
    document.dispatchEvent(new CustomEvent("portal:problem", { detail: { code: "session-expired", reason: "tab-lost" } }));
  });
}

const now = () => {
  wait = soon;
  if (document.hidden) hush();
  else listen();
  again(document.hidden ? slowest : 0);
};
document.addEventListener("visibilitychange", now);
addEventListener("focus", now);
addEventListener("pagehide", hush);
kept.get("ways")?.addEventListener("click", () => again(soon / 2));

reveal();
again(wait);
listen();
