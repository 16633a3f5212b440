package bank

import (
	"net/http"
	"sync"
)

// account is one of the bank's own customers. It is open once the portal has told
// this server so, and stays open.
type account struct {
	CustomerID string // in the portal
	Name       string // "" where the customer came by an id alone
	Open       bool
	At         Progress // as the portal told last
}

// accounts are those of one house, by the cookie of whoever is signed in. They go
// with the program.
type accounts struct {
	cookie string

	mu  sync.Mutex
	all map[string]account
}

func newAccounts(house string) *accounts {
	return &accounts{cookie: "bank-" + house, all: map[string]account{}}
}

// mostAccounts bounds what a program that runs for weeks remembers.
const mostAccounts = 10_000

// signIn opens the door to an account. A bank has a password before this.
func (a *accounts) signIn(w http.ResponseWriter, path string, of account) {
	id := newID()
	a.mu.Lock()
	if len(a.all) >= mostAccounts {
		clear(a.all)
	}
	a.all[id] = of
	a.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: a.cookie, Value: id, Path: path, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// current is the account of whoever asks.
func (a *accounts) current(r *http.Request) (id string, of account, ok bool) {
	cookie, err := r.Cookie(a.cookie)
	if err != nil {
		return "", account{}, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	of, ok = a.all[cookie.Value]
	return cookie.Value, of, ok
}

// keep keeps what is known of an account, unless they have signed out meanwhile.
func (a *accounts) keep(id string, of account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.all[id]; ok {
		a.all[id] = of
	}
}

func (a *accounts) signOut(w http.ResponseWriter, r *http.Request, path string) {
	if id, _, ok := a.current(r); ok {
		a.mu.Lock()
		delete(a.all, id)
		a.mu.Unlock()
	}
	http.SetCookie(w, &http.Cookie{Name: a.cookie, Path: path, MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
