// Starts what a test needs, and sees to it that nothing outlives the test: the
// programs end with their standard input, which ends with this process, however
// it ends.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { program } from "./build.mjs";

const patience = 60_000;
const keptOutput = 20_000;

/**
 * The portal with a simulator of Iron behind it, on free ports and a database of its
 * own. Pages of the origins may frame it.
 */
export async function startWorld({ origins = [], flags = [], environment = {} } = {}) {
  const free = "127.0.0.1:0";
  return start("dev", [
    "-json", "-portal", await program("portal"), "-rate-limit", "0",
    "-portal-addr", free, "-simulator-addr", free, "-identity-addr", free, "-partner-addr", free,
    ...origins.flatMap((origin) => ["-origin", origin]), ...flags,
  ], environment);
}

/** Every page in every state, without a portal behind it. */
export const startGallery = () => start("gallery", ["-json", "-addr", "127.0.0.1:0"]);

/** Resolves with what the program says of itself in its first line, log() and stop(). */
async function start(name, args, environment = {}) {
  const child = spawn(await program(name), args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...environment } });
  let output = "";
  child.stderr.on("data", (data) => (output = (output + data).slice(-keptOutput)));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const stop = async () => {
    child.stdin.end();
    const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(late);
  };
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${name} ${why}:\n${output}`));
    const late = setTimeout(() => fail("was not ready in time"), patience);
    const settle = (done) => (value) => (clearTimeout(late), done(value));
    lines.once("line", settle(resolve));
    child.once("error", settle((problem) => fail(problem.message)));
    ended.then(settle((code) => fail(`ended with ${code}`)));
  }).catch(async (problem) => {
    await stop();
    throw problem;
  });
  return { ...JSON.parse(line), log: () => output, stop };
}
