package handlers_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// browser is somebody at one: a cookie jar, and the page that is open.
type browser struct {
	t     *testing.T
	w     *world
	jar   http.CookieJar
	extra http.Header // sent with every request
}

func (w *world) browser() *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	must(w.t, err)
	return &browser{t: w.t, w: w, jar: jar, extra: http.Header{}}
}

// page is an answer, read to its end.
type page struct {
	t      *testing.T
	b      *browser
	status int
	header http.Header
	url    *url.URL
	body   string
	root   *html.Node
}

// send makes one request and follows nothing.
func (b *browser) send(method, path string, form url.Values, set ...func(*http.Request)) *page {
	b.t.Helper()
	address := path
	if strings.HasPrefix(path, "/") {
		address = b.w.base + path
	}
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, address, body)
	must(b.t, err)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, values := range b.extra {
		r.Header[name] = values
	}
	for _, s := range set {
		s(r)
	}
	for _, cookie := range b.jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	response, err := b.w.client.Do(r)
	must(b.t, err)
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	must(b.t, err)
	b.jar.SetCookies(r.URL, response.Cookies())
	p := &page{t: b.t, b: b, status: response.StatusCode, header: response.Header, url: r.URL, body: string(raw)}
	p.root, err = html.Parse(strings.NewReader(p.body))
	must(b.t, err)
	return p
}

// get opens a page as a browser does, redirects included. Answers that a script or a
// test wants to see by themselves are sent.
func (b *browser) get(path string, set ...func(*http.Request)) *page {
	b.t.Helper()
	return b.follow(b.send(http.MethodGet, path, nil, set...), set...)
}

func (b *browser) follow(p *page, set ...func(*http.Request)) *page {
	b.t.Helper()
	for range 6 {
		if p.status < 300 || p.status > 399 {
			return p
		}
		target, err := p.url.Parse(p.header.Get("Location"))
		must(b.t, err)
		p = b.send(http.MethodGet, target.String(), nil, set...)
	}
	b.t.Fatalf("%s: redirects don't end", p.url.Path)
	return nil
}

// submit sends a form of the page, with fields changed or added, and follows.
func (p *page) submit(selector string, fields ...string) *page {
	p.t.Helper()
	return p.b.follow(p.post(selector, fields...))
}

// post sends a form of the page and follows nothing.
func (p *page) post(selector string, fields ...string) *page {
	p.t.Helper()
	form := p.one(selector)
	values := url.Values{}
	for _, input := range cascadia.QueryAll(form, cascadia.MustCompile("input[name]")) {
		kind, checked := attr(input, "type"), has(input, "checked")
		if kind != "checkbox" && kind != "radio" || checked {
			values.Set(attr(input, "name"), attr(input, "value"))
		}
	}
	for i := 0; i+1 < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	target, err := p.url.Parse(attr(form, "action"))
	must(p.t, err)
	return p.b.send(http.MethodPost, target.String(), values)
}

// is fails the test unless the page has this status.
func (p *page) is(status int) *page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("%s: status %d, want %d\n%s", p.url.Path, p.status, status, p.text("body"))
	}
	return p
}

// leadsTo fails the test unless the answer is a 303 to this path.
func (p *page) leadsTo(path string) *page {
	p.t.Helper()
	p.is(http.StatusSeeOther)
	if got := p.header.Get("Location"); got != path {
		p.t.Fatalf("%s: leads to %s, want %s", p.url.Path, got, path)
	}
	return p
}

// stands fails the test unless the page is a stage page with these marks.
func (p *page) stands(stage, state string) *page {
	p.t.Helper()
	p.is(http.StatusOK)
	if got := p.mark("data-stage") + "/" + p.mark("data-state"); got != stage+"/"+state {
		p.t.Fatalf("%s: stands at %s, want %s/%s", p.url.Path, got, stage, state)
	}
	return p
}

// mark is an attribute of <main>.
func (p *page) mark(name string) string {
	p.t.Helper()
	return attr(p.one("main"), name)
}

func (p *page) all(selector string) []*html.Node {
	p.t.Helper()
	return cascadia.QueryAll(p.root, cascadia.MustCompile(selector))
}

// one is the only element that fits.
func (p *page) one(selector string) *html.Node {
	p.t.Helper()
	found := p.all(selector)
	if len(found) != 1 {
		p.t.Fatalf("%s: %d elements are %s, want one\n%s", p.url.Path, len(found), selector, p.text("body"))
	}
	return found[0]
}

// none fails the test if anything fits.
func (p *page) none(selector string) *page {
	p.t.Helper()
	if found := p.all(selector); len(found) > 0 {
		p.t.Fatalf("%s: %d elements are %s, want none", p.url.Path, len(found), selector)
	}
	return p
}

// text is the words of all elements that fit.
func (p *page) text(selector string) string {
	p.t.Helper()
	var words []string
	for _, n := range p.all(selector) {
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				words = append(words, strings.Fields(d.Data)...)
			}
		}
	}
	return strings.Join(words, " ")
}

// says fails the test unless the page says these words.
func (p *page) says(words string) *page {
	p.t.Helper()
	if !strings.Contains(p.text("body"), words) {
		p.t.Fatalf("%s does not say %q: %s", p.url.Path, words, p.text("body"))
	}
	return p
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
