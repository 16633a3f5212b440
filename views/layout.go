package views

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// The colours of the paper in app.css, which browsers also put around the page.
const (
	lightPaper = "#f4f1ea"
	darkPaper  = "#14171c"
)

var themes = []string{"auto", "light", "dark"}

func themeOf(theme string) string {
	if slices.Contains(themes, theme) {
		return theme
	}
	return themes[0]
}

// whole makes a page speak the language that it says it has, whatever the
// context that it is rendered in.
func whole(p Page, c templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(WithLocale(ctx, p.Locale), w)
	})
}

// languageOf is the language of the words themselves, which is English where a
// locale has no catalogue: screen readers pronounce by it.
func languageOf(ctx context.Context) string {
	if w, ok := ctx.Value(localeKey{}).(*words); ok {
		return w.tag
	}
	return tags[0]
}

// directionOf follows the locale that was asked for, catalogue or not.
func directionOf(locale string) string {
	primary, _, _ := strings.Cut(locale, "-")
	if slices.Contains([]string{"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}, primary) {
		return "rtl"
	}
	return "ltr"
}

// longestTitle is about what a tab, a bookmark or a list of results shows.
const longestTitle = 70

// documentTitle is the page's heading and whose page it is, as far as there is room.
func documentTitle(ctx context.Context, p Page, f frame) string {
	title := f.title
	if f.problem || isProblem(p.Notice) {
		title = T(ctx, "layout.error-prefix") + title
	}
	if full := title + " – " + p.Partner.Name; p.Partner.Name != "" && utf8.RuneCountInString(full) <= longestTitle {
		return full
	}
	if short := []rune(title); len(short) > longestTitle {
		return string(short[:longestTitle-1]) + "…"
	}
	return title
}

// pathTo is an address of this partner's part of the portal.
func pathTo(p Page, rest string) templ.SafeURL {
	return templ.SafeURL("/p/" + url.PathEscape(p.Partner.ID) + "/" + rest)
}

func documentPath(p Page, d Document, rest string) templ.SafeURL {
	return pathTo(p, "documents/"+url.PathEscape(d.ID)+rest)
}

func receiptPath(p Page, id, rest string) templ.SafeURL {
	return pathTo(p, "receipts/"+url.PathEscape(id)+rest)
}

// webAddress lets through what a browser may load or follow. The handlers have
// checked addresses against their lists already; templ checks links but not
// frames, and one javascript: in a frame would run as this page.
func webAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return address
}

// say gives the words of a state, in the variant for businesses where there is one.
func say(ctx context.Context, p Page, s Standing, part string) string {
	id := "state." + s.State
	if !has(ctx, id+".title") {
		id = "state.unknown"
	}
	if s.Business && has(ctx, id+".business-"+part) {
		part = "business-" + part
	}
	return T(ctx, id+"."+part, "Partner", p.Partner.Name)
}

// noticeWords falls back to "done" for a notice that nobody has words for: it was
// set because something went well.
func noticeWords(ctx context.Context, p Page) string {
	if id := "notice." + p.Notice; has(ctx, id) {
		return T(ctx, id, "Partner", p.Partner.Name)
	}
	return T(ctx, "notice.done")
}

func isProblem(notice string) bool {
	return slices.Contains([]string{"document-changed", "document-refused", "consent-missing"}, notice)
}
