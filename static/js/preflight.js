// What would get in the way of the identity check on this device, found out before
// anybody runs into it, and a louder link where nothing is seen in its frame. The
// words are in the page; which of them are seen is decided here. app.js may put a new
// <main> in place of this one at any time, so nothing is kept but what has been found.
const policy = document.permissionsPolicy ?? document.featurePolicy; // Chromium has it, others not
const agent = navigator.userAgent;
const live = document.getElementById("live");
let camera = null; // PermissionStatus
let found = "", told = "", asked = 0, looked = false;

// --- Which device this is, as far as its words differ. ---
// An iPad says that it is a Mac, but no Mac has a touchscreen.
const ios = /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1);
const mobile = ios || /Android|Mobile/.test(agent);

function device() {
  if (ios) return /CriOS|FxiOS|EdgiOS|OPT\//.test(agent) ? "ios-other" : "ios";
  const names = [["android", /Android/], ["firefox", /Firefox\//], ["chrome", /Chrome\//], ["safari", /Safari\//]];
  return names.find(([, pattern]) => pattern.test(agent))?.[0] ?? "other";
}

// Browsers inside apps, by the names that they give themselves. What gives none is not
// suspected: home screen pages and reading views look the same, and have a camera.
const apps = /\b(FBAN|FBAV|FB_IAB|Instagram|Barcelona|musical_ly|BytedanceWebview|TikTok|trill_|LinkedInApp|MicroMessenger|Snapchat|Pinterest|KAKAOTALK|NAVER)|\b(Line|GSA)\/|Twitter for|; wv\)/;
// An app with one of these doors was made for pages like this one, and asks its
// customer for the camera itself.
const ownApp = () => Boolean(window.OnboardingPortal ?? window.ReactNativeWebView ?? window.webkit?.messageHandlers?.onboardingPortal);
const inApp = () => apps.test(agent) && !ownApp() && camera?.state !== "granted";

// --- What gets in the way, the most important first; "" is nothing. ---
async function find() {
  camera ??= await permission();
  if (inApp()) return "in-app";
  if (!navigator.cookieEnabled) return "no-cookies";
  if (policy && !policy.allowsFeature("camera")) return "policy";
  if (!navigator.mediaDevices?.getUserMedia) return "no-media";
  const denied = camera?.state === "denied";
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => null);
  const none = devices && !devices.some(({ kind }) => kind === "videoinput");
  // Firefox and WebKit can't be asked for the policy. In a frame that is not given the
  // camera both say "denied" and list no camera at all; one that its owner has refused
  // is still listed. (Measured in Firefox 153 and WebKitGTK 2.50.)
  if (!policy && none && denied && parent !== window) return "policy";
  if (none) return "no-camera";
  return denied ? "denied" : "";
}

async function permission() {
  try {
    const status = await navigator.permissions.query({ name: "camera" });
    status.addEventListener("change", look);
    return status;
  } catch {
    return null; // a browser that can't be asked
  }
}

async function look() {
  const turn = ++asked;
  const kind = await find();
  if (turn !== asked) return; // something has changed meanwhile, and was looked at later
  [found, looked] = [kind, true];
  show();
  if (!found || found === told || !ways()) return;
  told = found;
  say(ways().querySelector(`[data-preflight="${found}"]`)?.innerText);
  const code = found === "no-cookies" ? "cookies-blocked" : "camera-refused";
  document.dispatchEvent(new CustomEvent("portal:problem", { detail: { code, reason: found } }));
}

// --- Nothing seen for a while in the frame. ---
// No browser tells whether a frame shows its page: one that was refused loads like any
// other. Only somebody who uses it proves it, or a message from it.
const patience = 8; // seconds in which the page can be seen
let frame = null, waited = 0, used = false;
const silent = () => Boolean(frame) && !used && waited >= patience;

function tick() {
  if (!frame || used || document.hidden) return;
  if (document.activeElement === frame) return use();
  if (++waited !== patience) return;
  show();
  if (!found) say(ways()?.querySelector(".beside")?.innerText);
}

function use() {
  used = true;
  show();
}

addEventListener("message", ({ source }) => {
  if (frame && source === frame.contentWindow) use();
});

// --- The page. ---
const ways = () => document.querySelector("main [data-preflights]");

function show() {
  const box = ways();
  if (!box) return;
  const shown = found || (silent() ? "nothing" : "");
  if (shown) box.dataset.shown = shown;
  else delete box.dataset.shown;
  box.toggleAttribute("data-looked", looked);
  box.hidden = !shown && !box.querySelector("[data-identity-link]");
  for (const advice of box.querySelectorAll("[data-preflight]")) {
    advice.hidden = advice.dataset.preflight !== found;
    const words = [...advice.querySelectorAll("[data-device]")];
    const fitting = words.find((p) => p.dataset.device === device()) ?? words.at(-1);
    for (const p of words) p.hidden = p !== fitting;
  }
  const way = found === "in-app" ? "in-app" : mobile ? "mobile" : "desktop";
  for (const link of box.querySelectorAll("[data-way]")) link.hidden = !found || link.dataset.way !== way;
}

function say(words) {
  if (live && words) live.textContent = words.trim().replace(/\s+/g, " ");
}

function renew() {
  const next = document.getElementById("identity-frame");
  if (next !== frame) [frame, waited, used] = [next, 0, false];
  show();
  if (found && found !== told) look();
}

new MutationObserver(renew).observe(document.querySelector(".page"), { childList: true });
navigator.mediaDevices?.addEventListener?.("devicechange", look);
setInterval(tick, 1000);
renew();
look();
