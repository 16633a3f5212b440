package bench

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"os/exec"
	"sync"
	"time"
)

// A peer does what is measured and nothing else: it has no sessions, no database, no
// pages. It checks a webhook's signature as the portal does, reads the two records that
// the portal reads (peers called "reading"), and tells those who wait.

// What peers are called.
const (
	plainPeer  = "net/http, a handler that waits"
	hijackPeer = "net/http, connections taken off"
	nodePeer   = "Node, http"
)

// startPeer starts one. With reading it asks Iron before it tells.
func (b *bench) startPeer(name string, reading bool) *process {
	b.t.Helper()
	base, ops := address(b.t), address(b.t)
	environment := []string{
		"BENCH_PEER=" + name, "BENCH_ADDR=" + base, "BENCH_OPS=" + ops, "BENCH_SECRET=" + webhookSecret,
		"BENCH_KEY=" + ironKey, "BENCH_BODY=" + b.body,
	}
	if reading {
		environment = append(environment, "BENCH_IRON="+b.iron.url+"/api")
	}
	command := []string{os.Args[0]}
	if name == nodePeer {
		node, err := exec.LookPath("node")
		if err != nil {
			b.t.Fatal(err)
		}
		command = []string{node, "--expose-gc", "peer.mjs"}
	}
	return start(b.t, name, base, ops, "/", environment, command...)
}

// servePeer is the process of a peer in Go.
func servePeer(name string) {
	hub := &peerHub{members: map[string]map[*member]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /webhooks/iron", hub.webhook)
	switch name {
	case plainPeer:
		mux.HandleFunc("GET /events", hub.wait)
	case hijackPeer:
		mux.HandleFunc("GET /events", hub.standAside)
	}
	mux.HandleFunc("GET /page", peerPage)
	same, _ := os.ReadFile(os.Getenv("BENCH_BODY"))
	mux.HandleFunc("GET /same", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(same) })
	go func() { log.Fatal(http.ListenAndServe(os.Getenv("BENCH_OPS"), nil)) }()
	log.Fatal(http.ListenAndServe(os.Getenv("BENCH_ADDR"), mux))
}

// member waits: on its channel, or with its connection alone.
type member struct {
	news chan []byte
	conn net.Conn
}

type peerHub struct {
	mu      sync.Mutex
	members map[string]map[*member]bool
}

func (h *peerHub) join(customer string, m *member) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.members[customer] == nil {
		h.members[customer] = map[*member]bool{}
	}
	h.members[customer][m] = true
}

func (h *peerHub) leave(customer string, m *member) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.members[customer], m)
}

const peerEvent = "event: progress\ndata: {\"stage\":\"compliance-review\",\"state\":\"waiting\"}\n\n"

// wait is how an event stream is written in most tutorials.
func (h *peerHub) wait(w http.ResponseWriter, r *http.Request) {
	customer, m := r.URL.Query().Get("customer"), &member{news: make(chan []byte, 4)}
	h.join(customer, m)
	defer h.leave(customer, m)
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(w, peerEvent)
	w.(http.Flusher).Flush()
	beat := time.NewTicker(25 * time.Second)
	defer beat.Stop()
	for {
		select {
		case event := <-m.news:
			_, _ = w.Write(event)
		case <-beat.C:
			_, _ = io.WriteString(w, ":\n\n")
		case <-r.Context().Done():
			return
		}
		w.(http.Flusher).Flush()
	}
}

func (h *peerHub) standAside(w http.ResponseWriter, r *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"+peerEvent)
	// The string is a part of the request's bytes.
	h.join(string([]byte(r.URL.Query().Get("customer"))), &member{conn: conn})
}

func (h *peerHub) webhook(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	mac := hmac.New(sha256.New, []byte(os.Getenv("BENCH_SECRET")))
	_, _ = mac.Write([]byte(r.Header.Get("Webhook-Timestamp") + string(body)))
	var hint struct {
		Data struct {
			Customer string `json:"customer_id"`
		}
	}
	if !hmac.Equal([]byte("v1="+hex.EncodeToString(mac.Sum(nil))), []byte(r.Header.Get("Webhook-Signature"))) || json.Unmarshal(body, &hint) != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	customer := hint.Data.Customer
	go func() {
		if err := askIron(r.Context(), customer); err != nil {
			log.Print(err)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		for m := range h.members[customer] {
			if m.conn != nil {
				_, _ = io.WriteString(m.conn, peerEvent)
			} else {
				m.news <- []byte(peerEvent)
			}
		}
	}()
}

// peerPage asks Iron for each page, as whoever keeps nothing.
func peerPage(w http.ResponseWriter, r *http.Request) {
	if err := askIron(r.Context(), r.URL.Query().Get("customer")); err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	_, _ = io.WriteString(w, "<!doctype html><title>page</title>")
}

var ironClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}

// askIron makes the two calls side by side that tell where a customer stands.
func askIron(ctx context.Context, customer string) error {
	root := os.Getenv("BENCH_IRON")
	if root == "" {
		return nil
	}
	failed := make(chan error, 2)
	for _, path := range []string{"", "/identifications?page_size=100"} {
		go func() {
			r, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, root+"/customers/"+customer+path, nil)
			if err != nil {
				failed <- err
				return
			}
			r.Header.Set("X-API-Key", os.Getenv("BENCH_KEY"))
			response, err := ironClient.Do(r)
			if err == nil {
				var answer any
				err = json.NewDecoder(response.Body).Decode(&answer)
				_ = response.Body.Close()
				if err == nil && response.StatusCode != http.StatusOK {
					err = fmt.Errorf("iron answers %d", response.StatusCode)
				}
			}
			failed <- err
		}()
	}
	first, second := <-failed, <-failed
	if first != nil {
		return first
	}
	return second
}
