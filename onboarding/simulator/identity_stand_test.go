package simulator

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// stand is a simulator with both of its origins, and a browser without scripts.
type stand struct {
	*Simulator
	t                *testing.T
	public, identity *httptest.Server
	client           *http.Client
}

func newStand(t *testing.T, room RoomOptions) *stand {
	t.Helper()
	s := New(Options{APIKeys: []string{keyOne}, Now: standsAtNoon})
	if room.Partners == nil {
		room.Partners = []RoomPartner{{ID: "acme", Name: "Acme", APIKey: "partner-key", IronKey: keyOne, SignUp: true}}
	}
	at := &stand{Simulator: s, t: t, client: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	at.public, at.identity = httptest.NewServer(s.Public(room)), httptest.NewServer(s.Identity())
	t.Cleanup(at.public.Close)
	t.Cleanup(at.identity.Close)
	s.SetAddresses(at.public.URL, at.identity.URL)
	return at
}

// page is an answer, read as a browser reads it.
type page struct {
	result
	at  *url.URL
	dom *html.Node
}

// visit makes a request and follows where it is sent, on the same origin.
func (s *stand) visit(method, address, kind string, body []byte, headers ...string) page {
	s.t.Helper()
	for range 5 {
		got := s.send(method, address, kind, body, headers...)
		to := got.header.Get("Location")
		if got.status != http.StatusSeeOther {
			return got
		}
		next, err := got.at.Parse(to)
		if err != nil || next.Host != got.at.Host {
			s.t.Fatalf("sent to %q", to)
		}
		method, address, kind, body = http.MethodGet, next.String(), "", nil
	}
	s.t.Fatal("sent around in circles")
	return page{}
}

func (s *stand) send(method, address, kind string, body []byte, headers ...string) page {
	s.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, address, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	for n := 0; n < len(headers); n += 2 {
		request.Header.Set(headers[n], headers[n+1])
	}
	response, err := s.client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	dom, err := html.Parse(bytes.NewReader(read))
	if err != nil {
		s.t.Fatal(err)
	}
	return page{result{s.t, response.StatusCode, response.Header, string(read)}, request.URL, dom}
}

func (s *stand) open(address string) page {
	s.t.Helper()
	return s.visit(http.MethodGet, address, "", nil)
}

// hostedURL is where the scenario's customer is to go on.
func (s *stand) hosted(customerID string) string {
	s.t.Helper()
	view, err := s.Customer(customerID)
	if err != nil {
		s.t.Fatal(err)
	}
	return view.Identifications[0].URL
}

func (s *stand) make(scenario string) (customerID string) {
	s.t.Helper()
	id, err := s.Build(scenario, keyOne)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// find gives the elements of a name that have the attribute with the value; an
// empty attribute asks for nothing more, an empty value for any.
func (p page) find(name, attribute, value string) []*html.Node {
	var found []*html.Node
	for n := range p.dom.Descendants() {
		if n.Type != html.ElementNode || n.Data != name {
			continue
		}
		got, has := attr(n, attribute)
		if attribute == "" || has && (value == "" || got == value) {
			found = append(found, n)
		}
	}
	return found
}

func attr(n *html.Node, name string) (value string, has bool) {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if i < 0 {
		return "", false
	}
	return n.Attr[i].Val, true
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// place is which page it is.
func (p page) place() string {
	p.t.Helper()
	mains := p.find("main", "data-page", "")
	if len(mains) != 1 {
		p.t.Fatalf("%d main elements in %s", len(mains), p.body)
	}
	value, _ := attr(mains[0], "data-page")
	return value
}

// fill sends the page's form as somebody would who answers every question: the
// first choice of each, some words, a picture or the sample of it.
func (s *stand) fill(p page, change map[string]string) page {
	s.t.Helper()
	form := p.find("form", "", "")[0]
	action, _ := attr(form, "action")
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for name, value := range answersFor(form, change) {
		if err := parts.WriteField(name, value); err != nil {
			s.t.Fatal(err)
		}
	}
	_ = parts.Close()
	to, err := p.at.Parse(action)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.visit(http.MethodPost, to.String(), parts.FormDataContentType(), body.Bytes())
}

func answersFor(form *html.Node, change map[string]string) map[string]string {
	answers := map[string]string{}
	answer := func(name, value string) {
		if _, has := answers[name]; !has && name != "" && value != "" {
			answers[name] = value
		}
	}
	for n := range form.Descendants() {
		name, _ := attr(n, "name")
		value, _ := attr(n, "value")
		switch kind, _ := attr(n, "type"); {
		case n.Data == "option" && value != "":
			chooser, _ := attr(n.Parent, "name")
			answer(chooser, value)
		case n.Data == "textarea":
			answer(name, "Some words.")
		case n.Data == "input" && kind == "date":
			answer(name, "1990-01-31")
		case n.Data == "input" && kind == "text":
			answer(name, "Words")
		case n.Data == "input" && (kind == "radio" || kind == "checkbox" || kind == "hidden"):
			answer(name, value)
		}
	}
	for name, value := range change {
		answers[name] = value
	}
	return answers
}
