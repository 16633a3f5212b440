package main

import (
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestTheBankOpensAccountsThroughTheRealPortal: what the bank believes of the partner
// API is what the portal does.
func TestTheBankOpensAccountsThroughTheRealPortal(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stdin, _ := io.Pipe()
	announced, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, free("-rate-limit", "0"), stdin, stdout, io.Discard)
		_ = stdout.Close()
	}()
	var at places
	if err := json.NewDecoder(announced).Decode(&at); err != nil {
		t.Fatal(err, <-ended)
	}
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	customer := newGuest(t)
	front := customer.get(at.Partners[0].Bank)
	form := url.Values{"key": {field(front, "key")}, "name": {"Ada Lovelace"}, "email": {"ada@example.test"}}
	page := customer.post(at.Partners[0].Bank+"open", form)
	link := regexp.MustCompile(`<onboarding-portal src="([^"]+)"`).FindStringSubmatch(page)
	if link == nil || !strings.HasPrefix(link[1], at.Portal+"/p/acme/start/") {
		t.Fatalf("the bank's page has no element with a link: %s", page)
	}
	response, err := http.Get(html.UnescapeString(link[1]))
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if policy := response.Header.Get("Content-Security-Policy"); response.StatusCode != http.StatusOK || !strings.Contains(policy, "frame-ancestors "+at.Bank) {
		t.Errorf("the link answers %d, and may be framed by %s", response.StatusCode, policy)
	}
	if !strings.Contains(customer.post(at.Partners[0].Bank+"status", nil), `{"open":false,"stage":"submission","state":"start"}`) {
		t.Error("the bank does not know where its new customer stands")
	}

	// Whom the control room has made comes in by an id, and is ready already.
	for _, partner := range at.Partners {
		made := customer.post(at.ControlRoom+"/control/scenarios/active", url.Values{"partner": {partner.ID}})
		var who struct {
			ID string `json:"customer_id"`
		}
		if err := json.Unmarshal([]byte(made), &who); err != nil {
			t.Fatal(err, made)
		}
		if page := customer.get(partner.Bank + "?customer=" + who.ID); !strings.Contains(page, `data-account="open"`) {
			t.Errorf("%s does not open the account of %s: %s", partner.ID, who.ID, page)
		}
	}
}

func field(page, name string) string {
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

// guest is a browser that follows redirects.
type guest struct {
	*testing.T
	client http.Client
}

func newGuest(t *testing.T) *guest {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &guest{t, http.Client{Jar: jar}}
}

func (g *guest) get(address string) string { return g.send(http.MethodGet, address, nil) }

func (g *guest) post(address string, form url.Values) string {
	return g.send(http.MethodPost, address, form)
}

func (g *guest) send(method, address string, form url.Values) string {
	g.Helper()
	request, err := http.NewRequestWithContext(g.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		g.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json, text/html")
	response, err := g.client.Do(request)
	if err != nil {
		g.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		g.Fatal(err)
	}
	if response.StatusCode >= http.StatusBadRequest {
		g.Fatalf("%s %s answers %d: %s", method, address, response.StatusCode, body)
	}
	return string(body)
}
