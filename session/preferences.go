package session

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"
	"golang.org/x/text/language"
)

// Themes are the values of Preferences.Theme and of a partner's brand.theme.
var Themes = []string{"auto", "light", "dark"}

// Preferences is what a browser has chosen. What is empty was not chosen.
type Preferences struct {
	Language string // BCP 47
	Theme    string // one of Themes
}

// Notice is something to be said once, on the next page. The words are the views';
// the cookie has the id alone, so that nothing can be put into a page through it.
type Notice string

// The notices.
const (
	NoticeSigned          Notice = "signed"           // Iron has the signing
	NoticeSignedBefore    Notice = "signed-before"    // it was signed already
	NoticeSignedLater     Notice = "signed-later"     // the consent is kept, and Iron will be told
	NoticeDocumentChanged Notice = "document-changed" // it is not the document that was shown
	NoticeDocumentRefused Notice = "document-refused" // Iron has refused the signing
	NoticeConsentMissing  Notice = "consent-missing"  // the box was not ticked
	NoticeMoved           Notice = "moved"            // the page asked for was not the current one
	NoticeNothingNew      Notice = "nothing-new"      // Iron does not know of anything yet
	NoticePhoneDone       Notice = "phone-done"       // what was to be done on the phone is done
	NoticeSaved           Notice = "saved"            // preferences
	NoticeSignedOut       Notice = "signed-out"
)

// Notices are all that there are.
var Notices = []Notice{
	NoticeSigned, NoticeSignedBefore, NoticeSignedLater, NoticeDocumentChanged, NoticeDocumentRefused,
	NoticeConsentMissing, NoticeMoved, NoticeNothingNew, NoticePhoneDone, NoticeSaved, NoticeSignedOut,
}

const (
	preferencesLife = 365 * 24 * time.Hour
	noticeLife      = 5 * time.Minute
	askedLife       = 24 * time.Hour
)

// CookiesConfig is what Cookies needs.
type CookiesConfig struct {
	Keys  Keys
	HTTPS bool // the portal's public address is an https one
	Now   func() time.Time
}

// Cookies keeps in the browser, encrypted, what is worth no sign-in: preferences and
// notices. A cookie that can't be read (its key is gone, or somebody tried) is none.
type Cookies struct {
	jar         jar
	now         func() time.Time
	preferences *sessions.CookieStore
	notices     *sessions.CookieStore
	asked       *sessions.CookieStore
}

// NewCookies makes Cookies.
func NewCookies(c CookiesConfig) *Cookies {
	return &Cookies{
		jar: jar{c.HTTPS}, now: c.Now,
		preferences: cookieStore(c.Keys, "preferences", preferencesLife),
		notices:     cookieStore(c.Keys, "notices", noticeLife),
		asked:       cookieStore(c.Keys, "asked", askedLife),
	}
}

// cookieStore makes a store for one lifetime: the age in a session's own options
// binds the browser only, and a copied cookie would be good for a month.
func cookieStore(k Keys, purpose string, life time.Duration) *sessions.CookieStore {
	var pairs [][]byte
	hashes, blocks := k.derive(purpose+" hash"), k.derive(purpose+" block")
	for i := range hashes {
		pairs = append(pairs, hashes[i], blocks[i])
	}
	store := sessions.NewCookieStore(pairs...)
	store.MaxAge(int(life.Seconds()))
	for _, codec := range store.Codecs {
		codec.(*securecookie.SecureCookie).SetSerializer(oneText{})
	}
	return store
}

// Preferences are those of the request's browser.
func (c *Cookies) Preferences(r *http.Request) Preferences {
	chosen, theme, _ := strings.Cut(c.get(c.preferences, r, preferencesCookie), " ")
	return checked(Preferences{Language: chosen, Theme: theme})
}

// SavePreferences keeps them for a year. What is no language or theme is left out.
func (c *Cookies) SavePreferences(w http.ResponseWriter, r *http.Request, p Preferences) error {
	p = checked(p)
	return c.put(c.preferences, w, r, preferencesCookie, p.Language+" "+p.Theme)
}

func checked(p Preferences) Preferences {
	if tag, err := language.Parse(p.Language); err == nil && p.Language != "" {
		p.Language = tag.String()
	} else {
		p.Language = ""
	}
	if !slices.Contains(Themes, p.Theme) {
		p.Theme = ""
	}
	return p
}

// Mark gives the browser a cookie by which the next request can show that cookies are
// kept, unless it has one. Links.Peek does the same.
func (c *Cookies) Mark(w http.ResponseWriter, r *http.Request, partner string) {
	c.jar.mark(w, r, partner)
}

// Kept tells whether the request has brought any of the portal's cookies. On the form
// of a page that has set Mark, "no" means that the browser keeps none where the page
// is shown.
func (c *Cookies) Kept(r *http.Request, partner string) bool { return c.jar.kept(r, partner) }

// AddNotice has something said on the next page of this partner, in place of what
// was to be said before. It lasts for five minutes.
func (c *Cookies) AddNotice(w http.ResponseWriter, r *http.Request, partner string, n Notice) error {
	if !slices.Contains(Notices, n) {
		return errors.New("session: there is no such notice")
	}
	until := c.now().Add(noticeLife).UnixMilli()
	return c.put(c.notices, w, r, noticeCookie(partner), strconv.FormatInt(until, 10)+" "+string(n))
}

// TakeNotice returns what is to be said on this page, or "", and forgets it. It
// writes a header, so it comes before the page.
func (c *Cookies) TakeNotice(w http.ResponseWriter, r *http.Request, partner string) Notice {
	base := noticeCookie(partner)
	stamp, id, _ := strings.Cut(c.get(c.notices, r, base), " ")
	if id == "" {
		return ""
	}
	for _, m := range c.jar.modes(r) {
		if _, err := r.Cookie(c.jar.name(base, m)); err == nil {
			c.jar.forget(w, base, m)
		}
	}
	until, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || !c.now().Before(time.UnixMilli(until)) || !slices.Contains(Notices, Notice(id)) {
		return ""
	}
	return Notice(id)
}

// textKey is the only value in a cookie.
const textKey = "text"

func (c *Cookies) get(store *sessions.CookieStore, r *http.Request, base string) string {
	for _, m := range c.jar.modes(r) {
		session, err := store.New(r, c.jar.name(base, m))
		if text, ok := session.Values[textKey].(string); ok && err == nil {
			return text
		}
	}
	return ""
}

func (c *Cookies) put(store *sessions.CookieStore, w http.ResponseWriter, r *http.Request, base, text string) error {
	cookie := c.jar.cookie(base, c.jar.writeMode(r, base))
	session := sessions.NewSession(store, cookie.Name)
	session.Values[textKey] = text
	// gorilla's own defaults are SameSite=None and readable by scripts.
	session.Options = &sessions.Options{
		Path: cookie.Path, MaxAge: store.Options.MaxAge, Secure: cookie.Secure, HttpOnly: cookie.HttpOnly,
		SameSite: cookie.SameSite, Partitioned: cookie.Partitioned,
	}
	if err := store.Save(r, w, session); err != nil {
		return fmt.Errorf("session: save cookie: %w", err)
	}
	return nil
}

// oneText writes down a session that has one text. gob, which would be used
// otherwise, costs more than the page around it.
type oneText struct{}

func (oneText) Serialize(src any) ([]byte, error) {
	values, _ := src.(map[any]any)
	text, ok := values[textKey].(string)
	if !ok {
		return nil, errors.New("not one text")
	}
	return []byte(text), nil
}

func (oneText) Deserialize(src []byte, dst any) error {
	values, ok := dst.(*map[any]any)
	if !ok {
		return errors.New("not the values of a session")
	}
	(*values)[textKey] = string(src)
	return nil
}
