// The control room works without this. With it, what is marked data-live follows
// the simulator, the clock ticks, and the page keeps its place after a button.

const moved = "room-place";
const columns = () => [document.querySelector(".scenarios"), document.querySelector("main"), document.scrollingElement];

// Parts that are live are read again from the page itself, so that there is only
// one way to draw them.
let reading = false;
let again = false;
async function refresh() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The simulator is being restarted; the stream comes back and asks again.
  }
  await new Promise((done) => setTimeout(done, 200));
  reading = false;
  if (again) {
    again = false;
    refresh();
  }
}

function swap(fresh) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    if (!now || now.innerHTML === old.innerHTML) continue;
    // Whoever is choosing or typing in there is not interrupted.
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    if (active?.matches("input, select, textarea")) continue;
    for (const opened of old.querySelectorAll("details[id]")) {
      const same = now.querySelector(`#${CSS.escape(opened.id)}`);
      if (same) same.open = opened.open;
    }
    const top = old.scrollTop;
    old.replaceChildren(...now.childNodes);
    old.scrollTop = top;
    if (active?.id) document.getElementById(active.id)?.focus({ preventScroll: true });
  }
  tick();
}

// A stream for each hidden tab would use up the connections that a browser keeps
// to one server.
let stream = null;
function listen() {
  if (document.hidden) {
    stream?.close();
    stream = null;
  } else if (!stream) {
    stream = new EventSource("/control/stream");
    stream.addEventListener("open", refresh);
    stream.addEventListener("changed", refresh);
  }
}
document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => {
  stream?.close();
  stream = null;
});
addEventListener("pageshow", listen);

let started = performance.now();
let shown = "";
function tick() {
  const clock = document.querySelector("time[data-millis]");
  if (!clock) return;
  if (shown !== clock.dataset.millis) {
    shown = clock.dataset.millis;
    started = performance.now();
  }
  if ("frozen" in clock.dataset) return;
  const now = new Date(Number(shown) + performance.now() - started);
  clock.textContent = now.toISOString().slice(11, 19);
}
setInterval(tick, 500);

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Press Ctrl+C";
  }
});
for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
document.querySelector("[data-reload]")?.remove();

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) {
    event.preventDefault();
    return;
  }
  keep();
});

// The same page again, after a button: as far down, and as much unfolded.
function keep() {
  const place = {
    path: location.pathname,
    tops: columns().map((column) => column?.scrollTop ?? 0),
    open: Object.fromEntries([...document.querySelectorAll("details[id]")].map((d) => [d.id, d.open])),
  };
  sessionStorage.setItem(moved, JSON.stringify(place));
}
function restore() {
  const place = JSON.parse(sessionStorage.getItem(moved) ?? "null");
  if (!place) return;
  for (const [id, open] of Object.entries(place.open)) {
    const part = document.getElementById(id);
    if (part && (id.startsWith("group-") || place.path === location.pathname)) part.open = open;
  }
  columns().forEach((column, i) => {
    if (column && (i === 0 || place.path === location.pathname)) column.scrollTop = place.tops[i];
  });
}
restore();
addEventListener("pagehide", keep);
listen();
