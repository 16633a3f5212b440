package bank

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

// embedding is one way of putting the portal's doctor into a page. Each but the first
// makes one mistake that partners make.
type embedding struct {
	ID, Title string
	Broken    string // what is wrong, in one sentence
	Doctor    string // what the doctor should say
	Fix       string // the line to change, as it should be
	markup    string // with PORTAL and DOCTOR for the addresses
	headers   func(h http.Header, portal string)
	elsewhere bool // the page is opened under an origin that the partners file lacks
}

// breakage serves the embeddings, each on a page of its own, as headers are part of
// many mistakes.
type breakage struct {
	options Options
	house   House
}

type brokenIndex struct {
	frame
	All []brokenLink
}

type brokenLink struct {
	embedding
	Href string
}

type brokenPage struct {
	frame
	Case      embedding
	Markup    template.HTML
	Source    string
	Headers   []string // those that differ from the right page's
	DoctorURL string
}

func (b *breakage) frame(title string) frame {
	house := b.house.sign()
	house.Locale = "en" // these pages are for developers
	return frame{
		House: house, T: catalogue["en"], Title: title, Place: "broken",
		Houses: b.options.signs(), ControlRoom: b.options.ControlRoomURL,
	}
}

func (b *breakage) index(w http.ResponseWriter, _ *http.Request) {
	page := &brokenIndex{frame: b.frame("Broken on purpose")}
	for _, e := range embeddings {
		link := brokenLink{embedding: e, Href: b.options.URL + "/broken/" + e.ID}
		if e.elsewhere {
			link.Href = elsewhere(b.options.URL) + "/broken/" + e.ID
		}
		page.All = append(page.All, link)
	}
	render(w, http.StatusOK, "broken-index.html", page)
}

func (b *breakage) page(w http.ResponseWriter, r *http.Request) {
	for _, e := range embeddings {
		if e.ID == r.PathValue("id") {
			b.show(w, e)
			return
		}
	}
	http.NotFound(w, r)
}

func (b *breakage) show(w http.ResponseWriter, e embedding) {
	page := &brokenPage{frame: b.frame(e.Title), Case: e, DoctorURL: b.options.PortalURL + "/p/" + b.house.ID + "/doctor"}
	addresses := strings.NewReplacer("PORTAL", b.options.PortalURL, "DOCTOR", page.DoctorURL)
	page.Source, page.Case.Fix = addresses.Replace(e.markup), addresses.Replace(e.Fix)
	page.Markup = template.HTML(page.Source) //nolint:gosec // made of constants and of the addresses that the bank was started with
	if e.headers != nil {
		usual := w.Header().Clone()
		e.headers(w.Header(), b.options.PortalURL)
		for name := range w.Header() {
			if w.Header().Get(name) != usual.Get(name) {
				page.Headers = append(page.Headers, name+": "+w.Header().Get(name))
			}
		}
	}
	render(w, http.StatusOK, "broken.html", page)
}

// elsewhere is the same server under another name, so that it is another origin.
func elsewhere(bank string) string {
	u, err := url.Parse(bank)
	if err != nil {
		return bank
	}
	return u.Scheme + "://localhost:" + u.Port()
}
