// Builds what the tests drive, once, and runs them: all files, or those named.
//
//	node run.mjs                      every *.test.mjs
//	node run.mjs walk.test.mjs        one file
//	node run.mjs screenshots.mjs      a script that is no test
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { build } from "./lib/build.mjs";

const here = new URL("./", import.meta.url).pathname;
const named = process.argv.slice(2);
const files = named.length > 0 ? named : readdirSync(here).filter((file) => file.endsWith(".test.mjs")).sort();
const tests = files.every((file) => file.endsWith(".test.mjs"));
// Each file has a browser and a portal of its own; more at once would only make
// them wait for each other on a small machine.
const runner = ["--test", "--test-concurrency=2", "--test-reporter=spec"];

const built = await build();
const child = spawn(process.execPath, [...(tests ? runner : []), ...files], {
  cwd: here, stdio: "inherit", env: { ...process.env, BROWSER_TEST_BUILD: built.directory },
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (code, signal) => {
  built.remove();
  process.exitCode = code ?? (signal ? 1 : 0);
});
