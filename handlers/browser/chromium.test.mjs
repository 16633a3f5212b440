// The portal in a partner's page, in each way that Chromium keeps cookies.
import { openChromium } from "./lib/engines/chromium.mjs";
import { hostilePageChangesNothing, nobodyHeedsAnAdvertisement, partnersAreApart, sitesAreApart, unlistedFramesNothing } from "./lib/engines/strangers.mjs";
import { engine } from "./lib/engines/suite.mjs";
import { inForgetfulTab, inFrame } from "./lib/engines/walks.mjs";

engine("Chromium", openChromium, undefined, (test) => {
  test("from the bank's page to signed, in the frame", "third-party cookies allowed", inFrame);
  test("from the bank's page to signed, in the frame", "third-party cookies blocked", inFrame);
  test("from the bank's page to signed, in a tab that keeps none either", "all cookies blocked", inForgetfulTab);
  test("a site that is not listed frames nothing", "third-party cookies blocked", unlistedFramesNothing);
  test("a hostile page changes nothing by messages and forms", "third-party cookies allowed", hostilePageChangesNothing);
  test("an advertisement beside the portal is not heeded", "third-party cookies blocked", nobodyHeedsAnAdvertisement);
  test("sessions of two partners are apart", "third-party cookies blocked", partnersAreApart);
  test("sessions in two sites are apart", "third-party cookies blocked", sitesAreApart);
});
