// What can be between a browser and the portal, and how it fails.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * A way to the portal at the address (host:port), with an origin of its own. It passes
 * on what comes; refuse() has it answer for a portal that is away, as a proxy does, until
 * pass(); deafen() loses, without a word, whatever else comes on the streams that are open.
 */
export async function openMiddle(address) {
  const [host, port] = address.split(":");
  const open = new Set();
  let away = false;
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    const pair = { near, far };
    open.add(pair);
    const end = () => {
      open.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const side of [near, far]) side.once("error", end).once("close", end);
    near.on("data", (data) => {
      if (pair.deaf) return;
      if (!away) return void far.write(data);
      near.end("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
    far.on("data", (data) => {
      pair.stream ||= data.includes("text/event-stream");
      if (!pair.deaf) near.write(data);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const { near } of open) near.destroy();
  };
  return {
    origin: `http://localhost:${server.address().port}`,
    pass: () => (away = false),
    refuse() {
      away = true;
      cut();
    },
    deafen() {
      for (const pair of open) pair.deaf = pair.stream;
    },
    close: () => new Promise((done) => (server.close(done), cut())),
  };
}
