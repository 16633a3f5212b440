package simulator

import (
	"fmt"
	"net/http"
	"net/url"
)

func (c *room) buildScenario(r *http.Request, in input) (outcome, error) {
	partner, err := c.partnerFor(in)
	if err != nil {
		return outcome{}, err
	}
	id, err := c.simulator.Build(r.PathValue("id"), partner.IronKey)
	if err != nil {
		return outcome{}, err
	}
	return c.made(r, in, id)
}

func (c *room) createCustomer(r *http.Request, in input) (outcome, error) {
	partner, err := c.partnerFor(in)
	if err != nil {
		return outcome{}, err
	}
	id, err := c.simulator.CreateCustomer(partner.IronKey, NewCustomer{
		Name: orElse(in["name"], "Ada Example"), Email: orElse(in["email"], "ada@customers.example"),
		Type: CustomerType(in["customer_type"]), ExternalID: in["external_id"],
	})
	if err != nil {
		return outcome{}, err
	}
	return c.made(r, in, id)
}

// made goes on with a new customer as the form or script asks: then=open in the
// portal, then=link to copy, else to its page here.
func (c *room) made(r *http.Request, in input, id string) (outcome, error) {
	view, err := c.simulator.Customer(id)
	if err != nil {
		return outcome{}, err
	}
	body := roomMade{CustomerID: id, Customer: c.wireCustomer(view)}
	out := outcome{status: http.StatusCreated, to: customerAddress(id), words: "Here is your customer."}
	if in["then"] == "open" || in["then"] == "link" {
		partner, err := c.partnerFor(in)
		if err != nil {
			return outcome{}, err
		}
		link, err := c.options.link(r.Context(), partner, id)
		if err != nil {
			// The customer is there all the same, and so is the way to it.
			return outcome{to: customerAddress(id)}, err
		}
		c.keepLink(id, link)
		body.Link = &link
		out.words = "Here is your customer, and a link to it."
		if in["then"] == "open" {
			out.to, out.away = link.URL, true
		}
	}
	out.body = body
	return out, nil
}

type roomMade struct {
	CustomerID string       `json:"customer_id"`
	Link       *Link        `json:"link,omitempty"`
	Customer   roomCustomer `json:"customer"`
}

func customerAddress(id string) string { return "/customers/" + url.PathEscape(id) }

func (c *room) openCustomer(r *http.Request, in input) (outcome, error) {
	out, link, err := c.newLink(r, in)
	if err == nil {
		out.to, out.away = link.URL, true
	}
	return out, err
}

func (c *room) linkCustomer(r *http.Request, in input) (outcome, error) {
	out, _, err := c.newLink(r, in)
	return out, err
}

func (c *room) newLink(r *http.Request, in input) (outcome, Link, error) {
	id := r.PathValue("id")
	out := outcome{to: customerAddress(id)}
	if _, err := c.simulator.Customer(id); err != nil {
		return outcome{}, Link{}, err
	}
	partner, err := c.partnerFor(in)
	if err != nil {
		return out, Link{}, err
	}
	link, err := c.options.link(r.Context(), partner, id)
	if err != nil {
		return out, Link{}, err
	}
	c.keepLink(id, link)
	out.status, out.body, out.words = http.StatusCreated, link, "Here is a link. It is good once."
	return out, link, nil
}

func (c *room) pullLever(r *http.Request, in input) (outcome, error) {
	l, ok := leverNamed(r.PathValue("lever"))
	if !ok {
		return outcome{}, fmt.Errorf("%w: no lever is called %q", errNothing, r.PathValue("lever"))
	}
	view, err := c.simulator.Customer(r.PathValue("id"))
	if err != nil {
		return outcome{}, err
	}
	t := target{simulator: c.simulator, customer: view, attempt: in["identification"]}
	if current, any := currentOf(view); any && t.attempt == "" {
		t.attempt = current.ID
	}
	if t.attempt != "" && !belongs(view, t.attempt) {
		return outcome{}, fmt.Errorf("%w of this customer: %s", ErrNoIdentification, t.attempt)
	}
	if err := l.pull(t, in); err != nil {
		return outcome{}, err
	}
	view, err = c.simulator.Customer(view.ID)
	if err != nil {
		return outcome{}, err
	}
	return outcome{body: c.wireCustomer(view), words: l.title + ": done."}, nil
}

func belongs(view Customer, identificationID string) bool {
	for _, i := range view.Identifications {
		if i.ID == identificationID {
			return true
		}
	}
	return false
}

func (c *room) choosePartner(_ *http.Request, in input) (outcome, error) {
	partner, err := c.partnerFor(in)
	if err != nil {
		return outcome{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, p := range c.options.Partners {
		if p.ID == partner.ID {
			c.partner = i
		}
	}
	return outcome{words: "Customers are made and opened for " + partner.Name + " now."}, nil
}

func (c *room) reset(*http.Request, input) (outcome, error) {
	c.simulator.Reset()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.links = map[string]Link{}
	return outcome{to: "/", words: "Everything is as it was at the start; the clock is right again."}, nil
}
