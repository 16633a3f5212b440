// Programs that would outlive a test that dies: a shell holds them, and lets go when
// its standard input ends, as it does with this process however that ends.
import { spawn } from "node:child_process";

const hold = '"$@" & held=$!; cat >/dev/null; kill "$held" 2>/dev/null; wait "$held"';

/** Starts a program; said(pattern) waits for what it writes, stop() ends it. */
export function tether(command, environment = {}) {
  const child = spawn("sh", ["-c", hold, "sh", ...command], { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...environment } });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output = (output + data).slice(-5_000)));
  return {
    async said(pattern, limit = 20_000) {
      for (const end = Date.now() + limit; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) {
        const match = pattern.exec(output);
        if (match) return match;
      }
      throw new Error(`${command[0]} said nothing like ${pattern}: ${output}`);
    },
    output: () => output,
    async stop() {
      child.stdin.end();
      const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(late);
    },
  };
}
