package bank

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
)

// status is what the bank's page is told of an account. Nothing of an account that
// isn't open is in it, so that a page that is tampered with has nothing to show.
type status struct {
	Open    bool   `json:"open"`
	Stage   string `json:"stage"`
	State   string `json:"state"`
	Balance string `json:"balance,omitempty"`
	Number  string `json:"number,omitempty"`
}

func statusOf(of account) status {
	s := status{Open: of.Open, Stage: of.At.Stage, State: of.At.State}
	if of.Open {
		s.Balance, s.Number = "€ 25.00", "DEMO 0000 2511 "+of.CustomerID[:4]
	}
	return s
}

// link answers the page's script with a fresh link, after link-expired or
// session-expired.
func (d *desk) link(w http.ResponseWriter, r *http.Request) {
	d.answer(w, r, func(ctx context.Context, _ string, of account) (any, error) {
		session, err := d.newLink(ctx, of)
		return map[string]string{"url": session.URL}, err
	})
}

// status answers the page's script, after complete.
func (d *desk) status(w http.ResponseWriter, r *http.Request) {
	d.answer(w, r, func(ctx context.Context, id string, of account) (any, error) {
		of, err := d.ask(ctx, id, of)
		return statusOf(of), err
	})
}

func (d *desk) answer(w http.ResponseWriter, r *http.Request, find func(context.Context, string, account) (any, error)) {
	id, of, ok := d.accounts.current(r)
	if !ok {
		writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "signed out"})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	found, err := find(ctx, id, of)
	if err != nil {
		slog.Warn("the portal was asked in vain", "bank", d.ID, "error", err)
		code, _ := inWords(err)
		writeJSON(w, code, map[string]string{"error": http.StatusText(code)})
		return
	}
	writeJSON(w, http.StatusOK, found)
}

func writeJSON(w http.ResponseWriter, code int, content any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(content) // whoever asked may have gone
}

// inWords is an error's status here, and the id of the words for it.
func inWords(err error) (code int, words string) {
	var no *refusal
	switch {
	case errors.As(err, &no) && no.status == http.StatusNotFound:
		return http.StatusNotFound, "unknown"
	case errors.As(err, &no) && no.status == http.StatusTooManyRequests:
		return http.StatusTooManyRequests, "busy"
	}
	return http.StatusBadGateway, "away"
}

// fail is a page for a person, with the portal's support code where there is one.
func (d *desk) fail(w http.ResponseWriter, r *http.Request, err error) {
	slog.Warn("the portal was asked in vain", "bank", d.ID, "error", err)
	page := &problemPage{frame: d.frame(r, "problem")}
	code, words := inWords(err)
	page.Heading, page.Advice = page.T["problem."+words], page.T["problem."+words+"-advice"]
	var no *refusal
	if errors.As(err, &no) {
		page.SupportCode = no.SupportCode
	}
	render(w, code, "problem.html", page)
}

func render(w http.ResponseWriter, code int, name string, page any) {
	var body bytes.Buffer
	if err := templates.ExecuteTemplate(&body, name, page); err != nil {
		slog.Error("a page of the bank can't be made", "page", name, "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	_, _ = body.WriteTo(w)
}
