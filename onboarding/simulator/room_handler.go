package simulator

import (
	"cmp"
	"net/http"
	"net/url"
	"sync"
)

// RoomOptions say where the control room finds the portal that it opens
// customers in. Without them everything works but that.
type RoomOptions struct {
	// PortalURL is the portal's origin, as a browser reaches it.
	PortalURL string
	// BankURL is the origin of the partners' demo site, which has the portal in its
	// pages; empty where there is none.
	BankURL string
	// Partners are those of the portal that the control room can act for; the
	// first is chosen at the start.
	Partners []RoomPartner
	// Client calls the portal; nil is http.DefaultClient.
	Client *http.Client
}

// RoomPartner is a partner of the portal.
type RoomPartner struct {
	ID   string // in the portal's addresses
	Name string
	// APIKey is for the portal's partner API.
	APIKey string
	// IronKey is the key for Iron under which the partner's customers are made.
	IronKey string
	// SignUp: customers may create themselves.
	SignUp bool
}

// room is the control room. What it remembers by itself is only how the page is
// set, never anything of the world.
type room struct {
	simulator *Simulator
	options   RoomOptions

	mu      sync.Mutex
	partner int
	links   map[string]Link // the newest of each customer, to be shown once more
	notes   []roomNote      // what the last actions came to
	noted   int
}

// roomNote is what an action came to, shown on the page it leads back to.
type roomNote struct {
	Words   string
	Problem bool
}

// ControlRoom serves the page that testers have open all day, at /, and its twin
// for scripts under /control/, which GET /control/ describes. It has no
// sign-in: it is for loopback addresses. Requests that would change something
// are refused where they come from another site.
func (s *Simulator) ControlRoom(options RoomOptions) http.Handler {
	c := &room{simulator: s, options: options, links: map[string]Link{}}
	if len(c.options.Partners) == 0 {
		c.options.Partners = []RoomPartner{{ID: "none", Name: "No partner"}}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.home)
	mux.HandleFunc("GET /", c.nowhere)
	mux.HandleFunc("GET /customers/{id}", c.customerPage)
	mux.HandleFunc("GET /log/{id}", c.exchangePage)
	mux.HandleFunc("GET /events/{id}", c.eventPage)
	mux.HandleFunc("GET /settings", c.settingsPage)
	mux.Handle("GET /assets/", assetFiles())
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })

	mux.HandleFunc("GET /control/{$}", c.help)
	mux.HandleFunc("GET /control/stream", c.stream)
	mux.HandleFunc("GET /control/state", c.getState)
	mux.HandleFunc("GET /control/scenarios", c.getScenarios)
	mux.HandleFunc("GET /control/customers", c.getCustomers)
	mux.HandleFunc("GET /control/customers/{id}", c.getCustomer)
	mux.HandleFunc("GET /control/log", c.getLog)
	mux.HandleFunc("GET /control/events", c.getEvents)
	mux.HandleFunc("GET /control/faults", c.getFaults)

	mux.HandleFunc("POST /control/scenarios/{id}", c.act(c.buildScenario))
	mux.HandleFunc("POST /control/customers", c.act(c.createCustomer))
	mux.HandleFunc("POST /control/customers/{id}/open", c.act(c.openCustomer))
	mux.HandleFunc("POST /control/customers/{id}/link", c.act(c.linkCustomer))
	mux.HandleFunc("POST /control/customers/{id}/{lever}", c.act(c.pullLever))
	mux.HandleFunc("POST /control/clock", c.act(c.setClock))
	mux.HandleFunc("POST /control/faults", c.act(c.setFault))
	mux.HandleFunc("POST /control/faults/clear", c.act(c.clearFaults))
	mux.HandleFunc("POST /control/faults/{id}/clear", c.act(c.clearFault))
	mux.HandleFunc("POST /control/settings", c.act(c.configure))
	mux.HandleFunc("POST /control/partner", c.act(c.choosePartner))
	mux.HandleFunc("POST /control/reset", c.act(c.reset))
	return c.headers(http.NewCrossOriginProtection().Handler(mux))
}

// Public serves all of the simulator's public origin: the API, the documents and
// the control room.
func (s *Simulator) Public(options RoomOptions) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/api/", s.API())
	mux.Handle("/documents/", s.Documents())
	mux.Handle("/", s.ControlRoom(options))
	return mux
}

func (c *room) headers(next http.Handler) http.Handler {
	// A form that opens a customer is redirected to the portal, and browsers hold
	// redirects against form-action too.
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
	if portal, err := url.Parse(c.options.PortalURL); err == nil && portal.Host != "" {
		policy += " " + portal.Scheme + "://" + portal.Host
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		commonHeaders(w.Header())
		next.ServeHTTP(w, r)
	})
}

// chosen is the partner that the control room acts for.
func (c *room) chosen() RoomPartner {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.options.Partners[c.partner]
}

// partnerFor is the one that a request names, else the chosen one.
func (c *room) partnerFor(in input) (RoomPartner, error) {
	for _, partner := range c.options.Partners {
		if partner.ID == in["partner"] {
			return partner, nil
		}
	}
	if in["partner"] != "" {
		return RoomPartner{}, errNoPartner
	}
	return c.chosen(), nil
}

func (c *room) expect(view Customer) Expected {
	_, identity := c.simulator.Addresses()
	return Expect(view, identity, c.simulator.Now())
}

const keptNotes = 50

func (c *room) note(words string, problem bool) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.noted++
	c.notes = append(c.notes, roomNote{words, problem})
	if len(c.notes) > keptNotes {
		c.notes = c.notes[1:]
	}
	return c.noted
}

func (c *room) noteOf(id int) (roomNote, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := len(c.notes) - 1 - (c.noted - id)
	if id < 1 || i < 0 || i >= len(c.notes) {
		return roomNote{}, false
	}
	return c.notes[i], true
}

func (c *room) keepLink(customerID string, link Link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.links[customerID] = link
}

func (c *room) linkOf(customerID string) Link {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.links[customerID]
}

// home address of the chosen partner's customers in the portal.
func (c *room) portalHome() string {
	return cmp.Or(c.options.PortalURL, "") + "/p/" + url.PathEscape(c.chosen().ID) + "/"
}

// bankHome is the home page of the chosen partner's demo site.
func (c *room) bankHome() string {
	if c.options.BankURL == "" {
		return ""
	}
	return c.options.BankURL + "/" + url.PathEscape(c.chosen().ID) + "/"
}
