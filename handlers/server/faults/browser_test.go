package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"github.com/google/uuid"
	"golang.org/x/net/html"
)

// browser is a customer at one. Its cookies go to every portal of this machine, since
// cookies know no ports: a customer does not see which machine answers.
type browser struct {
	w      *world
	id     string // of the customer, at Iron
	base   string // which portal it talks to
	client *http.Client
}

// page is an answer, read to its end.
type page struct {
	status int
	header http.Header
	url    *url.URL
	body   string
	root   *html.Node
	took   time.Duration
}

func (p *page) String() string {
	if p == nil {
		return "no page"
	}
	return fmt.Sprintf("%d at %s", p.status, p.url.Path)
}

// patience is a browser's.
const patience = 60 * time.Second

func (w *world) stranger(p *portal) *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	w.check(err)
	b := &browser{w: w, base: p.base}
	b.client = &http.Client{
		Jar: jar, Timeout: patience, Transport: &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	w.t.Cleanup(b.client.CloseIdleConnections)
	return b
}

// customer makes a customer as the simulator's scenario says, and signs them in as a
// partner does.
func (w *world) customer(p *portal, scenario string) *browser {
	w.t.Helper()
	id, err := w.iron.Build(scenario, ironKey)
	w.check(err)
	b := w.stranger(p)
	b.id = id
	b.enter(p)
	return b
}

// enter asks the partner API for a one-time link and uses it.
func (b *browser) enter(p *portal) {
	w := b.w
	w.t.Helper()
	w.learn(b.id)
	link, err := b.link(p, uuid.NewString())
	w.check(err)
	entered, err := b.send(http.MethodPost, link, url.Values{})
	w.check(err)
	if entered.status != http.StatusSeeOther {
		w.t.Fatalf("the link answers %d: %s", entered.status, entered.body)
	}
	for _, cookie := range b.client.Jar.Cookies(entered.url) {
		w.secret("cookie", cookie.Value)
	}
}

// link is a one-time link from the partner API of this portal.
func (b *browser) link(p *portal, once string) (string, error) {
	ask, _ := json.Marshal(map[string]string{"customer_id": b.id})
	request, err := http.NewRequestWithContext(b.w.t.Context(), http.MethodPost, p.base+"/api/v1/sessions", bytes.NewReader(ask))
	if err != nil {
		return "", err
	}
	request.Header = http.Header{
		"Authorization": {"Bearer " + acmeKey}, "Content-Type": {"application/json"}, "Idempotency-Key": {once},
	}
	response, err := inquiries.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	var link struct{ URL string }
	if err := json.NewDecoder(response.Body).Decode(&link); err != nil || response.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("the partner API answers %d (%w)", response.StatusCode, err)
	}
	b.w.secret("one-time link", link.URL[strings.LastIndex(link.URL, "/")+1:])
	return link.URL, nil
}

// learn keeps what is personal of a customer.
func (w *world) learn(id string) {
	c, err := w.iron.Customer(id)
	w.check(err)
	w.secret("name", c.Name)
	w.secret("email", c.Email)
	for _, i := range c.Identifications {
		w.secret("hosted page", i.URL)
	}
	for _, d := range c.Required {
		w.secret("title", d.Title)
	}
}

// terms is a further document for this customer to sign, with a title that nothing
// else has.
func (b *browser) terms() (document string) {
	title := "Terms of " + uuid.NewString()
	document, err := b.w.iron.NewTerms(b.id, title)
	if err == nil {
		b.w.secret("title", title)
	}
	return document
}

// send makes one request and follows nothing.
func (b *browser) send(method, path string, form url.Values) (*page, error) {
	target := path
	if strings.HasPrefix(path, "/") {
		target = b.base + path
	}
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(b.w.t.Context(), method, target, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	began := time.Now()
	response, err := b.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	p := &page{status: response.StatusCode, header: response.Header, url: r.URL, body: string(raw), took: time.Since(began)}
	p.root, err = html.Parse(bytes.NewReader(raw))
	return p, err
}

// get opens a page, redirects included.
func (b *browser) get(path string) (*page, error) {
	p, err := b.send(http.MethodGet, path, nil)
	for range 6 {
		if err != nil || p.status < 300 || p.status > 399 {
			return p, err
		}
		p, err = b.send(http.MethodGet, p.header.Get("Location"), nil)
	}
	return nil, fmt.Errorf("%s: redirects don't end", path)
}

// open is get where nothing may go wrong.
func (b *browser) open(path string) *page {
	b.w.t.Helper()
	p, err := b.get(path)
	b.w.check(err)
	return p
}

// agreement is the form of one document, filled in.
type agreement struct {
	document string
	action   string
	fields   url.Values
}

// agreements are the forms of a page that sign, in their order.
func (p *page) agreements() (forms []agreement) {
	for _, card := range p.all("[data-document]") {
		form := cascadia.Query(card, cascadia.MustCompile("form[action$='/sign']"))
		if form == nil {
			continue
		}
		a := agreement{document: attr(card, "data-document"), action: attr(form, "action"), fields: url.Values{"consent": {"yes"}}}
		for _, input := range cascadia.QueryAll(form, cascadia.MustCompile("input[type=hidden]")) {
			a.fields.Set(attr(input, "name"), attr(input, "value"))
		}
		forms = append(forms, a)
	}
	return forms
}

// form is that of the first document to sign, as soon as there is one.
func (b *browser) form() (first agreement) {
	b.w.t.Helper()
	b.w.until("there is something to sign on the page", limit, func() bool {
		forms := b.open("/p/acme/documents").agreements()
		if len(forms) > 0 {
			first = forms[0]
		}
		return len(forms) > 0
	})
	return first
}

// signed are the documents that the page shows as signed.
func (p *page) signed() (documents []string) {
	for _, n := range p.all("[data-document][data-signed=true]") {
		documents = append(documents, attr(n, "data-document"))
	}
	return documents
}

// mark is an attribute of <main>; "" on pages without one.
func (p *page) mark(name string) string {
	for _, n := range p.all("main") {
		return attr(n, name)
	}
	return ""
}

func (p *page) has(selector string) bool { return len(p.all(selector)) > 0 }

func (p *page) all(selector string) []*html.Node {
	return cascadia.QueryAll(p.root, cascadia.MustCompile(selector))
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
