package session

import (
	"errors"
	"time"
)

// WatchLife is how long a page without a session may follow its customer.
const WatchLife = 2 * time.Hour

// Why a page may not follow anybody: nothing of ours for this partner was sent, or
// its time is over.
var (
	ErrNoWatch   = errors.New("session: not a watch token of this partner")
	ErrWatchOver = errors.New("session: the watch token has expired")
)

// Watch is what a page in a frame may know that can keep no cookie: where one
// customer stands. It is no identity. Nothing takes one for a session, or makes a
// session or a link of it.
type Watch struct {
	Partner    string    `json:"-"`
	CustomerID string    `json:"customer_id"`
	ReturnURL  string    `json:"return_url,omitempty"` // as Partner.AllowsReturn gave it back
	LinkHash   string    `json:"link"`                 // of the link that the page offers; it opens nothing
	Until      time.Time `json:"until"`
}

// Watches makes and reads watch tokens. They are sealed and not stored: a database
// would know no more about them than that they were made.
type Watches struct {
	Keys Keys
	Now  func() time.Time
}

const watchPurpose = "watch token"

// Make makes the token of a page that offers its customer a link.
func (w *Watches) Make(spec LinkSpec, linkToken string) (string, error) {
	return w.Keys.sealToken(watchPurpose, Watch{
		CustomerID: spec.CustomerID, ReturnURL: spec.ReturnURL, LinkHash: linkHash(linkToken), Until: w.Now().Add(WatchLife).UTC(),
	}, []byte(spec.Partner))
}

// Open reads a token that was sent to a partner's page. The error is ErrNoWatch or
// ErrWatchOver.
func (w *Watches) Open(partner, token string) (Watch, error) {
	watch := Watch{Partner: partner}
	if w.Keys.openToken(watchPurpose, token, &watch, []byte(partner)) != nil {
		return Watch{}, ErrNoWatch
	}
	if !w.Now().Before(watch.Until) {
		return Watch{}, ErrWatchOver
	}
	return watch, nil
}
