// What peers_test.go says of peers, in Node: plain http, no packages.
import { createHmac, timingSafeEqual } from "node:crypto";
import http from "node:http";

const { BENCH_ADDR, BENCH_OPS, BENCH_SECRET, BENCH_KEY, BENCH_IRON } = process.env;
const event = 'event: progress\ndata: {"stage":"compliance-review","state":"waiting"}\n\n';
const waiting = new Map(); // of sets of answers, by customer
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

function call(path) {
  return new Promise((resolve, reject) => {
    const request = http.get(BENCH_IRON + path, { agent, headers: { "X-API-Key": BENCH_KEY } }, async (answer) => {
      const chunks = await answer.toArray();
      if (answer.statusCode !== 200) reject(new Error(`iron answers ${answer.statusCode}`));
      resolve(JSON.parse(Buffer.concat(chunks)));
    });
    request.on("error", reject);
  });
}

async function ask(customer) {
  if (BENCH_IRON) await Promise.all([call(`/customers/${customer}`), call(`/customers/${customer}/identifications?page_size=100`)]);
}

async function webhook(request, response) {
  const body = Buffer.concat(await request.toArray());
  const sum = createHmac("sha256", BENCH_SECRET).update(request.headers["webhook-timestamp"]).update(body).digest("hex");
  const given = Buffer.from(request.headers["webhook-signature"]), right = Buffer.from(`v1=${sum}`);
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    response.writeHead(401).end();
    return;
  }
  response.end();
  const customer = JSON.parse(body).data.customer_id;
  await ask(customer);
  for (const other of waiting.get(customer) ?? []) other.write(event);
}

function wait(customer, response) {
  if (!waiting.has(customer)) waiting.set(customer, new Set());
  const all = waiting.get(customer);
  all.add(response);
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write(event);
  const beat = setInterval(() => response.write(":\n\n"), 25_000);
  response.on("close", () => {
    clearInterval(beat);
    all.delete(response);
  });
}

const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, "http://peer");
  if (url.pathname === "/events") wait(url.searchParams.get("customer"), response);
  else if (url.pathname === "/webhooks/iron") await webhook(request, response);
  else response.end();
});
const [host, port] = BENCH_ADDR.split(":");
server.listen({ host, port: Number(port), backlog: 4096 });

// Where Go's profiles are, so that both are asked the same way.
const [opsHost, opsPort] = BENCH_OPS.split(":");
http.createServer((request, response) => {
  globalThis.gc();
  response.end();
}).listen(Number(opsPort), opsHost);
