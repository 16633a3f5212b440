// A front that speaks TLS, for many names on one port: some are passed on to programs
// that speak plain http, the others are sites whose pages the test writes.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * Opens the front. origin(name) is where a name is served, send(name, address) passes
 * it on, write(name, html) answers with the address of a new page there.
 */
export async function openFront(names) {
  const directory = mkdtempSync(join(tmpdir(), "portal-front-"));
  const certificate = join(directory, "cert.pem");
  const routes = new Map(names.map((name) => [name, { pages: new Map() }]));
  let server;
  try {
    server = createServer(await makeCertificate(directory, names), (asked, answer) => {
      const route = routes.get(asked.headers.host?.replace(/:\d+$/, ""));
      if (route?.address) return pass(asked, answer, route.address);
      return show(asked, answer, route?.pages);
    });
    await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  } catch (problem) {
    rmSync(directory, { recursive: true, force: true });
    throw problem;
  }
  const { port } = server.address();
  const origin = (name) => `https://${name}:${port}`;
  return {
    names, port, certificate, origin,
    send: (name, address) => (routes.get(name).address = address),
    write(name, html) {
      const { pages } = routes.get(name);
      const path = `/${pages.size + 1}`;
      pages.set(path, html);
      return origin(name) + path;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

// It vouches for itself: browsers are told to take any, and the portal trusts this one.
async function makeCertificate(directory, names) {
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  await promisify(execFile)("openssl", [
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7",
    "-subj", "/CN=browser tests", "-addext", `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`,
    "-keyout", key, "-out", cert,
  ]);
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

function pass(asked, answer, address) {
  const [host, port] = address.split(":");
  const onward = request({ host, port, method: asked.method, path: asked.url, headers: asked.headers }, (reply) => {
    answer.writeHead(reply.statusCode, reply.rawHeaders);
    reply.pipe(answer);
  });
  onward.once("error", () => answer.destroy());
  // Whoever leaves a page ends what it was still waiting for.
  answer.once("close", () => onward.destroy());
  asked.pipe(onward);
}

function show(asked, answer, pages) {
  const html = pages?.get(new URL(asked.url, "https://any.test").pathname);
  answer.writeHead(html === undefined ? 404 : 200, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" });
  answer.end(html);
}
