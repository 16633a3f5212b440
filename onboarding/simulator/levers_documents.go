package simulator

import (
	"fmt"
	"slices"
)

// NewTerms asks one customer to sign another document: an Active one is back at
// SigningsRequired. It returns the document's id.
func (s *Simulator) NewTerms(customerID, title string) (documentID string, err error) {
	err = s.onCustomer(customerID, "new terms", title, func(w *world, c *customer) error {
		documentID = w.newTerms(c, title)
		return nil
	})
	return documentID, err
}

func (w *world) newTerms(c *customer, title string) string {
	id := w.addDocument(title, DocumentPage)
	c.required = append(c.required, id)
	return id
}

// RemoveDocument asks for a document no longer, whether or not it is signed.
func (s *Simulator) RemoveDocument(customerID, documentID string) error {
	return s.onCustomer(customerID, "remove document", documentID, func(_ *world, c *customer) error {
		at := slices.Index(c.required, documentID)
		if at < 0 {
			return fmt.Errorf("%w among those the customer has to sign: %s", ErrNoDocument, documentID)
		}
		c.required = slices.Delete(c.required, at, at+1)
		return nil
	})
}

// ReplaceDocuments puts new documents with these titles in place of all that the
// customer has still to sign, as a new version of the terms does.
func (s *Simulator) ReplaceDocuments(customerID string, titles ...string) error {
	return s.onCustomer(customerID, "replace documents", "", func(w *world, c *customer) error {
		for _, open := range w.toSign(c) {
			c.required = slices.DeleteFunc(c.required, func(id string) bool { return id == open.ID })
		}
		for _, title := range titles {
			w.newTerms(c, title)
		}
		return nil
	})
}

// ReviseDocument changes what is behind a document's address; id and address
// stay, as nothing in Iron's API says that they would not.
func (s *Simulator) ReviseDocument(documentID string) error {
	return s.do(func(w *world) error {
		d, err := w.document(documentID)
		if err != nil {
			return err
		}
		d.Revision++
		w.note("revise document", "", documentID)
		return nil
	})
}

// Sign signs for the customer, as POST /customers/{id}/signings does.
func (s *Simulator) Sign(customerID, documentID string) error {
	return s.onCustomer(customerID, "sign", documentID, func(w *world, c *customer) error {
		_, err := w.sign(c, documentID)
		return err
	})
}

// sign refuses with ErrNoDocument what the customer does not have to sign, or
// has signed already.
func (w *world) sign(c *customer, documentID string) (Signing, error) {
	if !slices.ContainsFunc(w.toSign(c), func(d *Document) bool { return d.ID == documentID }) {
		return Signing{}, fmt.Errorf("%w among those the customer has to sign: %s", ErrNoDocument, documentID)
	}
	signing := Signing{ID: newID(), CustomerID: c.id, DocumentID: documentID, CreatedAt: w.clock.now()}
	c.signings = append(c.signings, signing)
	c.updatedAt = w.clock.now()
	return signing, nil
}

// OlderSigningsShape makes required-signings name each document's type, as an
// older version of the API did.
func (s *Simulator) OlderSigningsShape(customerID string, on bool) error {
	return s.onCustomer(customerID, "older signings shape", onOff(on), func(_ *world, c *customer) error {
		c.olderSignings = on
		return nil
	})
}

func (w *world) addDocument(title string, kind DocumentKind) string {
	d := &Document{ID: newID(), Title: title, Kind: kind, Revision: 1}
	w.documents[d.ID] = d
	return d.ID
}
