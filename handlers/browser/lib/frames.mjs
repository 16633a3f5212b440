// A partner's page on another site than the portal, as bare as can be.
import { createServer } from "node:http";
import { once } from "node:events";

/**
 * Two names of it, which are two sites for a browser, as neither is the portal's.
 * page(...addresses) is the address of a page that frames them, one below the other;
 * otherPage is the same under the other name.
 */
export async function host() {
  const server = createServer((request, response) => {
    const frames = new URL(request.url, "http://host").searchParams.getAll("frame");
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="en"><head><title>A partner</title></head><body>
      <h1>A partner</h1>${frames.map((src, i) => `<iframe title="Portal ${i + 1}" src="${src}" allow="camera" width="900" height="900"></iframe>`).join("")}</body></html>`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  const origins = [`http://127.0.0.1:${port}`, `http://partner.localhost:${port}`];
  const page = (origin) => (...addresses) => `${origin}/?${new URLSearchParams(addresses.map((address) => ["frame", address]))}`;
  return {
    origins, page: page(origins[0]), otherPage: page(origins[1]),
    stop: () => new Promise((done) => server.close(done).closeAllConnections()),
  };
}
