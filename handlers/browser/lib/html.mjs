import { HtmlValidate, StaticConfigLoader } from "html-validate";

const validator = new HtmlValidate(new StaticConfigLoader({
  root: true,
  elements: ["html5"],
  extends: ["html-validate:recommended"],
  rules: {
    // Generated markup writes <!doctype html>, and is indented by its generator.
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    // A title is as long as the name of the document that it is about.
    "long-title": "off",
    // Waiting pages renew themselves where there are no scripts; pages with something
    // to fill in don't, and a test of its own sees to that.
    "meta-refresh": "off",
    // ARIA lets lists have names.
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
  },
}));

const known = new Map();

/** What is wrong with a page as it was served. */
export async function invalidities(html) {
  // Nonces and tokens make every page another; the markup around them is the same.
  const key = html.replace(/(nonce|value)="[^"]*"/g, "");
  if (!known.has(key)) {
    const report = await validator.validateString(html);
    known.set(key, report.results.flatMap(({ messages }) => messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`)));
  }
  return known.get(key);
}
