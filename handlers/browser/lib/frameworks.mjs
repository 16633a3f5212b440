// Frameworks out of node_modules, in a form that a browser takes.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);
const source = (file) => readFileSync(resolve(file), "utf8");

/** Vue with its compiler of templates, as a module. */
export const vue = () => source("vue/dist/vue.esm-browser.prod.js");

const parts = {
  react: "react/cjs/react.production.js",
  scheduler: "scheduler/cjs/scheduler.production.js",
  "react-dom": "react-dom/cjs/react-dom.production.js",
  "react-dom/client": "react-dom/cjs/react-dom-client.production.js",
};
const resolvePart = (file) => {
  const [name, ...rest] = file.split("/");
  return readFileSync(resolve(`${name}/package.json`).replace("package.json", rest.join("/")), "utf8");
};

/** React as a module with createElement, createRoot and flushSync: it comes as CommonJS only. */
export const react = () => `const modules = {}, loaded = {};
const require = (name) => loaded[name] ??= ((module) => (modules[name](module, module.exports), module.exports))({ exports: {} });
const process = { env: { NODE_ENV: "production" } };
${Object.entries(parts).map(([name, file]) => `modules[${JSON.stringify(name)}] = (module, exports) => {${resolvePart(file)}\n};`).join("\n")}
export const { createElement, useState } = require("react");
export const { createRoot } = require("react-dom/client");
export const { flushSync } = require("react-dom");
`;
