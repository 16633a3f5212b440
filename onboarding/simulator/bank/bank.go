package bank

import (
	"crypto/rand"
	"embed"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
)

// Options say where everything is.
type Options struct {
	// URL is the bank's own origin, PortalURL the portal's, both as a browser
	// reaches them. They must be two sites.
	URL, PortalURL string
	// ControlRoomURL is where testers come from; it may be empty.
	ControlRoomURL string
	// Houses are the banks that are served, each a partner of the portal. The first
	// is where / leads.
	Houses []House
}

// House is one bank.
type House struct {
	ID     string // in addresses, and the portal's name for the partner
	Name   string
	Key    string // for the partner API
	Locale string // en or de
}

// Done is the address to which a house's customers come back: it belongs into the
// partner's return_urls.
func (h House) Done(bank string) string { return bank + "/" + h.ID + "/onboarding/done" }

// desk serves one house.
type desk struct {
	House
	options  Options
	portal   Portal
	accounts *accounts
}

//go:embed assets
var assets embed.FS

// New serves the banks.
func New(options Options) http.Handler {
	mux := http.NewServeMux()
	for _, house := range options.Houses {
		d := &desk{House: house, options: options, portal: Portal{URL: options.PortalURL, Key: house.Key}, accounts: newAccounts(house.ID)}
		at := func(path string) string { return "/" + house.ID + "/" + path }
		mux.HandleFunc("GET "+at("{$}"), d.front)
		mux.HandleFunc("POST "+at("open"), d.open)
		mux.HandleFunc("GET "+at("account"), d.account)
		mux.HandleFunc("POST "+at("link"), d.link)
		mux.HandleFunc("POST "+at("status"), d.status)
		mux.HandleFunc("POST "+at("sign-out"), d.signOut)
		mux.HandleFunc("GET "+at("onboarding/done"), d.done)
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		to := url.URL{Path: "/" + options.Houses[0].ID + "/"}
		if id := r.URL.Query().Get("customer"); isUUID(id) {
			to.RawQuery = url.Values{"customer": {id}}.Encode()
		}
		http.Redirect(w, r, to.String(), http.StatusSeeOther)
	})
	broken := &breakage{options: options, house: options.Houses[0]}
	mux.HandleFunc("GET /broken/{$}", broken.index)
	mux.HandleFunc("GET /broken/{id}", broken.page)
	files, _ := fs.Sub(assets, "assets") // the directory is in the program
	mux.Handle("GET /assets/", http.StripPrefix("/assets/", http.FileServerFS(files)))
	return options.headers(http.NewCrossOriginProtection().Handler(mux))
}

// headers are as strict as a bank's. What the portal needs of them is in embedding.
func (o Options) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", policyFor(o.PortalURL, o.PortalURL))
		header.Set("Permissions-Policy", permissionsFor(o.PortalURL))
		next.ServeHTTP(w, r)
	})
}

// policyFor names the portal three times: for its script, for what the script asks it
// (whether it is there), and for its frame.
func policyFor(scripts, frames string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self' " + scripts, "connect-src 'self' " + frames, "frame-src " + frames,
		"style-src 'self'", "img-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
	}, "; ")
}

// permissionsFor hands on to the portal what a hosted identity page needs. A page that
// sends no such header at all hands on as much.
func permissionsFor(portal string) string {
	var features []string
	for _, feature := range []string{"camera", "microphone", "geolocation", "fullscreen", "clipboard-write"} {
		features = append(features, feature+`=(self "`+portal+`")`)
	}
	return strings.Join(features, ", ")
}

func newID() string { return rand.Text() }

// isUUID: ids of the portal's customers, of any version.
func isUUID(id string) bool {
	if len(id) != 36 {
		return false
	}
	for i, r := range id {
		switch i {
		case 8, 13, 18, 23:
			if r != '-' {
				return false
			}
		default:
			if !strings.ContainsRune("0123456789abcdefABCDEF", r) {
				return false
			}
		}
	}
	return true
}
