// The programs that the tests drive, built from this checkout.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = new URL("../../../", import.meta.url).pathname;
const programs = { portal: ".", dev: "./onboarding/simulator/dev", gallery: "./views/gallery" };

let wanted;

/** Builds everything into a directory of its own; remove() takes it away again. */
export async function build() {
  const directory = mkdtempSync(join(tmpdir(), "portal-browser-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    for (const [name, source] of Object.entries(programs)) {
      await promisify(execFile)("go", ["build", "-o", join(directory, name), source], { cwd: root });
    }
  } catch (problem) {
    remove();
    throw new Error(`can't build: ${problem.stderr || problem.message}`);
  }
  return { directory, remove };
}

/** The path of a program: of the run's build, or of one made for a file that runs alone. */
export async function program(name) {
  wanted ??= process.env.BROWSER_TEST_BUILD ? { directory: process.env.BROWSER_TEST_BUILD } : build();
  const built = await wanted;
  if (built.remove) process.once("exit", built.remove);
  return join(built.directory, name);
}
