package iron_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"portal/onboarding"
	"portal/onboarding/iron"
)

// slowly scripts a customer whose record takes a second and tells which reading it is.
func (f *fakeIron) slowly(id string) {
	f.handle("GET /api/customers/"+id, func(w http.ResponseWriter, r *http.Request) {
		name := string(rune('0' + len(f.requests(id))))
		select {
		case <-time.After(time.Second):
		case <-r.Context().Done():
		}
		reply(w, 200, `{"id":"`+id+`","status":"IdentificationRequired","name":"reading `+name+`"}`)
	})
	f.list(id, "identifications", `{"id":"i1","status":"Processed"}`, `{"id":"i2","status":"Archived"}`, `{"id":"i3","status":"Archived"}`)
}

func over(transport *http.Transport) func(*config) {
	return func(c *config) { c.Transport = transport }
}

func TestTwoHundredTabsOfOneCustomerAreOneReading(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.slowly(mary)
		f.slowly(john)
		client := f.client(over(transport))
		var wait sync.WaitGroup
		for range 200 {
			wait.Go(func() {
				facts, err := client.Facts(t.Context(), mary)
				if err != nil || len(facts.Identifications) != 3 {
					t.Errorf("%d identifications, %v", len(facts.Identifications), err)
				}
				if second := facts.Identifications[1].ID; second != "i2" {
					t.Errorf("somebody else wrote %q into this reading", second)
				}
				facts.Identifications[1].ID = "mine"
			})
		}
		wait.Go(func() {
			if facts, err := client.Facts(t.Context(), john); err != nil || facts.Customer.ID != john {
				t.Errorf("another customer was given %v, %v", facts.Customer.ID, err)
			}
		})
		wait.Wait()
		if a, b := len(f.requests(mary)), len(f.requests(john)); a != 1 || b != 1 {
			t.Errorf("%d and %d readings", a, b)
		}
		if _, err := client.Facts(t.Context(), mary); err != nil || len(f.requests(mary)) != 2 {
			t.Errorf("a finished reading was kept: %d readings, %v", len(f.requests(mary)), err)
		}
	})
}

func TestWhoeverLeavesTakesOnlyHimselfAway(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.slowly(mary)
		client := f.client(over(transport))
		first, leave := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		wait.Go(func() {
			began := time.Now()
			_, err := client.Facts(first, mary)
			wantErr(t, err, context.Canceled, onboarding.ErrUnavailable)
			if d := time.Since(began); d != 100*time.Millisecond {
				t.Errorf("it took %v to leave", d)
			}
		})
		synctest.Wait()
		wait.Go(func() {
			if _, err := client.Facts(t.Context(), mary); err != nil {
				t.Errorf("who stayed got %v", err)
			}
		})
		time.Sleep(100 * time.Millisecond)
		leave()
		wait.Wait()
		if n := len(f.requests(mary)); n != 1 {
			t.Errorf("%d readings", n)
		}
	})
}

func TestFactsNowJoinsNobodyWhoAskedBeforeAndMayBeJoined(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.slowly(mary)
		client := f.client(over(transport))
		var wait sync.WaitGroup
		reads := func(read func(context.Context, string) (onboarding.Facts, error), want string) {
			wait.Go(func() {
				if facts, err := read(t.Context(), mary); err != nil || facts.Customer.Name != want {
					t.Errorf("got %q, want %q, %v", facts.Customer.Name, want, err)
				}
			})
			time.Sleep(10 * time.Millisecond)
		}
		reads(client.Facts, "reading 1")
		reads(client.FactsNow, "reading 2")
		reads(client.Facts, "reading 2")
		reads(client.FactsNow, "reading 3")
		wait.Wait()
	})
}

func TestAfterAWriteOfOursNobodyIsGivenAReadingFromBefore(t *testing.T) {
	writes := map[string]func(context.Context, *iron.Client) error{
		"identification": func(ctx context.Context, c *iron.Client) error {
			_, err := c.CreateIdentification(ctx, mary, onboarding.CheckRequest{Method: onboarding.MethodLink}, key)
			return err
		},
		"signing": func(ctx context.Context, c *iron.Client) error {
			_, err := c.CreateSigning(ctx, mary, "d1", key)
			return err
		},
	}
	for name, write := range writes {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
				f.slowly(mary)
				f.says("POST /api/customers/{id}/signings", 201, `{"id":"s1"}`)
				f.says("POST /api/customers/{id}/identifications/v2", 422, `"no"`) // a no may have changed things too
				client := f.client(over(transport))
				var wait sync.WaitGroup
				wait.Go(func() { _, _ = client.Facts(t.Context(), mary) })
				time.Sleep(10 * time.Millisecond)
				if err := write(t.Context(), client); err != nil {
					wantErr(t, err, onboarding.ErrRefused)
				}
				facts, err := client.Facts(t.Context(), mary)
				if err != nil || facts.Customer.Name != "reading 2" {
					t.Errorf("given %q, %v", facts.Customer.Name, err)
				}
				wait.Wait()
			})
		})
	}
}

func TestAReadingEndsWithinTwiceTheLimitHoweverSlowIronIs(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.handle("/", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		client := f.client(over(transport), func(c *config) { c.Timeout = 3 * time.Second })
		began := time.Now()
		_, err := client.Facts(t.Context(), mary)
		wantErr(t, err, onboarding.ErrUnavailable)
		if d := time.Since(began); d != 6*time.Second {
			t.Errorf("it took %v", d)
		}
		if n := len(f.requests(mary)); n != 2 {
			t.Errorf("%d attempts", n)
		}
	})
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.handle("GET /api/customers/"+mary, func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(2 * time.Second)
			reply(w, 200, customerBody("Active"))
		})
		f.list(mary, "identifications")
		f.handle("/", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		client := f.client(over(transport), func(c *config) { c.Timeout = 3 * time.Second })
		began := time.Now()
		_, err := client.Facts(t.Context(), mary)
		wantErr(t, err, onboarding.ErrUnavailable)
		if d := time.Since(began); d != 6*time.Second {
			t.Errorf("with its second half slow it took %v", d)
		}
	})
}

func TestAllPagesOfAListEndWithinTwiceTheLimit(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.handle("GET /api/customers/{id}/signings", func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(time.Second)
			reply(w, 200, fmt.Sprintf(`{"items":[{"id":"s1"}],"cursor":"c%d"}`, len(f.requests("/signings"))))
		})
		began := time.Now()
		_, err := f.client(over(transport), func(c *config) { c.Timeout = 3 * time.Second }).Signings(t.Context(), mary)
		wantErr(t, err, onboarding.ErrUnavailable)
		if d := time.Since(began); d != 6*time.Second {
			t.Errorf("it took %v", d)
		}
	})
}

func TestACustomerWhoIsNotThereIsKnownWithoutWaitingForTheList(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fakeIron, transport *http.Transport) {
		f.says("GET /api/customers/"+mary, 404, `"no"`)
		f.handle("/", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		began := time.Now()
		_, err := f.client(over(transport)).Facts(t.Context(), mary)
		wantErr(t, err, onboarding.ErrNotFound)
		if d := time.Since(began); d != 0 {
			t.Errorf("it took %v", d)
		}
	})
}
