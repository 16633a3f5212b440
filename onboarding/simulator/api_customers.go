package simulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// read parses a JSON body into v; a refusal says what is wrong with it.
func (c *call) read(v any) *reply {
	if err := json.Unmarshal(c.body, v); err != nil {
		refused := refuse(http.StatusBadRequest, "parse request payload error: "+err.Error())
		return &refused
	}
	return nil
}

func listCustomers(c *call) reply {
	query := c.request.URL.Query()
	var all []*customer
	for _, found := range c.world.newestCustomers() {
		if found.partnerID == c.partner.id && (c.sub == "" || found.subPartnerID == c.sub) && found.matches(c.world, query) {
			all = append(all, found)
		}
	}
	if query.Get("sort_order") == "asc" {
		slices.Reverse(all)
	}
	return paged(c, all, func(found *customer) string { return found.id }, c.world.wireCustomer)
}

// matches applies the filters of GET /customers.
func (c *customer) matches(w *world, query url.Values) bool {
	if term := strings.ToLower(query.Get("search_term")); term != "" &&
		!strings.Contains(strings.ToLower(strings.Join([]string{c.name, c.id, c.email, c.externalID}, "\n")), term) {
		return false
	}
	identification := ""
	if i := w.current(c); i != nil {
		identification = string(i.status)
	}
	for name, value := range map[string]string{
		"status": string(c.status), "customer_type": string(c.kind), "identification_status": identification,
	} {
		if asked := query[name]; len(asked) > 0 && !slices.Contains(strings.Split(strings.Join(asked, ","), ","), value) {
			return false
		}
	}
	return true
}

func createCustomer(c *call) reply {
	var params struct {
		CustomerType string  `json:"customer_type"`
		Email        string  `json:"email"`
		Name         *string `json:"name"`
		ExternalID   *string `json:"external_id"`
	}
	if refused := c.read(&params); refused != nil {
		return *refused
	}
	if params.CustomerType != string(Person) && params.CustomerType != string(Business) {
		return refuse(http.StatusBadRequest, "customer_type must be Person or Business")
	}
	if at := strings.Index(params.Email, "@"); at < 1 || at == len(params.Email)-1 {
		return refuse(http.StatusBadRequest, "email is not an email address")
	}
	wanted := NewCustomer{Email: params.Email, Type: CustomerType(params.CustomerType), SubPartnerID: c.sub}
	if params.Name != nil {
		wanted.Name = *params.Name
	}
	if params.ExternalID != nil {
		wanted.ExternalID = *params.ExternalID
	}
	made := c.world.createCustomer(c.partner, wanted)
	answer := ok(http.StatusCreated, c.world.wireCustomer(made))
	answer.customerID = made.id
	return answer
}

func getCustomer(c *call) reply {
	found, missing := c.customer()
	if missing != nil {
		return *missing
	}
	return ok(http.StatusOK, c.world.wireCustomer(found))
}

func (w *world) wireCustomer(c *customer) wireCustomer {
	wire := wireCustomer{
		ID: c.id, PartnerID: c.partnerID, ExternalID: optional(c.externalID), CustomerType: string(c.kind),
		Name: c.name, Email: c.email, Status: string(c.status),
		IdentificationIDs: []string{}, SigningIDs: []string{},
		CreatedAt: wireTime(c.createdAt), UpdatedAt: wireTime(c.updatedAt),
	}
	if i := w.current(c); i != nil {
		wire.IdentificationStatus = optional(string(i.status))
	}
	for _, i := range c.identifications {
		wire.IdentificationIDs = append(wire.IdentificationIDs, i.id)
	}
	for _, signing := range c.signings {
		wire.SigningIDs = append(wire.SigningIDs, signing.ID)
	}
	return wire
}
