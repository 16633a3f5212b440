package simulator

import (
	"net/http"
	"slices"
)

// decideInSandbox is Iron's own lever: it decides an identification that is open
// or in review, and finds no other.
func decideInSandbox(c *call) reply {
	found, missing := c.identification()
	if missing != nil {
		return *missing
	}
	var params struct {
		Approved *bool `json:"approved"`
	}
	if refused := c.read(&params); refused != nil {
		return *refused
	}
	if params.Approved == nil {
		return refuse(http.StatusBadRequest, "approved is required")
	}
	if !slices.Contains([]IdentificationStatus{Pending, Processed, PendingReview}, found.status) {
		return refuse(http.StatusNotFound, "no pending identification")
	}
	err := c.world.onCheck(found.id, "decided in the sandbox", "", func(w *world, i *identification) error {
		if *params.Approved {
			return w.approve(i)
		}
		return w.decline(i, Verdict{})
	})
	if err != nil {
		return refusal(err)
	}
	return ok(http.StatusCreated, c.world.wireIdentification(found))
}

// resetSandbox forgets the caller's customers. Stored answers stay, so that the
// reset itself can be repeated with its key.
func resetSandbox(c *call) reply {
	w := c.world
	for id, found := range w.customers {
		if found.partnerID != c.partner.id || c.sub != "" && found.subPartnerID != c.sub {
			continue
		}
		for _, i := range found.identifications {
			delete(w.identifications, i.id)
			for token, of := range w.tokens {
				if of == i.id {
					delete(w.tokens, token)
				}
			}
		}
		delete(w.customers, id)
	}
	w.note("sandbox reset", "", "")
	return ok(http.StatusOK, true)
}
