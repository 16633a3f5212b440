package bank

import (
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
)

//go:embed templates
var templateFiles embed.FS

//go:embed words
var wordFiles embed.FS

var (
	templates = template.Must(template.New("").Option("missingkey=error").ParseFS(templateFiles, "templates/*.html"))
	catalogue = map[string]map[string]string{"en": mustRead("en"), "de": mustRead("de")}
)

func mustRead(locale string) map[string]string {
	words := map[string]string{}
	file, err := wordFiles.ReadFile("words/" + locale + ".json")
	if err == nil {
		err = json.Unmarshal(file, &words)
	}
	if err != nil {
		panic(err) // it is in the program, so a test finds it
	}
	return words
}

// sign is what pages may know of a house: not its key.
type sign struct{ ID, Name, Locale string }

func (h House) sign() sign { return sign{h.ID, h.Name, h.Locale} }

// frame is what every page has around its <main>.
type frame struct {
	House       sign
	T           map[string]string
	Title       string
	Place       string // the page's name in the navigation
	SignedIn    bool
	Houses      []sign
	ControlRoom string
}

func (d *desk) frame(r *http.Request, place string) frame {
	words := catalogue[d.Locale]
	_, _, signedIn := d.accounts.current(r)
	return frame{
		House: d.House.sign(), T: words, Title: words["title."+place], Place: place, SignedIn: signedIn,
		Houses: d.options.signs(), ControlRoom: d.options.ControlRoomURL,
	}
}

func (o Options) signs() []sign {
	var all []sign
	for _, house := range o.Houses {
		all = append(all, house.sign())
	}
	return all
}

type frontPage struct {
	frame
	Key                   string // the form's own, so that it counts once
	Name, Email           string // as they were typed
	NameWrong, EmailWrong bool
}

type accountPage struct {
	frame
	FirstName  string
	CustomerID string
	Portal     string // its origin
	Link       string // one-time
	Account    status
}

type donePage struct {
	frame
	Account status
}

type problemPage struct {
	frame
	Heading, Advice, SupportCode string
}
