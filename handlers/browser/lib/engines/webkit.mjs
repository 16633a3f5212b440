// WebKitGTK, by its WebDriver, on a screen that nobody sees. It knows no way to be told
// names, so that it is given a list of hosts of its own, which takes a namespace.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../port.mjs";
import { tether } from "./tether.mjs";
import { Session } from "./webdriver.mjs";

const modes = {
  "third-party cookies allowed": "--cookies-policy=always",
  "third-party cookies blocked": "--cookies-policy=no-third-party",
};

// As high as any page: WebKit's driver misses what it has to scroll to in a frame.
const size = { width: 1100, height: 2700 };

// Whoever is not root becomes it in a namespace of users, where the system allows one.
const apart = ["unshare", ...(process.getuid() === 0 ? [] : ["--map-root-user"]), "--mount", "--"];

/** Why WebKit can't be tested here, or nothing. */
export async function missing() {
  if (!miniBrowser()) return "WebKitGTK's MiniBrowser is not installed";
  for (const [what, command] of [
    ["WebKitWebDriver is not installed", ["sh", "-c", "command -v WebKitWebDriver"]],
    ["Xvfb is not installed", ["sh", "-c", "command -v Xvfb"]],
    ["this user may not have a list of hosts apart (unshare --mount)", [...apart, "mount", "--bind", "/etc/hosts", "/etc/hosts"]],
  ]) {
    const works = await promisify(execFile)(command[0], command.slice(1)).then(() => true, () => false);
    if (!works) return what;
  }
}

function miniBrowser() {
  const libraries = readdirSync("/usr/lib").map((name) => join("/usr/lib", name, "webkit2gtk-4.1/MiniBrowser"));
  return [process.env.WEBKIT_MINIBROWSER, ...libraries].find((path) => path && existsSync(path));
}

export async function openWebKit({ mode, hosts }) {
  const directory = mkdtempSync(join(tmpdir(), "portal-webkit-"));
  const hostsFile = join(directory, "hosts");
  writeFileSync(hostsFile, `${hosts.map((host) => `127.0.0.1 ${host}`).join("\n")}\n${readFileSync("/etc/hosts")}`);
  const programs = [];
  const stop = async () => {
    for (const program of programs.reverse()) await program.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    programs.push(tether(["Xvfb", "-displayfd", "1", "-screen", "0", "1200x2800x24", "-nolisten", "tcp"]));
    const [, display] = await programs[0].said(/^(\d+)$/m);
    const port = await freePort();
    programs.push(tether(
      [...apart, "sh", "-c", 'mount --bind "$0" /etc/hosts && exec WebKitWebDriver --port="$1"', hostsFile, String(port)],
      { DISPLAY: `:${display}`, HOME: directory, XDG_RUNTIME_DIR: directory, NO_AT_BRIDGE: "1" },
    ));
    const driver = `http://127.0.0.1:${port}`;
    await answers(`${driver}/status`, programs[1]);
    const session = await Session.start(driver, {
      acceptInsecureCerts: true, pageLoadStrategy: "none",
      "webkitgtk:browserOptions": {
        binary: miniBrowser(),
        args: ["--automation", "--enable-mock-capture-devices=true", "--enable-media-stream=true", modes[mode]],
      },
    }, size);
    const tab = (handle) => ({
      id: handle,
      go: (url) => session.go(handle, url),
      run: (path, source, values) => session.run(handle, path, source, values),
      click: (path, selector) => session.click(handle, path, selector),
      type: (path, selector, text) => session.type(handle, path, selector, text),
      close: () => session.close(handle),
    });
    const [first] = await session.handles();
    let opened = 0;
    return {
      open: async () => tab(opened++ === 0 ? first : (await session.open()).handle),
      tabs: async () => (await session.handles()).map(tab),
      async close() {
        await session.end().catch(() => {});
        await stop();
      },
    };
  } catch (problem) {
    await stop();
    throw problem;
  }
}

async function answers(address, program) {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (await fetch(address).then(({ ok }) => ok, () => false)) return;
  }
  throw new Error(`WebKitWebDriver does not answer: ${program.output()}`);
}
