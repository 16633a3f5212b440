// The portal among other sites, as it is on the web: names under .test, TLS, and a
// partner's page that has nothing in common with the portal but the frame.
import { openFront } from "./front.mjs";
import { Room } from "./room.mjs";
import { startWorld } from "./start.mjs";

const names = {
  portal: "portal.test",
  identity: "identity.test",
  detour: "check.identity-provider.test", // the hosted pages once more, to redirect to
  documents: "localhost", // the portal itself must find it, to read the documents for the evidence
  bank: "bank.test", // may embed the portal
  shop: "shop.test", // may too
  evil: "evil.test", // may not
};

/**
 * Starts everything: {front, world, room, hosts}, at(who) for an origin, write(who,
 * html) for the address of a new page of the bank's, the shop's or the evil site's.
 */
export async function startSites() {
  const front = await openFront(Object.values(names));
  const at = (who) => front.origin(names[who]);
  let world;
  try {
    world = await startWorld({
      origins: [at("shop")],
      environment: { SSL_CERT_FILE: front.certificate },
      flags: [
        "-portal-url", at("portal"), "-partner-url", at("bank"), "-documents-url", at("documents"),
        "-identity-url", at("identity"), "-identity-url", at("detour"),
      ],
    });
  } catch (problem) {
    await front.close();
    throw problem;
  }
  front.send(names.portal, world.portal_addr);
  for (const who of ["identity", "detour"]) front.send(names[who], world.identity_addr);
  front.send(names.documents, world.simulator_addr);
  const room = new Room(world);
  // Providers do so: what is delegated must reach the origin that is led to.
  await room.settings({ redirect_start: at("detour") });
  return {
    front, world, room, at, hosts: Object.values(names),
    write: (who, html) => front.write(names[who], html),
    async stop() {
      await world.stop();
      await front.close();
    },
  };
}

/** What a partner's developer writes around the frame. */
export const delegation = "camera; microphone; geolocation; fullscreen; clipboard-write";

/** A partner's page that frames an address by hand. */
export const framing = (address, { allow = delegation, more = "" } = {}) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A bank</title>
<h1>A bank</h1>
<iframe id="portal" name="portal" src="${address}" allow="${allow}" onload="this.dataset.loaded = 1" title="Onboarding" width="100%" height="1400"></iframe>
${more}</html>`;
