package faults

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"portal/onboarding/simulator"

	"github.com/andybalholm/cascadia"
)

// TestWhoSignsUpIsOneCustomerAndNamedNowhere: what people type goes to Iron, and
// nowhere else, however badly Iron takes it. What is looked for is in world_test.go.
func TestWhoSignsUpIsOneCustomerAndNamedNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "PORTAL_IRON_TIMEOUT", "500ms")
	p := w.start()
	n := 0
	for _, info := range simulator.FaultKinds() {
		for _, after := range []bool{false, true} {
			if after && !info.Chosen {
				continue
			}
			n++
			name, email := fmt.Sprintf("Canaria Finch%d", n), fmt.Sprintf("canary%d@birds.example", n)
			w.secret("name", name)
			w.secret("email", email)
			b := w.stranger(p)
			form := b.open("/p/acme/?email=" + url.QueryEscape(email)).signUp(t)
			form.fields.Set("name", name)
			form.fields.Set("email", email)
			form.fields.Set("customer_type", "Person")
			end := w.fault(simulator.Fault{Kind: info.Kind, Method: http.MethodPost, Delay: time.Second, RetryAfter: time.Second, AfterEffect: after})
			_, err := b.send(http.MethodPost, form.action, form.fields)
			w.check(err)
			end()
			var last *page
			w.until("the same form works", convergence, func() bool {
				last, err = b.send(http.MethodPost, form.action, form.fields)
				w.check(err)
				return last.status == http.StatusSeeOther
			})
			for _, cookie := range b.client.Jar.Cookies(last.url) {
				w.secret("cookie", cookie.Value)
			}
			// That nothing was done is what these answers say. Where it is not true, nobody
			// can know.
			lie := after && slices.Contains([]simulator.FaultKind{simulator.FaultError, simulator.FaultRetryAfter, simulator.FaultTooMany}, info.Kind)
			if made := w.named(email); made != 1 && !(made == 2 && lie) {
				t.Errorf("%s, done all the same %v: one form has made %d customers", info.Title, after, made)
			}
		}
	}
	log, err := os.ReadFile(p.log)
	w.check(err)
	if strings.Count(string(log), `"msg":"request"`) < 3*n {
		t.Error("the log has too few lines for this test to mean anything")
	}
}

// named counts customers at Iron by their address.
func (w *world) named(email string) (n int) {
	for _, c := range w.iron.Customers() {
		if c.Email == email {
			n++
		}
	}
	return n
}

// signUp is the form of the page that signs up.
func (p *page) signUp(t *testing.T) agreement {
	t.Helper()
	form := cascadia.Query(p.root, cascadia.MustCompile("form[action$='/sign-up']"))
	if form == nil {
		t.Fatalf("there is no form to sign up: %d", p.status)
	}
	a := agreement{action: attr(form, "action"), fields: url.Values{}}
	for _, input := range cascadia.QueryAll(form, cascadia.MustCompile("input[type=hidden]")) {
		a.fields.Set(attr(input, "name"), attr(input, "value"))
	}
	return a
}
