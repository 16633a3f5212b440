// For developers: writes down each event of the element as it arrives.
const log = document.querySelector("[data-log]");
const portal = document.querySelector("onboarding-portal");

function write(kind, who, what, words = "") {
  const line = document.createElement("li");
  line.className = kind;
  const time = document.createElement("time");
  time.textContent = new Date().toLocaleTimeString("en-GB");
  line.append(time);
  for (const [name, text] of [["b", who], ["code", what], ["span", words]]) {
    const element = document.createElement(name);
    element.textContent = text;
    line.append(element, " ");
  }
  log.append(line);
  log.scrollTop = log.scrollHeight;
}

const inWords = (detail) => Object.entries(detail ?? {}).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}: ${value}`).join(", ");

for (const type of ["ready", "stagechange", "complete", "exit", "problem"]) {
  portal?.addEventListener(type, ({ detail }) => write(type === "problem" ? "problem" : "event", "event", type, inWords(detail)));
}
document.addEventListener("bank:status", ({ detail }) => {
  write("server", "your server", "GET …/progress", `${detail.stage}, ${detail.state}: ${detail.open ? "unlocked" : "still locked"}`);
});
if (portal) {
  new MutationObserver(() => write("server", "your server", "POST /api/v1/sessions", "a fresh link"))
    .observe(portal, { attributes: true, attributeFilter: ["src"] });
}
document.addEventListener("securitypolicyviolation", (event) => {
  write("problem", "browser", "policy", `${event.effectiveDirective} refuses ${event.blockedURI}`);
});
