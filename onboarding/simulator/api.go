package simulator

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
)

const (
	maxRequest = 1 << 20
	basePath   = "/api"
)

// route is one endpoint of Iron's API document.
type route struct {
	method  string
	pattern string
	// writes: an IDEMPOTENCY-KEY is required and the answer is kept under it.
	writes bool
	handle func(*call) reply
}

var routes = []route{
	{http.MethodGet, "/customers", false, listCustomers},
	{http.MethodPost, "/customers", true, createCustomer},
	{http.MethodGet, "/customers/{id}", false, getCustomer},
	{http.MethodGet, "/customers/{id}/identifications", false, listIdentifications},
	{http.MethodPost, "/customers/{id}/identifications/v2", true, createIdentification},
	{http.MethodGet, "/customers/{id}/required-signings", false, listRequiredSignings},
	{http.MethodGet, "/customers/{id}/signings", false, listSignings},
	{http.MethodPost, "/customers/{id}/signings", true, createSigning},
	{http.MethodGet, "/customers/{id}/abilities", false, getAbilities},
	{http.MethodGet, "/customers/{id}/requirements", false, getRequirements},
	{http.MethodGet, "/customers/{id}/spending-limit", false, getSpendingLimit},
	{http.MethodGet, "/identifications/{id}", false, getIdentification},
	{http.MethodPost, "/sandbox/identification/{id}", true, decideInSandbox},
	{http.MethodPost, "/sandbox/reset", true, resetSandbox},
}

// Patterns are the endpoints' paths as Fault.Pattern takes them, each once.
func Patterns() []string {
	var patterns []string
	seen := map[string]bool{}
	for _, r := range routes {
		if !seen[r.pattern] {
			seen[r.pattern] = true
			patterns = append(patterns, r.pattern)
		}
	}
	return patterns
}

// call is one request on its way to an endpoint. The lock is held while the
// endpoint handles it.
type call struct {
	world   *world
	partner *partner
	sub     string // X-SUB-PARTNER-ID
	request *http.Request
	body    []byte
}

func (s *Simulator) api() http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.Handle(r.method+" "+basePath+r.pattern, s.endpoint(r))
	}
	mux.Handle("/", s.endpoint(route{handle: func(*call) reply { return refuse(http.StatusNotFound, "not found") }}))
	return mux
}

// endpoint is the way of every request: what the network and the gateway do to
// it, the answer, what they do to the answer, the log.
func (s *Simulator) endpoint(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		exchange := Exchange{
			Method: r.Method, Path: r.URL.RequestURI(), Pattern: rt.pattern,
			IdempotencyKey: r.Header.Get("Idempotency-Key"), Version: r.Header.Get("X-API-Version"),
		}
		slow, fault := s.arrive(rt, r, &exchange)
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		exchange.RequestBody = string(body)

		var answer reply
		switch {
		case err != nil:
			answer = refuse(http.StatusRequestEntityTooLarge, "request body too large")
		case fault.instead():
			answer = s.lost(r, slow, fault)
		default:
			answer = s.perform(&call{request: r, body: body}, rt, slow, fault)
			answer = s.spoil(r, answer, slow, fault)
		}
		exchange.Replayed = answer.replayed
		exchange.Status, exchange.ResponseBody = answer.status, answer.logged()
		if exchange.CustomerID == "" {
			exchange.CustomerID = answer.customerID
		}
		exchange.Duration = time.Since(started)
		answer.date = s.leave(exchange)
		answer.send(w)
	})
}

// arrive counts the request in and takes the faults that hit it.
func (s *Simulator) arrive(rt route, r *http.Request, exchange *Exchange) (slow []Fault, fault *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.settle()
	s.inFlight++
	exchange.Time = s.world.clock.now()
	exchange.CustomerID = s.world.subject(rt.pattern, r.PathValue("id"))
	slow, fault = s.faults.hit(r.Method, rt.pattern, exchange.CustomerID, s.world.clock.present())
	if len(slow) > 0 {
		exchange.Fault = FaultSlow
	}
	if fault != nil {
		exchange.Fault = fault.Kind
	}
	s.signalLocked()
	return slow, fault
}

// leave logs the request and returns the time of the answer.
func (s *Simulator) leave(exchange Exchange) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight--
	s.journal.add(exchange)
	s.signalLocked()
	return s.world.clock.present()
}

// subject is the customer that a request is about.
func (w *world) subject(pattern, id string) string {
	switch {
	case strings.HasPrefix(pattern, "/customers/"):
		return id
	case w.identifications[id] != nil:
		return w.identifications[id].customerID
	}
	return ""
}

// versions of the API that X-API-Version may name.
var versions = map[string]bool{"": true, "2025-03-13": true, "2026-07-01": true, "2026-08-01": true}

// perform answers as a healthy Iron would, slowly where it has to.
func (s *Simulator) perform(c *call, rt route, slow []Fault, fault *Fault) reply {
	partner, ok := s.partner(c.request.Header.Get("X-API-Key"))
	if !ok {
		return plain(http.StatusUnauthorized, "Unauthorized")
	}
	c.partner, c.sub = partner, c.request.Header.Get("X-SUB-PARTNER-ID")
	if version := c.request.Header.Get("X-API-Version"); !versions[version] {
		return refuse(http.StatusBadRequest, "unsupported X-API-Version, expected 2025-03-13, 2026-07-01 or 2026-08-01")
	}
	if _, err := uuid.Parse(c.sub); c.sub != "" && err != nil {
		return refuse(http.StatusBadRequest, "X-SUB-PARTNER-ID is not a UUID")
	}
	work := func() reply {
		if !wait(c.request, slow, false) {
			return reply{closed: true}
		}
		if fault != nil && fault.Kind == FaultStored {
			return internalError()
		}
		return s.handle(c, rt)
	}
	if !rt.writes {
		return work()
	}
	return s.once(c, work)
}

func (s *Simulator) partner(key string) (*partner, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	partner, ok := s.world.partners[keyHash(key)]
	return partner, ok
}

func (s *Simulator) handle(c *call, rt route) (answer reply) {
	err := s.do(func(w *world) error {
		c.world = w
		answer = rt.handle(c)
		return nil
	})
	if err != nil {
		s.log.Error("simulator: request failed", "pattern", rt.pattern, "error", err)
	}
	return answer
}

// customer finds the customer in the path among those of the caller.
func (c *call) customer() (*customer, *reply) {
	found, err := c.world.customer(c.request.PathValue("id"))
	if err != nil || found.partnerID != c.partner.id || c.sub != "" && found.subPartnerID != c.sub {
		missing := refuse(http.StatusNotFound, "customer not found")
		return nil, &missing
	}
	return found, nil
}

// refusal turns what the world refuses into the status that the API document
// has for it.
func refusal(err error) reply {
	switch {
	case errors.Is(err, errPending):
		return refuse(http.StatusConflict, "customer has pending identification")
	case errors.Is(err, errTooMany):
		return refuse(http.StatusTooManyRequests, "identification creation rate limit exceeded")
	case errors.Is(err, ErrNoDocument):
		return refuse(http.StatusUnprocessableEntity, "this content is not among those that the customer has to sign")
	case errors.Is(err, ErrNotNow):
		return refuse(http.StatusForbidden, "not possible in the customer's status")
	}
	return internalError()
}
