package bank

import (
	"net/http"
	"strings"
)

const (
	element = `<script type="module" src="PORTAL/embed.js"></script>
<onboarding-portal src="DOCTOR"></onboarding-portal>`
	rightAllow  = `allow="camera; microphone; geolocation; clipboard-write; fullscreen"`
	plainFrame  = `<iframe src="DOCTOR" title="Onboarding" ` + rightAllow + `></iframe>`
	rightScript = `script-src 'self' PORTAL; connect-src 'self' PORTAL; frame-src PORTAL`
)

func sandboxed(flags string) string {
	return strings.Replace(plainFrame, "<iframe ", `<iframe sandbox="`+flags+`" `, 1)
}

func header(name, value string) func(http.Header, string) {
	return func(h http.Header, _ string) { h.Set(name, value) }
}

// embeddings, the right one first.
var embeddings = []embedding{
	{
		ID: "right", Title: "As it should be",
		Broken: "Nothing: this is the embedding that the README shows.",
		Doctor: "Everything is right.",
		markup: element,
	},
	{
		ID: "plain", Title: "A plain iframe, done right",
		Broken: "Nothing, but there is no element: the height does not follow, and the page hears no events unless it answers the messages itself.",
		Doctor: "Everything is right. Whether the element is in use can't be told: no hello has come, which is right for a plain frame.",
		markup: plainFrame,
	},
	{
		ID: "no-allow", Title: "An iframe without allow",
		Broken: "The iframe has no allow attribute, so the camera stops at its border.",
		Doctor: "Camera, microphone, location, clipboard and full screen are not given to the frame, with the allow attribute to write.",
		Fix:    rightAllow,
		markup: `<iframe src="DOCTOR" title="Onboarding"></iframe>`,
	},
	{
		ID: "allow-self", Title: "Camera for the bank alone",
		Broken: "The allow attribute gives the camera to the bank's own origin and not to the portal's.",
		Doctor: "The same: an allow attribute that means the bank is as good as none.",
		Fix:    rightAllow,
		markup: `<iframe src="DOCTOR" title="Onboarding" allow="camera 'self'; microphone 'self'; geolocation 'self'"></iframe>`,
	},
	{
		ID: "permissions-policy", Title: "A header that switches the camera off",
		Broken:  "The bank's own header Permissions-Policy: camera=() takes the camera from the whole page, and no allow attribute brings it back. Only Chromium obeys this header.",
		Doctor:  "The camera alone is not given to the frame, with the header to send.",
		Fix:     `Permissions-Policy: camera=(self "PORTAL"), microphone=(self "PORTAL"), geolocation=(self "PORTAL")`,
		markup:  element,
		headers: header("Permissions-Policy", "camera=()"),
	},
	{
		ID: "sandbox-origin", Title: "A sandbox without allow-same-origin",
		Broken: "The sandbox takes the portal's origin away, so that it has no cookies and no camera.",
		Doctor: "The sandbox lacks allow-same-origin, so that there are no cookies and no camera.",
		Fix:    `sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads"`,
		markup: sandboxed("allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads"),
	},
	{
		ID: "sandbox-scripts", Title: "A sandbox without allow-scripts",
		Broken: "The sandbox lets no scripts run, so that nothing moves by itself and identity pages do not work.",
		Doctor: "Scripts don't run here: the sandbox lacks allow-scripts. The rest is a list to check by hand.",
		Fix:    `sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads"`,
		markup: sandboxed("allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads"),
	},
	{
		ID: "sandbox-popups", Title: "A sandbox without allow-popups",
		Broken: "The sandbox lets no tab be opened, which is the way on where a browser keeps no cookies in frames.",
		Doctor: "There is a sandbox, and whether it lets new tabs through can't be told from inside; with the attribute to compare.",
		Fix:    `sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads"`,
		markup: sandboxed("allow-scripts allow-same-origin allow-forms allow-modals allow-downloads"),
	},
	{
		ID: "unlisted", Title: "An origin that is not listed",
		Broken:    "The page is opened under another origin than those in the partners file, so that the browser refuses to show the portal in it.",
		Doctor:    "Nothing in here, as nothing of the portal may show. The element reports frame-refused; the doctor in a tab of its own names the origins that are listed.",
		Fix:       `origins: ["the origin that the address bar shows"]`,
		markup:    element,
		elsewhere: true,
	},
	{
		ID: "coep", Title: "A page that is cross-origin isolated",
		Broken:  "Cross-Origin-Embedder-Policy: require-corp keeps every frame out that is not isolated itself. The portal is not, as the identity pages in it are not.",
		Doctor:  "Nothing in here. The element reports frame-refused; the doctor in a tab of its own names this header among the causes.",
		Fix:     `no Cross-Origin-Embedder-Policy on the page with the portal`,
		markup:  element,
		headers: header("Cross-Origin-Embedder-Policy", "require-corp"),
	},
	{
		ID: "no-referrer", Title: "A page that hides its address",
		Broken:  "Referrer-Policy: no-referrer does not tell the portal which page it is in. That does no harm, and with the element not even this: it sets a policy of its own for its frame.",
		Doctor:  "The page's Referrer-Policy hides the referrer, which does no harm.",
		Fix:     `Referrer-Policy: strict-origin-when-cross-origin`,
		markup:  plainFrame,
		headers: header("Referrer-Policy", "no-referrer"),
	},
	{
		ID: "csp-script", Title: "A policy that lacks the script",
		Broken:  "The bank's Content-Security-Policy does not name the portal in script-src, so that the element is never made and its content shows instead: a link.",
		Doctor:  "Nothing in here, as there is no frame. The browser's console names script-src; the doctor in a tab of its own says what the policy needs.",
		Fix:     rightScript,
		markup:  strings.Replace(element, "></onboarding-portal>", `><a href="DOCTOR">Continue</a></onboarding-portal>`, 1),
		headers: func(h http.Header, portal string) { h.Set("Content-Security-Policy", policyFor("", portal)) },
	},
	{
		ID: "csp-frame", Title: "A policy that lacks the frame",
		Broken: "The bank's Content-Security-Policy does not name the portal in frame-src, so that the frame stays empty.",
		Doctor: "Nothing in here. The element reports frame-refused, and the browser's console names frame-src; the doctor in a tab of its own says what the policy needs.",
		Fix:    rightScript,
		markup: element,
		headers: func(h http.Header, portal string) {
			h.Set("Content-Security-Policy", strings.Replace(policyFor(portal, portal), "frame-src "+portal, "frame-src 'none'", 1))
		},
	},
}
