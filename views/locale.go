package views

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locales/*.json
var catalogues embed.FS

// tags are the languages that have a catalogue, the first for whoever speaks none
// of them. A catalogue is the files en.json, en.handoff.json and so on: what is only
// said on the pages about one thing has a file of its own. A new language is new
// files in locales/ and its tag here.
var tags = []string{"en", "de"}

// words is one language ready to be read from.
type words struct {
	tag       string
	localizer *i18n.Localizer
	plain     map[string]message // all but those with plural forms
}

// message is words with gaps: text, then a gap's name, then text, and so on. Pages
// have some fifty messages each; running a template for every one would cost more
// than the rest of the page.
type message []string

var (
	locales = loadLocales()
	matcher = language.NewMatcher(parsed(tags))
)

type localeKey struct{}

// WithLocale makes T speak the language of the tag, or English where there is no
// catalogue for it. Whole pages do this by themselves from Page.Locale.
func WithLocale(ctx context.Context, tag string) context.Context {
	return context.WithValue(ctx, localeKey{}, wordsOf(tag))
}

// T gives the words for an id of the catalogue. What follows the id are names and
// values for its gaps in turn ("Partner", name); "Count" also chooses the plural.
// An id that no catalogue has comes back as it is, so that it shows up in tests.
func T(ctx context.Context, id string, data ...any) string {
	w, ok := ctx.Value(localeKey{}).(*words)
	if !ok {
		w = wordsOf("")
	}
	return w.say(id, data)
}

// ConsentWords is the sentence beside a document's checkbox, exactly: what a
// customer agrees to and what is kept as evidence of it.
func ConsentWords(locale, documentTitle string) string {
	w := wordsOf(locale)
	if documentTitle == "" {
		documentTitle = w.say("document.untitled", nil)
	}
	return w.say("consent.words", []any{"Title", documentTitle})
}

// SigningWords are what else a page says beside a document's box: that this is signing,
// and the button. again is the button for what was agreed to before.
func SigningWords(locale string, again bool) (disclosure, button string) {
	w := wordsOf(locale)
	if again {
		return w.say("document.electronic", nil), w.say("document.sign-again", nil)
	}
	return w.say("document.electronic", nil), w.say("document.sign", nil)
}

// Wording names the words by which documents are agreed to in a language. It is another
// as soon as one letter of them is.
func Wording(locale string) string {
	disclosure, button := SigningWords(locale, false)
	sum := sha256.Sum256([]byte(strings.Join([]string{locale, ConsentWords(locale, "{}"), disclosure, button}, "\x00")))
	return locale + "-" + hex.EncodeToString(sum[:6])
}

// Match chooses the language of a page: the first preferred tag (a saved choice,
// the link's locale) that there is a catalogue for, else what the browser's
// Accept-Language asks for, else English. A partner's default, which counts for
// less than the browser's wish, is given by appending ",de;q=0.001" to the header.
func Match(acceptLanguage string, preferred ...string) string {
	_, i := language.MatchStrings(matcher, append(preferred, acceptLanguage)...)
	return tags[i]
}

// Languages lists every language by its own name, for the language switch.
func Languages(current string) []Language {
	list := make([]Language, 0, len(tags))
	for _, tag := range tags {
		list = append(list, Language{Tag: tag, Name: locales[tag].say("language.name", nil), Current: tag == current})
	}
	return list
}

func wordsOf(tag string) *words {
	if w, ok := locales[tag]; ok {
		return w
	}
	return locales[tags[0]]
}

// has tells whether there are words for an id that was put together from outside,
// such as a requirement code of Iron's.
func has(ctx context.Context, id string) bool { return T(ctx, id) != id }

func (w *words) say(id string, data []any) string {
	if m, ok := w.plain[id]; ok {
		return m.fill(data)
	}
	config := &i18n.LocalizeConfig{MessageID: id}
	if len(data) > 1 {
		values := make(map[string]any, len(data)/2)
		for i := 0; i+1 < len(data); i += 2 {
			values[fmt.Sprint(data[i])] = data[i+1]
		}
		config.TemplateData, config.PluralCount = values, values["Count"]
	}
	text, err := w.localizer.Localize(config)
	if err != nil {
		return id
	}
	return text
}

// fill leaves a gap that nobody has a value for as it is, so that tests find it.
func (m message) fill(data []any) string {
	if len(m) == 1 {
		return m[0]
	}
	var b strings.Builder
	for i, part := range m {
		if gap := i%2 == 1; gap {
			part = valueOf(data, part)
		}
		b.WriteString(part)
	}
	return b.String()
}

func valueOf(data []any, name string) string {
	for i := 0; i+1 < len(data); i += 2 {
		if data[i] == name {
			return fmt.Sprint(data[i+1])
		}
	}
	return "{{." + name + "}}"
}

func parseMessage(text string) message {
	var m message
	for {
		before, after, found := strings.Cut(text, "{{.")
		m = append(m, before)
		if !found {
			return m
		}
		name, rest, _ := strings.Cut(after, "}}")
		m, text = append(m, name), rest
	}
}

func loadLocales() map[string]*words {
	bundle := i18n.NewBundle(language.MustParse(tags[0]))
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	loaded := make(map[string]*words, len(tags))
	plain := make(map[string]map[string]message, len(tags))
	files, err := fs.Glob(catalogues, "locales/*.json")
	if err != nil {
		panic(fmt.Sprintf("views: %v", err)) // the pattern is right
	}
	for _, name := range files {
		data, err := catalogues.ReadFile(name)
		if err != nil {
			panic(fmt.Sprintf("views: %v", err)) // embedded: it can only be missing at build time
		}
		tag, _, _ := strings.Cut(path.Base(name), ".")
		file, err := bundle.ParseMessageFileBytes(data, tag+".json")
		if err != nil {
			panic(fmt.Sprintf("views: %s: %v", name, err))
		}
		if plain[tag] == nil {
			plain[tag] = map[string]message{}
		}
		for _, m := range file.Messages {
			if m.Zero+m.One+m.Two+m.Few+m.Many == "" {
				plain[tag][m.ID] = parseMessage(m.Other)
			}
		}
	}
	for _, tag := range tags {
		loaded[tag] = &words{tag: tag, localizer: i18n.NewLocalizer(bundle, tag, tags[0]), plain: plain[tag]}
	}
	return loaded
}

func parsed(tags []string) []language.Tag {
	list := make([]language.Tag, len(tags))
	for i, tag := range tags {
		list[i] = language.MustParse(tag)
	}
	return list
}
