package simulator

import (
	"crypto/sha256"
	"errors"
	"time"

	"github.com/google/uuid"
)

// What a lever or a hosted page can be refused for.
var (
	ErrNoCustomer       = errors.New("simulator: no such customer")
	ErrNoIdentification = errors.New("simulator: no such identification")
	ErrNoDocument       = errors.New("simulator: no such document")
	ErrNoScenario       = errors.New("simulator: no such scenario")
	ErrNoScript         = errors.New("simulator: no such script")
	ErrNoKey            = errors.New("simulator: no such API key")
	ErrNoStep           = errors.New("simulator: no such step in this check")
	// ErrNotNow: the lever makes no sense for the status that the record has.
	ErrNotNow = errors.New("simulator: not possible in this status")
	// ErrUnknownToken: no hosted page has this address.
	ErrUnknownToken = errors.New("simulator: no hosted page at this address")
	// ErrExpired: the hosted page's address is no longer good.
	ErrExpired = errors.New("simulator: the hosted page has expired")
	// ErrSubmitted: the check was handed in already.
	ErrSubmitted = errors.New("simulator: the check was handed in already")
	// ErrStepsOpen: a step has still to be done before the check is handed in.
	ErrStepsOpen = errors.New("simulator: steps are still to be done")
)

// CustomerType and the statuses are Iron's words, of its API document.
type (
	CustomerType         string
	CustomerStatus       string
	IdentificationStatus string
	RailStatus           string
)

// The customer types.
const (
	Person   CustomerType = "Person"
	Business CustomerType = "Business"
)

// The customer statuses.
const (
	IdentificationRequired CustomerStatus = "IdentificationRequired"
	SigningsRequired       CustomerStatus = "SigningsRequired"
	Active                 CustomerStatus = "Active"
	Suspended              CustomerStatus = "Suspended"
	UserRequired           CustomerStatus = "UserRequired"
	CustomerArchived       CustomerStatus = "Archived"
)

// The identification statuses.
const (
	Pending                IdentificationStatus = "Pending"
	Processed              IdentificationStatus = "Processed"
	PendingReview          IdentificationStatus = "PendingReview"
	Approved               IdentificationStatus = "Approved"
	Declined               IdentificationStatus = "Declined"
	Expired                IdentificationStatus = "Expired"
	IdentificationArchived IdentificationStatus = "Archived"
)

// The statuses of a rail.
const (
	RailActive      RailStatus = "Active"
	RailPending     RailStatus = "Pending"
	RailUnavailable RailStatus = "Unavailable"
	RailBlocked     RailStatus = "Blocked"
	RailMaintenance RailStatus = "Maintenance"
)

// RailStatuses are all of them, for menus.
func RailStatuses() []RailStatus {
	return []RailStatus{RailActive, RailPending, RailUnavailable, RailBlocked, RailMaintenance}
}

// world is everything that Iron would keep in its database. It has no lock of
// its own: the simulator's is held whenever it is touched.
type world struct {
	clock       clock
	timers      []timer
	publicURL   string
	identityURL string
	railsAfter  time.Duration

	partners        map[[sha256.Size]byte]*partner
	customers       map[string]*customer
	identifications map[string]*identification
	tokens          map[string]string // of a hosted page → identification
	documents       map[string]*Document
	standard        []string // documents that every customer signs
	seq             int      // counts customers and identifications, in the order in which they were made

	events    []Event
	lastEvent int
	settings  Settings
}

// partner is one API key: a partner of Iron with customers of its own.
type partner struct{ id string }

// Settings are what holds for every customer.
type Settings struct {
	// DefaultScript is the script that new customers get.
	DefaultScript string
	// ParallelChecks lets a new identification be made while another is in
	// flight, which Iron otherwise refuses with 409.
	ParallelChecks bool
	// LinkAfter is how long a new identification is Pending without a hosted
	// address; zero gives it one at once.
	LinkAfter time.Duration
	// CreationLimit is how many identifications a customer may make within
	// CreationWindow before Iron answers 429; zero is no limit.
	CreationLimit  int
	CreationWindow time.Duration
	// RefuseFraming makes the hosted pages refuse to be shown in a frame.
	RefuseFraming bool
	// Webhooks is how they arrive, and MessageShape how they are written; empty is
	// flat.
	Webhooks     WebhookMode
	MessageShape MessageShape
	// RedirectStart is an origin that serves the hosted pages too and that /start
	// sends the browser on to, as a hosted address does that redirects to its
	// identity provider; empty does not.
	RedirectStart string
}

func newWorld(options Options) *world {
	w := &world{
		clock:           clock{real: options.Now},
		publicURL:       options.PublicURL,
		identityURL:     options.IdentityURL,
		railsAfter:      options.RailsAfter,
		partners:        map[[sha256.Size]byte]*partner{},
		customers:       map[string]*customer{},
		identifications: map[string]*identification{},
		tokens:          map[string]string{},
		documents:       map[string]*Document{},
		settings:        Settings{DefaultScript: ManualScript, CreationWindow: time.Hour},
	}
	for _, key := range options.APIKeys {
		hash := keyHash(key)
		// The same key is the same partner after a restart.
		w.partners[hash] = &partner{id: uuid.NewSHA1(uuid.NameSpaceOID, hash[:]).String()}
	}
	for _, standard := range []Document{
		{Title: "Terms and Conditions", Kind: DocumentPage},
		{Title: "Fee Schedule", Kind: DocumentPDF},
	} {
		w.standard = append(w.standard, w.addDocument(standard.Title, standard.Kind))
	}
	return w
}

// newID is a UUIDv7: Iron's ids sort by the time at which they were made.
func newID() string { return uuid.Must(uuid.NewV7()).String() }
