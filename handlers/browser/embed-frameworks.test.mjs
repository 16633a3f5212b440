// The element in React and Vue, and its types.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { react, vue } from "./lib/frameworks.mjs";
import { hears, hostPage, inside } from "./lib/host.mjs";
import { suite } from "./lib/suite.mjs";

const file = suite({ host: true });
const script = { "Content-Type": "text/javascript; charset=utf-8" };
const waiting = "stagechange compliance-review/waiting";

/** The walk that both apps are taken through: props and events, a fresh link, gone and back. */
async function walk({ page, room, host, world }, app) {
  const { customer_id, link } = await room.build("processed");
  host.put("/", hostPage(world.portal, '<div id="app"></div>', app));
  await page.goto(host.origin);
  await page.waitForFunction(() => window.app);
  await page.evaluate((src) => window.app({ src, locale: "de", theme: "dark", shown: true }), link.url);
  await hears(page, waiting);
  await (await inside(page)).locator("html[lang=de][data-theme=dark]").waitFor();
  assert.deepEqual(await page.evaluate(() => window.handled), ["ready", "compliance-review/waiting"]);
  await page.evaluate((src) => window.app({ src, locale: "en", theme: "dark", shown: true }), await room.link(customer_id));
  await page.waitForFunction(() => window.handled.length === 4);
  await (await inside(page)).locator("html[lang=en]").waitFor();
  await page.evaluate(() => window.app({ src: "", shown: false }));
  await page.waitForFunction(() => !document.querySelector("onboarding-portal"));
  await page.waitForTimeout(200); // until the browser has told of the frame as well
  assert.equal(page.frames().length, 1);
  await page.evaluate((src) => window.app({ src, locale: "de", theme: "light", shown: true }), await room.link(customer_id));
  await page.waitForFunction(() => window.handled.length === 6);
}

file.test("React sets its properties and hears its events", async (somebody) => {
  somebody.host.put("/react.js", react(), script);
  await walk(somebody, `import { createElement, createRoot, flushSync } from "/react.js";
    const root = createRoot(document.getElementById("app"));
    window.handled = [];
    window.app = ({ shown, ...props }) => flushSync(() => root.render(shown && createElement("onboarding-portal", {
      ...props, onready: () => window.handled.push("ready"), onstagechange: ({ detail }) => window.handled.push(detail.stage + "/" + detail.state),
    })));`);
});

file.test("Vue sets its properties and hears its events", async (somebody) => {
  somebody.host.put("/vue.js", vue(), script);
  await walk(somebody, `import { createApp, nextTick, reactive } from "/vue.js";
    window.handled = [];
    const state = reactive({ src: "", locale: "", theme: "", shown: false });
    const app = createApp({
      setup: () => ({ state, ready: () => window.handled.push("ready"), moved: ({ detail }) => window.handled.push(detail.stage + "/" + detail.state) }),
      template: '<onboarding-portal v-if="state.shown" :src="state.src" :locale="state.locale" :theme="state.theme" @ready="ready" @stagechange="moved" />',
    });
    app.config.compilerOptions.isCustomElement = (tag) => tag === "onboarding-portal";
    app.mount("#app");
    window.app = (next) => (Object.assign(state, next), nextTick());`);
});

const right = `import type { OnboardingPortalElement, OnboardingPortalProps } from "./embed";
import type { DetailedHTMLProps, HTMLAttributes } from "react";
declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "onboarding-portal": DetailedHTMLProps<HTMLAttributes<OnboardingPortalElement>, OnboardingPortalElement> & OnboardingPortalProps;
    }
  }
}
const element = document.createElement("onboarding-portal");
element.src = "https://portal.example/p/acme/start/x";
element.locale = null;
element.theme = "dark";
const ms: number = element.timeout;
const address: string = element.src;
element.addEventListener("stagechange", ({ detail }) => detail.stage === "complete" && detail.state === "ready");
element.addEventListener("problem", (event) => {
  switch (event.detail.code) {
    case "link-expired": case "session-expired": case "cookies-blocked": case "frame-refused": case "camera-refused": case "load-failed":
      return event.detail.reason?.toUpperCase();
    default: {
      const all: never = event.detail.code;
      return all;
    }
  }
});
element.addEventListener("click", (event) => event.clientX);
document.querySelector("onboarding-portal")?.stage?.length;
export const app = <onboarding-portal src="https://x.example/" theme="auto" timeout={1000} className="x"
  oncomplete={(event) => event.type} onproblem={({ detail }) => detail.code satisfies string} />;
export { ms, address };
`;

// Each line is a slip of its own.
const wrong = [
  "element.theme = \"neon\";", "element.stage = \"complete\";", "element.timeout = \"soon\";",
  "element.addEventListener(\"problem\", ({ detail }) => detail.code === \"no-such-code\");",
  "element.addEventListener(\"stagechange\", ({ detail }) => detail.stage === \"done\");",
  "element.addEventListener(\"ready\", ({ detail }) => detail.stage);",
  "export const a = <onboarding-portal theme=\"neon\" />;", "export const b = <onboarding-portal onproblem={({ detail }) => detail.nothing} />;",
];

test("the types fit right uses and name wrong ones", { timeout: 120_000 }, async () => {
  const { default: ts } = await import("typescript");
  const here = new URL("./", import.meta.url).pathname;
  const directory = mkdtempSync(join(here, "node_modules/.types-"));
  try {
    const put = (name, text) => (writeFileSync(join(directory, name), text), join(directory, name));
    writeFileSync(join(directory, "embed.d.ts"), ts.sys.readFile(join(here, "../../static/embed/embed.d.ts")));
    const files = [put("right.tsx", right), put("wrong.tsx", `import type {} from "./embed";\nconst element = document.createElement("onboarding-portal");\n${wrong.join("\n")}\n`)];
    const program = ts.createProgram(files, {
      strict: true, noEmit: true, skipDefaultLibCheck: true, types: [], jsx: ts.JsxEmit.ReactJSX, target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
    });
    const found = ts.getPreEmitDiagnostics(program).map(({ file: at, start, messageText }) => ({
      name: at?.fileName.split("/").at(-1), line: at?.getLineAndCharacterOfPosition(start).line, text: ts.flattenDiagnosticMessageText(messageText, " "),
    }));
    assert.deepEqual(found.filter(({ name }) => name !== "wrong.tsx"), []);
    assert.deepEqual([...new Set(found.map(({ line }) => line - 2))], wrong.map((_, i) => i), JSON.stringify(found, null, 1));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
