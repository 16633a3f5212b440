package simulator

import "time"

// Customer is a copy of all that the simulator knows of a customer.
type Customer struct {
	ID           string
	PartnerID    string
	SubPartnerID string
	ExternalID   string
	Name         string
	Email        string
	Type         CustomerType
	Status       CustomerStatus
	CreatedAt    time.Time
	UpdatedAt    time.Time

	Identifications []Identification // newest first
	Required        []Document       // still to be signed
	Signings        []Signing        // newest first
	Rails           []Rail           // all of them, in the order of Iron's API document
	AbilitiesShape  AbilitiesShape
	OlderSignings   bool // required-signings in the shape that names a type
	Shuffled        bool // lists come in no order
	SignsFirst      bool // documents come before the identity check
	Lag             time.Duration
	Script          string
	Scenario        string // the scenario it was built from, if any
}

// Identification is a copy of one identity check.
type Identification struct {
	ID         string
	CustomerID string
	Status     IdentificationStatus
	// URL is the hosted address as the API gives it, whatever it is; empty is none.
	URL           string
	WithEDD       *bool // nil: the record says nothing
	ReviewComment string
	Steps         []Step
	Submissions   int // how often it was handed in
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Step is one part of an identity check.
type Step struct {
	Name string
	// Result is what a reviewer said of it, empty before anybody has looked.
	Result  IdentificationStatus
	Retry   bool
	Comment string
	// ToDo: the hosted page still asks for it.
	ToDo bool
	// Done: the customer has done it since it was asked for.
	Done    bool
	Answers map[string]string

	labels []string // Sumsub reject labels, for requirements
}

// DocumentKind is what a document's address serves.
type DocumentKind string

// The kinds of documents.
const (
	DocumentPage DocumentKind = "page"
	DocumentPDF  DocumentKind = "pdf"
)

// Document is one that customers are asked to sign.
type Document struct {
	ID    string // the content_id of a signing
	Title string
	Kind  DocumentKind
	// Revision counts changes to the content behind the same address.
	Revision int
	URL      string
}

// Signing is a customer's signature as Iron keeps it.
type Signing struct {
	ID         string
	CustomerID string
	DocumentID string
	CreatedAt  time.Time
}

// Customers are copies of all customers of all keys, newest first.
func (s *Simulator) Customers() []Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.settle()
	var all []Customer
	for _, c := range s.world.newestCustomers() {
		all = append(all, s.world.viewCustomer(c))
	}
	return all
}

// Customer is a copy of one customer, whoever's it is.
func (s *Simulator) Customer(id string) (view Customer, err error) {
	err = s.do(func(w *world) error {
		c, err := w.customer(id)
		if err == nil {
			view = w.viewCustomer(c)
		}
		return err
	})
	return view, err
}

// Identification is a copy of one identity check.
func (s *Simulator) Identification(id string) (view Identification, err error) {
	err = s.do(func(w *world) error {
		i, err := w.identification(id)
		if err == nil {
			view = w.viewIdentification(i)
		}
		return err
	})
	return view, err
}

// Document is one document, signed or not.
func (s *Simulator) Document(id string) (view Document, err error) {
	err = s.do(func(w *world) error {
		d, err := w.document(id)
		if err == nil {
			view = w.viewDocument(d)
		}
		return err
	})
	return view, err
}

// Settings are those in force; Configure changes them.
func (s *Simulator) Settings() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.settings
}

// Configure puts new settings in force. An unknown default script is refused.
func (s *Simulator) Configure(settings Settings) error {
	return s.do(func(w *world) error {
		if _, err := scriptNamed(settings.DefaultScript); err != nil {
			return err
		}
		if err := settings.checkWebhooks(); err != nil {
			return err
		}
		w.settings = settings
		w.note("configure", "", settings.DefaultScript)
		return nil
	})
}

func (w *world) viewCustomer(c *customer) Customer {
	view := Customer{
		ID: c.id, PartnerID: c.partnerID, SubPartnerID: c.subPartnerID, ExternalID: c.externalID,
		Name: c.name, Email: c.email, Type: c.kind, Status: c.status,
		CreatedAt: c.createdAt, UpdatedAt: c.updatedAt,
		Rails: append([]Rail(nil), c.rails...), AbilitiesShape: c.shape, OlderSignings: c.olderSignings,
		Shuffled: c.shuffled, SignsFirst: c.signsFirst, Lag: c.lag, Script: c.script, Scenario: c.scenario,
	}
	for _, i := range w.newestIdentifications(c) {
		view.Identifications = append(view.Identifications, w.viewIdentification(i))
	}
	for _, d := range w.toSign(c) {
		view.Required = append(view.Required, w.viewDocument(d))
	}
	for n := len(c.signings) - 1; n >= 0; n-- {
		view.Signings = append(view.Signings, c.signings[n])
	}
	return view
}

func (w *world) viewIdentification(i *identification) Identification {
	view := Identification{
		ID: i.id, CustomerID: i.customerID, Status: i.status, URL: w.hostedURL(i),
		ReviewComment: i.reviewComment, Submissions: i.submissions,
		CreatedAt: i.createdAt, UpdatedAt: i.updatedAt,
	}
	if i.withEDD != nil {
		edd := *i.withEDD
		view.WithEDD = &edd
	}
	for _, step := range i.steps {
		copied := *step
		copied.Answers = nil
		for question, answer := range step.Answers {
			if copied.Answers == nil {
				copied.Answers = map[string]string{}
			}
			copied.Answers[question] = answer
		}
		view.Steps = append(view.Steps, copied)
	}
	return view
}

func (w *world) viewDocument(d *Document) Document {
	view := *d
	view.URL = w.publicURL + "/documents/" + d.ID
	if d.Kind == DocumentPDF {
		view.URL += ".pdf"
	}
	return view
}
