// What must not happen on any page, whatever the test is about: messages in the
// console, violations of the security policy, scripts that fail, and HTML that is
// not well made.
import { invalidities } from "./html.mjs";

/**
 * Watches all pages of a context. problems() is what was found. A message of the
 * console that matches one of tolerated is what the test is about.
 */
export async function watch(context, tolerated = []) {
  const found = new Set();
  const pending = [];
  const end = resolvers();
  const note = (words) => {
    if (!tolerated.some((pattern) => pattern.test(words))) found.add(words);
  };
  await context.exposeBinding("violated", ({ frame }, what) => note(`policy violation on ${pathOf(frame.url())}: ${what}`));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => window.violated(`${event.effectiveDirective} ${event.blockedURI}`));
  });
  context.on("console", (message) => {
    if (message.type() === "error") note(`console on ${pathOf(message.location().url)}: ${message.text()}`);
  });
  context.on("weberror", (problem) => note(`script: ${problem.error().message}`));
  context.on("response", (response) => {
    if (response.request().resourceType() === "document") pending.push(validate(response, note, end.promise));
  });
  return {
    async problems() {
      const late = setTimeout(() => end.resolve(""), patience);
      await Promise.all(pending);
      clearTimeout(late);
      return [...found];
    },
  };
}

// Promise.withResolvers came after Node.js 18.
function resolvers() {
  const made = {};
  made.promise = new Promise((resolve) => (made.resolve = resolve));
  return made;
}

// After this time a page has not come that the browser says nothing of any more: that of
// a frame which was taken away while it loaded.
const patience = 10_000;

async function validate(response, note, end) {
  const headers = response.headers();
  if (!(headers["content-type"] ?? "").startsWith("text/html")) return;
  let html;
  try {
    html = await Promise.race([response.text(), end]);
  } catch {
    return; // a redirect, or a page that was left before it had come: nobody has seen it
  }
  // In place of a page that may not be framed comes one of the browser's own.
  if (html === "" || html.includes("neterror")) return;
  for (const words of await invalidities(html)) note(`HTML of ${pathOf(response.url())}: ${words}`);
}

// Tokens stay out of reports, and the same page of two customers is one problem.
function pathOf(url) {
  const path = url.startsWith("http") ? new URL(url).pathname : url;
  return path.replace(/\/start\/[^/]+/, "/start/…").replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…");
}
