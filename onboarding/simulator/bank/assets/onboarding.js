import { showAccount } from "./account.js";

const portal = document.querySelector("onboarding-portal");

async function ask(ourOwnServer) {
  const answer = await fetch(ourOwnServer, { method: "POST" });
  if (!answer.ok) throw new Error(`${ourOwnServer}: ${answer.status}`);
  return answer.json();
}

// A link is good once, and sessions end: a fresh link leads back to where they were.
portal.addEventListener("problem", async ({ detail }) => {
  if (["link-expired", "session-expired"].includes(detail.code)) portal.setAttribute("src", (await ask("link")).url);
  if (["frame-refused", "load-failed"].includes(detail.code)) document.querySelector("#trouble").hidden = false;
});

// The event is only a hint: our server asks the portal before it opens the account.
portal.addEventListener("complete", async () => showAccount(await ask("status")));
portal.addEventListener("exit", () => location.assign("onboarding/done"));
