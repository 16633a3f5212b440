package simulator

import (
	"net/http"
	"slices"

	"github.com/google/uuid"
)

func listRequiredSignings(c *call) reply {
	found, missing := c.customer()
	if missing != nil {
		return *missing
	}
	open := []any{}
	for _, d := range c.world.toSign(found) {
		open = append(open, c.world.wireRequired(d, found.olderSignings))
	}
	return ok(http.StatusOK, open)
}

// wireRequired writes a document to sign: today's shape, or the older one, which
// names a type and gives some documents as words.
func (w *world) wireRequired(d *Document, older bool) any {
	today := wireRequiredSigning{ID: d.ID, DisplayName: d.Title, URL: w.viewDocument(d).URL}
	switch {
	case !older:
		return today
	case d.Kind == DocumentPDF:
		return wireTextSigning{
			ID: d.ID, DisplayName: d.Title, Type: "Text",
			Text: "Deposits are free of charge.\nPayouts cost 0.25 per cent, at least 0.50 EUR.",
		}
	}
	today.Type = optional("Url")
	return today
}

func listSignings(c *call) reply {
	found, missing := c.customer()
	if missing != nil {
		return *missing
	}
	all := slices.Clone(found.signings)
	slices.Reverse(all)
	if found.shuffled {
		all = shuffled(all)
	}
	return paged(c, all, signingID, wireOf)
}

func signingID(s Signing) string { return s.ID }

func createSigning(c *call) reply {
	found, missing := c.customer()
	if missing != nil {
		return *missing
	}
	var params struct {
		ContentID   string  `json:"content_id"`
		ContentType *string `json:"content_type"`
		Signed      bool    `json:"signed"`
	}
	if refused := c.read(&params); refused != nil {
		return *refused
	}
	if found.archived || found.suspended {
		return refuse(http.StatusForbidden, "not possible in the customer's status")
	}
	if _, err := uuid.Parse(params.ContentID); err != nil {
		return refuse(http.StatusUnprocessableEntity, "content_id is not a UUID")
	}
	if params.ContentType != nil && *params.ContentType != "Url" && *params.ContentType != "Text" {
		return refuse(http.StatusUnprocessableEntity, "content_type must be Url or Text")
	}
	if !params.Signed {
		return refuse(http.StatusUnprocessableEntity, "signed must be true")
	}
	var signing Signing
	err := c.world.onCustomer(found.id, "signed by API", params.ContentID, func(w *world, c *customer) (err error) {
		signing, err = w.sign(c, params.ContentID)
		return err
	})
	if err != nil {
		return refusal(err)
	}
	return ok(http.StatusCreated, wireOf(signing))
}

func wireOf(s Signing) wireSigning {
	at := wireTime(s.CreatedAt)
	return wireSigning{
		ID: s.ID, CustomerID: s.CustomerID, ContentID: optional(s.DocumentID), CreatedAt: at, UpdatedAt: at,
	}
}
