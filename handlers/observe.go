package handlers

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"portal/onboarding"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// Meter counts what happens. Its labels are patterns and words from short lists:
// no id, address or name of anybody, and nothing that a visitor could make up.
type Meter struct {
	requests *prometheus.HistogramVec
	iron     *prometheus.HistogramVec
	unknown  *prometheus.CounterVec
	pages    *prometheus.CounterVec
	passedOn *prometheus.GaugeVec
	webhooks *prometheus.CounterVec
	clock    prometheus.Gauge
	secrets  *prometheus.CounterVec
}

// NewMeter registers the portal's metrics.
func NewMeter(r prometheus.Registerer) *Meter {
	m := &Meter{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "portal_http_request_seconds", Help: "Requests by route pattern, method and class of status.",
			Buckets: []float64{.005, .025, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route", "method", "status"}),
		iron: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "portal_iron_call_seconds", Help: "Attempts at calls to Iron by path pattern and outcome.",
			Buckets: []float64{.025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "path", "outcome"}),
		unknown: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "portal_unknown_words_total", Help: "Statuses of Iron's that the portal has no rule for, when shown to a customer.",
		}, []string{"kind"}),
		pages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "portal_stage_pages_total", Help: "Stage pages shown, by stage and state.",
		}, []string{"stage", "state"}),
		passedOn: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "portal_consents_undelivered", Help: "Consents that Iron has not confirmed after the last round.",
		}, []string{"partner"}),
	}
	m.webhooks = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "portal_webhooks_total", Help: "Messages of Iron's by what became of them.",
	}, []string{"outcome"})
	m.clock = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "portal_iron_clock_ahead_seconds", Help: "How far Iron's clock is ahead of this machine's, by the last answer that was dated.",
	})
	m.secrets = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "portal_webhook_secrets_total", Help: "Messages of Iron's by which of the secrets has signed them, 1 the newest.",
	}, []string{"secret"})
	r.MustRegister(m.requests, m.iron, m.unknown, m.pages, m.passedOn, m.webhooks, m.clock, m.secrets)
	return m
}

// IronCall counts one attempt at a call to Iron.
func (m *Meter) IronCall(method, pattern, outcome string, took time.Duration) {
	m.iron.WithLabelValues(method, pattern, outcome).Observe(took.Seconds())
}

// IronClock notes how far Iron's clock is ahead of ours.
func (m *Meter) IronClock(ahead time.Duration) { m.clock.Set(ahead.Seconds()) }

// Undelivered notes how many consents of a partner are still to reach Iron.
func (m *Meter) Undelivered(partner string, left int) {
	m.passedOn.WithLabelValues(partner).Set(float64(left))
}

func (m *Meter) request(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, knownMethod(method), strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}

// knownMethod: a visitor may send any word as the method.
func knownMethod(method string) string {
	switch method {
	case "GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH":
		return method
	}
	return "other"
}

// noticeUnknown makes words that Iron has invented since known to operators.
func (h *handlers) noticeUnknown(c echo.Context, p onboarding.Progress) {
	report := func(kind, word string) {
		h.Meter.unknown.WithLabelValues(kind).Inc()
		h.Logger.WarnContext(c.Request().Context(), "iron used a word that the portal has no rule for", "kind", kind, "word", safeWord(word))
	}
	if !p.CustomerStatus.Known() {
		report("customer status", string(p.CustomerStatus))
	}
	if !p.IdentificationStatus.Known() {
		report("identification status", string(p.IdentificationStatus))
	}
	if i := slices.IndexFunc(p.Rails, func(r onboarding.Rail) bool { return !r.Status.Known() }); i >= 0 {
		report("ability status", string(p.Rails[i].Status))
	}
}

// safeWord keeps what could be one of Iron's words. Whatever else stands in its place
// may be anything, a name included, and does not belong in a log.
func safeWord(word string) string {
	plain := func(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_' }
	if word == "" || len(word) > 40 || strings.ContainsFunc(word, func(r rune) bool { return !plain(r) }) {
		return "(not a word)"
	}
	return word
}
