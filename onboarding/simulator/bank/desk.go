package bank

import (
	"context"
	"net/http"
	"net/mail"
	"strings"
	"time"
)

// patience is the limit for what one of the bank's pages asks the portal.
const patience = 15 * time.Second

func (d *desk) path(rest string) string { return "/" + d.ID + "/" + rest }

// front is the bank's home page, with the form that opens an account. A tester comes
// with the id of a customer that the control room has made, and is let in by it alone.
func (d *desk) front(w http.ResponseWriter, r *http.Request) {
	if id := r.URL.Query().Get("customer"); isUUID(id) {
		d.accounts.signIn(w, d.path(""), account{CustomerID: id})
		http.Redirect(w, r, d.path("account"), http.StatusSeeOther)
		return
	}
	render(w, http.StatusOK, "front.html", &frontPage{frame: d.frame(r, "front"), Key: newID()})
}

// open makes a customer of whoever has filled in the form. The form's own key goes
// along, so that a form that is sent twice makes one customer.
func (d *desk) open(w http.ResponseWriter, r *http.Request) {
	page := &frontPage{
		frame: d.frame(r, "front"), Key: r.PostFormValue("key"),
		Name: strings.TrimSpace(r.PostFormValue("name")), Email: strings.TrimSpace(r.PostFormValue("email")),
	}
	address, err := mail.ParseAddress(page.Email)
	page.NameWrong, page.EmailWrong = page.Name == "", err != nil || address.Address != page.Email
	if page.NameWrong || page.EmailWrong || page.Key == "" {
		render(w, http.StatusUnprocessableEntity, "front.html", page)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	made, err := d.portal.NewSession(ctx, page.Key, SessionRequest{Customer: &Customer{Name: page.Name, Email: page.Email, Type: "Person"}})
	if err != nil {
		d.fail(w, r, err)
		return
	}
	d.accounts.signIn(w, d.path(""), account{CustomerID: made.CustomerID, Name: page.Name})
	http.Redirect(w, r, d.path("account"), http.StatusSeeOther)
}

// account is the page with the portal in it. Each time it is opened it gets a link of
// its own, as a link is good once; the customer goes on where they were.
func (d *desk) account(w http.ResponseWriter, r *http.Request) {
	id, of, ok := d.accounts.current(r)
	if !ok {
		http.Redirect(w, r, d.path(""), http.StatusSeeOther)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	session, err := d.newLink(ctx, of)
	if err == nil {
		of, err = d.ask(ctx, id, of)
	}
	if err != nil {
		d.fail(w, r, err)
		return
	}
	page := &accountPage{frame: d.frame(r, "account"), Link: session.URL, Portal: d.options.PortalURL, Account: statusOf(of), FirstName: firstName(of.Name)}
	page.CustomerID = of.CustomerID
	render(w, http.StatusOK, "account.html", page)
}

// done is where the portal's own button leads back to. That somebody comes here says
// nothing: the portal is asked.
func (d *desk) done(w http.ResponseWriter, r *http.Request) {
	id, of, ok := d.accounts.current(r)
	if !ok {
		http.Redirect(w, r, d.path(""), http.StatusSeeOther)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	of, err := d.ask(ctx, id, of)
	if err != nil {
		d.fail(w, r, err)
		return
	}
	render(w, http.StatusOK, "done.html", &donePage{frame: d.frame(r, "done"), Account: statusOf(of)})
}

func (d *desk) signOut(w http.ResponseWriter, r *http.Request) {
	d.accounts.signOut(w, r, d.path(""))
	http.Redirect(w, r, d.path(""), http.StatusSeeOther)
}

func (d *desk) newLink(ctx context.Context, of account) (Session, error) {
	return d.portal.NewSession(ctx, newID(), SessionRequest{
		CustomerID: of.CustomerID, ReturnURL: d.Done(d.options.URL), Locale: d.Locale,
	})
}

// ask is the one way in which an account is opened.
func (d *desk) ask(ctx context.Context, id string, of account) (account, error) {
	at, err := d.portal.Progress(ctx, of.CustomerID)
	if err != nil {
		return of, err
	}
	of.At, of.Open = at, of.Open || at.ready()
	d.accounts.keep(id, of)
	return of, nil
}

func firstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}
