// A frame that keeps no cookies follows what its customer does in another tab. All
// that it knows is a token that is good for looking on. It is kept here and nowhere
// else, and goes in a header.
const soon = 3000, slowest = 15000;
const first = document.querySelector("main[data-watch]");
const token = first.dataset.watch;
delete first.dataset.watch;
const kept = new Map([...first.querySelectorAll("[data-keep]")].map((part) => [part.dataset.keep, part]));
const address = `${location.pathname.split("/", 3).join("/")}/watch`;
let wait = soon, timer = 0, over = false, asking = false;

const again = (delay) => {
  clearTimeout(timer);
  if (!over) timer = setTimeout(ask, delay);
};
const later = () => again(wait = document.hidden ? slowest : Math.min(wait * 1.2, slowest));

function ask() {
  if (asking) return;
  asking = true;
  const answer = new XMLHttpRequest();
  answer.open("GET", address);
  answer.responseType = "document";
  answer.timeout = slowest;
  answer.setRequestHeader("Authorization", `Bearer ${token}`);
  answer.setRequestHeader("X-Portal-Poll", "1");
  answer.setRequestHeader("Accept-Language", document.documentElement.lang);
  answer.onload = () => receive(answer.status, answer.response);
  // A network that is away for a while does not make the page less true.
  answer.onerror = answer.ontimeout = later;
  answer.onloadend = () => (asking = false);
  answer.send();
}

function receive(status, page) {
  const next = page?.querySelector("main"), old = document.querySelector("main");
  over = status === 401;
  if (!next || (status !== 200 && !over)) return later();
  if (!over && next.dataset.version === old.dataset.version) return later();
  show(old, next, page.title);
  over ||= next.dataset.state === "ready";
  again(wait = soon);
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
  again(document.hidden ? slowest : 0);
};
document.addEventListener("visibilitychange", now);
addEventListener("focus", now);
kept.get("ways")?.addEventListener("click", () => again(soon / 2));

reveal();
again(wait);
