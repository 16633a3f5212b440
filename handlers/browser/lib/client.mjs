// A browser without a screen, for what is in the headers: it keeps cookies, follows
// what it is told to, and notes every page of HTML.
import { request } from "node:https";

/**
 * @param {{port: number, certificate: string}} front
 * @param jar anything with setCookieSync(cookie, url) and getCookieStringSync(url)
 * @param {string} shown what the browser will show pages in: document or iframe
 */
export function openClient({ port, ca, jar, shown = "document" }) {
  const pages = [];

  async function send(method, url, { form, headers = {} } = {}) {
    const { hostname, origin, pathname, search } = new URL(url);
    const body = form && new URLSearchParams(form).toString();
    const answer = await new Promise((resolve, reject) => {
      const asked = request({
        host: "127.0.0.1", port, servername: hostname, ca, method, path: pathname + search,
        headers: {
          Host: new URL(url).host, Accept: "text/html", "Sec-Fetch-Dest": shown, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin",
          Cookie: jar.getCookieStringSync(url),
          ...(body && { Origin: origin, "Content-Type": "application/x-www-form-urlencoded", "Content-Length": body.length }),
          ...headers,
        },
      }, resolve);
      asked.once("error", reject);
      asked.end(body);
    });
    let html = "";
    for await (const chunk of answer.setEncoding("utf8")) html += chunk;
    for (const cookie of answer.headers["set-cookie"] ?? []) jar.setCookieSync(cookie, url);
    const page = { method, url, status: answer.statusCode, headers: answer.headers, html };
    if ((page.headers["content-type"] ?? "").startsWith("text/html")) pages.push(page);
    return page;
  }

  /** As send, and then to wherever the answer leads. */
  async function go(method, url, options) {
    let page = await send(method, url, options);
    for (let hops = 0; page.status === 303 && hops < 6; hops += 1) page = await send("GET", new URL(page.headers.location, page.url).href);
    return page;
  }

  return { pages, get: (url, options) => go("GET", url, options), post: (url, form, options) => go("POST", url, { form, ...options }) };
}
