// The portal in a partner's page, in each way that WebKitGTK keeps cookies.
import { missing, openWebKit } from "./lib/engines/webkit.mjs";
import { hostilePageChangesNothing, nobodyHeedsAnAdvertisement, partnersAreApart, unlistedFramesNothing } from "./lib/engines/strangers.mjs";
import { engine } from "./lib/engines/suite.mjs";
import { inFrame, inTab } from "./lib/engines/walks.mjs";

engine("WebKitGTK", openWebKit, await missing(), (test) => {
  test("from the bank's page to signed, in the frame", "third-party cookies allowed", inFrame);
  test("from the bank's page to signed, in a tab that the frame offers and follows", "third-party cookies blocked", inTab);
  test("a site that is not listed frames nothing", "third-party cookies allowed", unlistedFramesNothing);
  test("a hostile page changes nothing by messages and forms", "third-party cookies allowed", hostilePageChangesNothing);
  test("an advertisement beside the portal is not heeded", "third-party cookies allowed", nobodyHeedsAnAdvertisement);
  test("sessions of two partners are apart", "third-party cookies allowed", partnersAreApart);
});
