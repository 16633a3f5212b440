package bank

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// SessionRequest names a customer that there is, or one to be made.
type SessionRequest struct {
	CustomerID string    `json:"customer_id,omitempty"`
	Customer   *Customer `json:"customer,omitempty"`
	ReturnURL  string    `json:"return_url,omitempty"`
	Locale     string    `json:"locale,omitempty"`
}

// Customer is one to be made.
type Customer struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Type  string `json:"customer_type"` // Person or Business
}

// Session has the one-time link, which is good for ten minutes.
type Session struct {
	CustomerID string `json:"customer_id"`
	URL        string `json:"url"`
}

// Progress is where a customer stands, in the portal's words.
type Progress struct {
	Stage string `json:"stage"`
	State string `json:"state"`
}

func (p Progress) ready() bool { return p.Stage == "complete" && p.State == "ready" }

// refusal is the portal's no: a problem document of RFC 9457. Its detail is left out,
// as it may repeat what was sent, and this goes to a log.
type refusal struct {
	status      int
	SupportCode string `json:"support_code"`
}

func (r *refusal) Error() string {
	return fmt.Sprintf("bank: the portal answers %d, support code %q", r.status, r.SupportCode)
}

const longestRefusal = 64 << 10

func refusalIn(response *http.Response) error {
	r := &refusal{}
	// An answer that can't be read is still a no.
	_ = json.NewDecoder(io.LimitReader(response.Body, longestRefusal)).Decode(r)
	r.status = response.StatusCode
	return r
}
