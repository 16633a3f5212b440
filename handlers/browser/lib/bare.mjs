// Sites with nothing but what a test puts there: pages of a partner's (127.0.0.1), and
// a portal (localhost, which is another site for browsers) without Iron behind it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "./build.mjs";
import { freePort } from "./port.mjs";

/** Serves what page() was given, each at an address of its own. */
export async function startSite() {
  const pages = new Map();
  const server = createServer((request, response) => {
    const { html, headers } = pages.get(request.url) ?? { html: "", headers: {} };
    response.writeHead(html ? 200 : 404, { "Content-Type": "text/html; charset=utf-8", ...headers });
    response.end(html);
  });
  const origin = `http://127.0.0.1:${await listen(server)}`;
  return {
    origin,
    page(body, headers = {}) {
      const path = `/${pages.size + 1}`;
      pages.set(path, { html: `<!DOCTYPE html><html lang="en"><head><title>A partner</title></head><body><h1>A partner</h1>${body}</body></html>`, headers });
      return origin + path;
    },
    stop: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

const listen = (server) => new Promise((resolve, reject) => {
  server.once("error", reject);
  server.listen(0, "127.0.0.1", () => resolve(server.address().port));
});

/** A portal with nothing behind it, for pages that need neither Iron nor a customer. */
export async function startPortal({ origins }) {
  const directory = mkdtempSync(join(tmpdir(), "portal-doctor-"));
  const port = await freePort();
  writeFileSync(join(directory, "partners.yaml"), `partners:
  - id: acme
    name: Acme Pay
    api_key_hashes: ["sha256:${"0".repeat(64)}"]
    origins: ${JSON.stringify(origins)}
    return_urls: []
`);
  const base = `http://localhost:${port}`;
  const child = spawn(await program("portal"), ["serve"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH, PORTAL_ADDR: `127.0.0.1:${port}`, PORTAL_OPS_ADDR: "", PORTAL_BASE_URL: base, PORTAL_RATE_LIMIT: "0",
      PORTAL_IRON_URL: "http://127.0.0.1:1/api", PORTAL_IRON_API_KEY: "none", PORTAL_PARTNERS: join(directory, "partners.yaml"),
      PORTAL_DATABASE_URL: `sqlite:${join(directory, "portal.db")}`,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output = (output + data).slice(-20_000)));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(kill, 15_000);
    await ended;
    clearTimeout(late);
    process.off("exit", kill);
    rmSync(directory, { recursive: true, force: true });
  };
  for (let i = 0; ; i++) {
    if ((await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null))?.ok) return { base, stop };
    if (i > 200 || child.exitCode !== null) {
      await stop();
      throw new Error(`the portal was not ready in time:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
