// How others grade headers: MDN's HTTP Observatory and Google's CSP Evaluator, by their
// own rules. The Observatory's scanner wants ports 443 and 80 and asks for one address
// of a site; its rules are content with answers that were fetched by somebody else.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const installed = new URL("../../../.tools/observatory/node_modules/", import.meta.url);
const observatory = (path) => new URL(`@mdn/mdn-http-observatory/${path}`, installed);
const require = createRequire(installed);

// Made from lists on the web when it is installed as a service. No name here is on them.
writeFileSync(observatory("conf/hsts-preload.json"), "{}");
writeFileSync(observatory("conf/tld-list.json"), '["test"]');

const { ALL_TESTS } = await import(observatory("src/constants.js"));
const { getScoreModifier } = await import(observatory("src/grader/grader.js"));
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await import(observatory("src/grader/charts.js"));
const { Requests } = await import(observatory("src/types.js"));
const { parseHttpEquivHeaders } = await import(observatory("src/retriever/utils.js"));
const { CookieJar } = require("tough-cookie");
const { CspEvaluator } = require("csp_evaluator/dist/evaluator.js");
const { CspParser } = require("csp_evaluator/dist/parser.js");
const { Severity, Type } = require("csp_evaluator/dist/finding.js");

/** Cookies as the Observatory wants to see them. */
export const newJar = () => new CookieJar(undefined, { rejectPublicSuffixes: false });

/** The Observatory's score of a page, and what it was taken away or not given for. */
export function observe(page, jar) {
  const url = new URL(page.url);
  const asked = new Requests(url.hostname);
  const answer = { ...page, verified: true, httpEquiv: parseHttpEquivHeaders(page.html, url.href) };
  Object.assign(asked.responses, { auto: answer, https: answer, cors: answer });
  Object.assign(asked, { session: { url, jar }, resources: { path: page.html } });
  const results = ALL_TESTS.map((test) => test(asked)).map(({ constructor, result }) => ({ test: constructor.name, result, points: getScoreModifier(result) }));
  const sum = (all) => all.reduce((total, { points }) => total + points, 100);
  const penalised = sum(results.filter(({ points }) => points < 0));
  return {
    score: penalised >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? sum(results) : penalised,
    results: results.filter(({ points }) => points <= 0).map(({ test, result, points }) => `${test}: ${result} (${points})`),
  };
}

/** What the CSP Evaluator has to say of a page's policy. */
export function weaknesses(page) {
  const policy = page.headers["content-security-policy"];
  if (!policy) return ["no policy"];
  return new CspEvaluator(new CspParser(policy).csp).evaluate()
    .map(({ type, severity, directive, value, description }) => `${Severity[severity]} ${Type[type]} ${directive} ${value ?? ""}: ${description}`);
}
