package simulator

import "net/http"

func identificationID(i *identification) string { return i.id }

func listIdentifications(c *call) reply {
	found, missing := c.customer()
	if missing != nil {
		return *missing
	}
	all := c.world.newestIdentifications(found)
	if found.shuffled {
		all = shuffled(all)
	}
	return paged(c, all, identificationID, c.world.wireIdentification)
}

func createIdentification(c *call) reply {
	found, missing := c.customer()
	if missing != nil {
		return *missing
	}
	var params struct {
		Type    string `json:"type"`
		WithEDD *bool  `json:"with_edd"`
	}
	if refused := c.read(&params); refused != nil {
		return *refused
	}
	switch params.Type {
	case "Link":
	case "Token", "Person", "Business":
		return refuse(http.StatusBadRequest, "this simulator makes identifications of type Link only")
	default:
		return refuse(http.StatusBadRequest, "type must be Link, Token, Person or Business")
	}
	if params.WithEDD != nil && *params.WithEDD && found.kind != Person {
		return refuse(http.StatusBadRequest, "with_edd is for customers of type Person")
	}
	made, err := c.world.createIdentification(found, params.WithEDD)
	if err != nil {
		return refusal(err)
	}
	return ok(http.StatusCreated, c.world.wireIdentification(made))
}

func getIdentification(c *call) reply {
	found, missing := c.identification()
	if missing != nil {
		return *missing
	}
	return ok(http.StatusOK, c.world.wireIdentification(found))
}

// identification finds the one in the path among those of the caller.
func (c *call) identification() (*identification, *reply) {
	found, err := c.world.identification(c.request.PathValue("id"))
	if err != nil || c.world.customers[found.customerID].partnerID != c.partner.id {
		missing := refuse(http.StatusNotFound, "identification not found")
		return nil, &missing
	}
	return found, nil
}

func (w *world) wireIdentification(i *identification) wireIdentification {
	c := w.customers[i.customerID]
	wire := wireIdentification{
		ID: i.id, CustomerID: optional(i.customerID), Status: string(i.status),
		URL: optional(w.hostedURL(i)), ReviewComment: optional(i.reviewComment),
		CreatedAt: wireTime(i.createdAt), UpdatedAt: wireTime(i.updatedAt),
	}
	if i.withEDD != nil {
		edd := *i.withEDD
		wire.WithEDD = &edd
	}
	steps := map[string]wireStepDetail{}
	for _, step := range i.steps {
		if step.Result != "" {
			steps[step.Name] = wireStepDetail{string(step.Result), step.Retry, optional(step.Comment)}
		}
	}
	if len(steps) > 0 {
		wire.StepStatus = &steps
	}
	if i.status == Approved && w.current(c) == i && c.kind == Person {
		wire.ResidenceCountry = optional("DE")
	}
	return wire
}
