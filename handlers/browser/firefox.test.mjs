// The portal in a partner's page, in each way that Firefox keeps cookies.
import { missing, openFirefox } from "./lib/engines/firefox.mjs";
import { hostilePageChangesNothing, nobodyHeedsAnAdvertisement, partnersAreApart, sitesAreApart, unlistedFramesNothing } from "./lib/engines/strangers.mjs";
import { engine } from "./lib/engines/suite.mjs";
import { inForgetfulTab, inFrame, inTab } from "./lib/engines/walks.mjs";

engine("Firefox", openFirefox, missing(), (test) => {
  test("from the bank's page to signed, in the frame", "as it comes", inFrame);
  test("from the bank's page to signed, in a tab that the frame offers and follows", "third-party cookies blocked", inTab);
  test("from the bank's page to signed, in a tab that keeps none either", "all cookies blocked", inForgetfulTab);
  test("a site that is not listed frames nothing", "as it comes", unlistedFramesNothing);
  test("a hostile page changes nothing by messages and forms", "as it comes", hostilePageChangesNothing);
  test("an advertisement beside the portal is not heeded", "as it comes", nobodyHeedsAnAdvertisement);
  test("sessions of two partners are apart", "as it comes", partnersAreApart);
  test("sessions in two sites are apart", "as it comes", sitesAreApart);
});
