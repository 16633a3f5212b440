package session_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"portal/onboarding/store"
	"portal/session"
)

// house is the package on a real database, with a clock that stands still.
type house struct {
	t         *testing.T
	clock     *clock
	store     *store.Store
	dir       string
	customers *session.Customers
	links     *session.Links
	cookies   *session.Cookies
}

func newHouse(t *testing.T, https bool) *house {
	t.Helper()
	h := &house{t: t, clock: &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}, dir: t.TempDir()}
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(h.dir, "portal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	s.Now = h.clock.Now
	h.store = s
	h.customers = h.customersOver(s.Sessions(session.IdleLimit), https)
	h.links = &session.Links{Store: s, HTTPS: https, Now: h.clock.Now}
	keys, err := session.LoadOrCreateKeys(filepath.Join(h.dir, "portal.keys"))
	if err != nil {
		t.Fatal(err)
	}
	h.cookies = session.NewCookies(session.CookiesConfig{Keys: keys, HTTPS: https, Now: h.clock.Now})
	return h
}

func (h *house) customersOver(s session.SessionStore, https bool) *session.Customers {
	return session.NewCustomers(session.CustomersConfig{Store: s, HTTPS: https, Now: h.clock.Now})
}

// clock stands still until a test moves it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// browser keeps cookies by their names, as they were set.
type browser map[string]*http.Cookie

// The values of Sec-Fetch-Dest: a page, a page in a frame, a fetch from either, and
// a client that doesn't say.
const (
	page   = "document"
	frame  = "iframe"
	fetch  = "empty"
	silent = ""
)

func (b browser) request(dest string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/p/acme/", nil)
	if dest != silent {
		r.Header.Set("Sec-Fetch-Dest", dest)
	}
	for _, c := range b {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	return r
}

// take keeps the cookies of an answer and returns them.
func (b browser) take(w *httptest.ResponseRecorder) []*http.Cookie {
	set := w.Result().Cookies()
	for _, c := range set {
		if c.MaxAge < 0 {
			delete(b, c.Name)
		} else {
			b[c.Name] = c
		}
	}
	return set
}

var alice = session.Identity{
	Partner: "acme", CustomerID: "0199-alice", WithEDD: true, ReturnURL: "https://app.acme.example/done", Locale: "de",
}

func (h *house) start(b browser, dest string, i session.Identity) session.Identity {
	h.t.Helper()
	w := httptest.NewRecorder()
	i, err := h.customers.Start(w, b.request(dest), i)
	if err != nil {
		h.t.Fatal(err)
	}
	b.take(w)
	return i
}

// who is the customer whom the browser's request comes from, or "".
func (h *house) who(b browser, dest, partner string) string {
	h.t.Helper()
	i, ok, err := h.customers.Current(b.request(dest), partner)
	if err != nil {
		h.t.Fatal(err)
	}
	if !ok {
		return ""
	}
	return i.CustomerID
}

// disk is all that the database has written.
func (h *house) disk() string {
	h.t.Helper()
	var all strings.Builder
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(filepath.Join(h.dir, "portal.db"+suffix))
		if err != nil {
			h.t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}

// hung is a store that has stopped answering.
type hung struct{ session.SessionStore }

func (hung) FindCtx(ctx context.Context, _ string) ([]byte, bool, error) {
	<-ctx.Done()
	return nil, false, ctx.Err()
}

func (hung) Touch(ctx context.Context, _ string) error {
	<-ctx.Done()
	return ctx.Err()
}
