package papers

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"portal/onboarding"
	"portal/onboarding/store"
)

// shelf is a library before a host of one document, whose words a test changes.
type shelf struct {
	*Library
	t     *testing.T
	store *store.Store
	doc   onboarding.Document
	now   atomic.Pointer[time.Time]
	words atomic.Pointer[func() string] // what the host says when it is asked
	asked atomic.Int64
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{t: t}
	s.says("the terms")
	s.advance(0)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.asked.Add(1)
		w.Header().Set("Content-Type", "text/plain")
		words := (*s.words.Load())()
		if words == "" {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = io.WriteString(w, words)
	}))
	t.Cleanup(server.Close)
	var err error
	if s.store, err = store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "portal.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.store.Close() })
	s.doc = onboarding.Document{ID: "d", Title: "Terms", URL: server.URL + "/terms"}
	s.Library = NewLibrary(LibraryConfig{
		Fetcher: NewFetcher(Config{Loopback: true}), Keeper: s.store,
		Now: func() time.Time { return *s.now.Load() }, Glance: time.Minute,
	})
	return s
}

func (s *shelf) says(words string) { s.answers(func() string { return words }) }

func (s *shelf) answers(words func() string) { s.words.Store(&words) }

func (s *shelf) advance(d time.Duration) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if before := s.now.Load(); before != nil {
		now = before.Add(d)
	}
	s.now.Store(&now)
}

// shown wants the document to be shown with these words, or not to be readable.
func (s *shelf) shown(words string) onboarding.DocumentBytes {
	s.t.Helper()
	return s.want(words, s.Shown(s.t.Context(), s.doc))
}

func (s *shelf) signed(words string, shown onboarding.DocumentBytes) {
	s.t.Helper()
	found, err := s.Signed(s.t.Context(), s.doc, shown)
	if err != nil {
		s.t.Fatal(err)
	}
	s.want(words, found)
}

func (s *shelf) want(words string, found onboarding.DocumentBytes) onboarding.DocumentBytes {
	s.t.Helper()
	want := onboarding.DocumentBytes{Problem: "status-500"}
	if words != "" {
		want = Describe([]byte(words))
		want.MediaType = "text/plain"
	}
	if found != want {
		s.t.Errorf("found %+v, want %+v", found, want)
	}
	return found
}

func (s *shelf) wasAsked(want int64) {
	s.t.Helper()
	if n := s.asked.Swap(0); n != want {
		s.t.Errorf("the host was asked %d times, want %d", n, want)
	}
}

func (s *shelf) keeps(words string, want bool) {
	s.t.Helper()
	body, found, err := s.store.Content(s.t.Context(), Describe([]byte(words)).SHA256)
	if err != nil || found != want || found && string(body) != words {
		s.t.Errorf("%q is kept as %q, %t, %v", words, body, found, err)
	}
}

func TestADocumentShownToManyIsReadOnceAMinute(t *testing.T) {
	s := newShelf(t)
	reached, release := make(chan struct{}), make(chan struct{})
	s.answers(func() string { close(reached); <-release; return "the terms" })
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() { s.shown("the terms") })
	}
	<-reached
	close(release)
	all.Wait()
	s.wasAsked(1)
	s.says("other terms")
	s.advance(time.Minute - time.Millisecond)
	s.shown("the terms")
	s.wasAsked(0)
	s.advance(time.Millisecond)
	s.shown("other terms")
	s.wasAsked(1)
	s.keeps("the terms", true)
	s.keeps("other terms", true)
}

func TestASignatureReadsTheDocumentAnew(t *testing.T) {
	s := newShelf(t)
	shown := s.shown("the terms")
	s.wasAsked(1)
	s.signed("the terms", shown)
	s.wasAsked(1)
	s.says("other terms")
	s.signed("other terms", shown) // and whoever asked compares
	s.keeps("other terms", true)
	s.asked.Store(0)
	s.shown("other terms") // what was found out while signing counts for pages too
	s.wasAsked(0)
	s.says("")
	s.signed("", shown)
	s.shown("")
}

func TestAHostThatFailsIsAskedAgainSoonerThanOneThatAnswers(t *testing.T) {
	s := newShelf(t)
	s.says("")
	s.shown("")
	s.says("the terms")
	s.advance(failed - time.Millisecond)
	s.shown("")
	s.wasAsked(1)
	s.advance(time.Millisecond)
	s.shown("the terms")
}

func TestAPageDoesNotWaitForASlowHostAndWhoeverComesNextHasIt(t *testing.T) {
	s := newShelf(t)
	release := make(chan struct{})
	s.answers(func() string { <-release; return "the terms" })
	s.glance = time.Millisecond // the host does not answer before it is released
	if found := s.Shown(t.Context(), s.doc); found != (onboarding.DocumentBytes{Problem: onboarding.NotInTime}) {
		t.Errorf("found %+v", found)
	}
	s.glance = time.Minute
	close(release)
	s.shown("the terms")
	s.wasAsked(1)
}

func TestAHostThatHangsMakesNobodyWaitTwice(t *testing.T) {
	s := newShelf(t)
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	s.answers(func() string { <-hang; return "" })
	s.fetcher.patience = time.Millisecond
	if found := s.Shown(t.Context(), s.doc); found.Problem != string(tooSlow) {
		t.Errorf("at first %+v", found)
	}
	s.advance(failed)
	// Whoever waited would hear of the timeout again.
	if found := s.Shown(t.Context(), s.doc); found.Problem != onboarding.NotInTime {
		t.Errorf("then %+v", found)
	}
}

func TestAPageThatIsNeverTwiceTheSameCanBeSignedAndDoesNotFillTheDatabase(t *testing.T) {
	s := newShelf(t)
	var n atomic.Int64
	s.answers(func() string { return fmt.Sprintf("the terms, read %d times", n.Add(1)) })
	shown := s.shown("the terms, read 1 times")
	found, err := s.Signed(t.Context(), s.doc, shown)
	last := Describe([]byte("the terms, read 3 times"))
	if err != nil || found.Problem != onboarding.NeverTheSame || found.SHA256 != last.SHA256 {
		t.Errorf("signed as %+v, %v", found, err)
	}
	s.keeps("the terms, read 3 times", true)
	for i := 4; i < 10; i++ {
		s.advance(time.Minute)
		s.shown(fmt.Sprintf("the terms, read %d times", i))
	}
	s.keeps("the terms, read 9 times", false)
	s.says("the terms, at rest")
	for range 2 {
		s.advance(time.Minute)
		s.shown("the terms, at rest")
	}
	s.keeps("the terms, at rest", true)
}

func TestWordsAreTheirOwnBytes(t *testing.T) {
	s := newShelf(t)
	d := onboarding.Document{ID: "d", Text: "Iron's words"}
	want := Describe([]byte(d.Text))
	want.MediaType = "text/plain; charset=utf-8"
	signed, err := s.Signed(t.Context(), d, want)
	if shown := s.Shown(t.Context(), d); shown != want || signed != want || err != nil {
		t.Errorf("shown %+v, signed %+v, %v", shown, signed, err)
	}
	s.keeps(d.Text, true)
	if nothing := s.Shown(t.Context(), onboarding.Document{ID: "d"}); nothing.Problem != "empty" {
		t.Errorf("nothing is shown as %+v", nothing)
	}
	s.wasAsked(0)
}

func TestNothingIsSignedWhoseBytesCanNotBeKept(t *testing.T) {
	s := newShelf(t)
	var warned error
	s.warn = func(err error) { warned = errors.Join(warned, err) }
	_ = s.store.Close()
	s.shown("the terms")
	if _, err := s.Signed(t.Context(), s.doc, onboarding.DocumentBytes{}); err == nil || warned == nil {
		t.Errorf("signed with %v, warned of %v", err, warned)
	}
	if _, err := s.Signed(t.Context(), onboarding.Document{Text: "words"}, onboarding.DocumentBytes{}); err == nil {
		t.Error("words are signed")
	}
}

func TestADocumentThatIsNotAskedForSinceOthersAreIsNotBlamedOnItsHost(t *testing.T) {
	s := newShelf(t)
	s.fetcher.patience = 20 * time.Millisecond
	for range mostAtOnce {
		s.places <- struct{}{}
	}
	found, err := s.Signed(t.Context(), s.doc, onboarding.DocumentBytes{})
	if err != nil || found.Problem != "too-many-at-once" || s.asked.Load() != 0 {
		t.Errorf("found %+v, %v", found, err)
	}
	s.fetcher.patience = Patience
	<-s.places
	if found, err := s.Signed(t.Context(), s.doc, onboarding.DocumentBytes{}); err != nil || found.SHA256 == "" {
		t.Errorf("with room again: %+v, %v", found, err)
	}
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	s := newShelf(t)
	for i := range 3 * mostKnown {
		s.remember(fmt.Sprint(i), reading{at: s.Library.now()})
		if i%7 == 0 {
			s.advance(time.Second)
		}
	}
	if n := len(s.known); n > mostKnown {
		t.Errorf("%d readings are remembered", n)
	}
	if _, ok := s.recall(fmt.Sprint(3*mostKnown - 1)); !ok {
		t.Error("the last is not")
	}
}
