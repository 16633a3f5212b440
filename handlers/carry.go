package handlers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"portal/onboarding"
	"portal/session"
	"portal/views"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// A browser that keeps no cookies at all, in a tab of its own either, is taken through
// the whole journey all the same. Its session goes in a hidden field of every form,
// so that each page is the answer to a form: a link becomes a button that asks for its
// page by POST …/page, and where others are redirected, the page they would be led to
// is the answer. Nothing of it is ever in an address. What such a browser goes without
// is what needs a script that asks by itself, and what would be kept for the next page.

// carry answers with the page that the form asks for.
func (v *visit) carry() error { return v.show(v.back(v.field("to"))) }

// carried is the session that came with the form, or "".
func (v *visit) carried() string {
	if v.partner == nil {
		return ""
	}
	return v.h.Customers.Carried(v.c.Request(), v.partner.ID)
}

// keepsNone tells whether the form was sent from a page of its own, in a browser that
// has kept no cookie of the page before.
func (v *visit) keepsNone() bool {
	r := v.c.Request()
	return r.Header.Get("Sec-Fetch-Dest") == "document" && !v.h.Cookies.Kept(r, v.partner.ID)
}

// startCarried starts a session, and answers with a page that leads to the hub by
// itself: the address of this one may be a one-time link's.
func (v *visit) startCarried(who session.Identity) error {
	r := v.c.Request()
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("%w: form: %w", errInvalid, safeParse(err))
	}
	token, err := v.h.Customers.StartCarried(r, who)
	if err != nil {
		return keeping(err)
	}
	r.PostForm.Set(session.CarriedField, token)
	v.linkLocale = who.Locale
	page := v.page()
	page.Path = v.path("")
	return v.render(http.StatusOK, page, views.StartLinkPage(page, views.StartLink{Action: v.path("page")}))
}

// mostShown is more pages than lead to one another: from a form to the hub, and from
// there to the page of the stage.
const mostShown = 5

// show answers with another page of this partner's, as if it had been asked for.
func (v *visit) show(path string) error {
	if v.shown++; v.shown > mostShown {
		return errors.New("pages that lead to one another don't end")
	}
	r := v.c.Request().Clone(v.c.Request().Context())
	r.Method, r.URL = http.MethodGet, &url.URL{Path: path}
	v.c.SetRequest(r)
	v.identified, v.progress = false, onboarding.Progress{}
	v.c.Echo().Router().Find(http.MethodGet, path, v.c)
	if err := v.c.Handler()(v.c); err != nil {
		v.h.fail(err, v.c)
	}
	return nil
}

// carrying makes a page one that brings its session along.
func (v *visit) carrying(content templ.Component, token string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var page, carried bytes.Buffer
		if err := content.Render(ctx, &page); err != nil {
			return err
		}
		if err := carryAlong(&carried, &page, v.path(""), token); err != nil {
			return err
		}
		_, err := carried.WriteTo(w)
		return err
	})
}

// carryAlong puts the token into every form, and makes buttons of links to pages below
// base. It takes out what would have the page ask for itself: that would be by GET.
func carryAlong(w *bytes.Buffer, page io.Reader, base, token string) error {
	hidden := `<input type="hidden" name="` + session.CarriedField + `" value="` + html.EscapeString(token) + `">`
	tokens, inButton := html.NewTokenizer(page), false
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			if err := tokens.Err(); !errors.Is(err, io.EOF) {
				return err
			}
			return nil
		}
		raw := bytes.Clone(tokens.Raw())
		tag := tokens.Token()
		opens := kind == html.StartTagToken || kind == html.SelfClosingTagToken
		switch {
		case opens && tag.Data == "form":
			w.Write(raw)
			w.WriteString(hidden)
		case opens && tag.Data == "a" && strings.HasPrefix(attribute(tag, "href"), base):
			inButton = true
			w.WriteString(asButton(tag).String())
		case kind == html.EndTagToken && tag.Data == "a" && inButton:
			inButton = false
			w.WriteString("</button>")
		case opens && tag.Data == "main":
			w.WriteString(without(tag, "data-live").String())
		case opens && tag.Data == "meta" && attribute(tag, "http-equiv") == "refresh":
		case kind == html.EndTagToken && tag.Data == "body":
			w.WriteString(`<form id="carry" method="post" action="` + html.EscapeString(base+"page") + `">` + hidden + "</form>")
			w.Write(raw)
		default:
			w.Write(raw)
		}
	}
}

// asButton is a link as a button of the page's last form.
func asButton(link html.Token) html.Token {
	button := without(link, "href")
	button.Data = "button"
	classed := false
	for i, a := range button.Attr {
		if a.Key == "class" {
			button.Attr[i].Val, classed = a.Val+" as-link", true
		}
	}
	if !classed {
		button.Attr = append(button.Attr, html.Attribute{Key: "class", Val: "as-link"})
	}
	for _, a := range [][2]string{{"type", "submit"}, {"form", "carry"}, {"name", "to"}, {"value", attribute(link, "href")}} {
		button.Attr = append(button.Attr, html.Attribute{Key: a[0], Val: a[1]})
	}
	return button
}

func attribute(tag html.Token, name string) string {
	for _, a := range tag.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func without(tag html.Token, name string) html.Token {
	var kept []html.Attribute
	for _, a := range tag.Attr {
		if a.Key != name {
			kept = append(kept, a)
		}
	}
	tag.Attr = kept
	return tag
}
