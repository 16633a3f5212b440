package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"portal/handlers"
	"portal/session"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Run is the whole program, less the process around it: it reads the command line
// and the environment, does what they say, and returns what went wrong. A server
// runs until ctx ends.
func Run(ctx context.Context, args []string, getenv func(string) (string, bool), stdout io.Writer) error {
	c, command, err := parse(args, getenv, stdout)
	switch {
	case errors.Is(err, errHelp):
		return nil
	case c == nil:
		return err
	case command == "check":
		return check(ctx, c.config, err, stdout)
	case err != nil:
		return err
	case command == "health":
		return health(ctx, string(c.Addr))
	case command == "audit":
		return audit(ctx, c.config, c.Audit.Heads, stdout)
	case command == "link":
		return link(ctx, c, stdout)
	}
	return serve(ctx, c.config, stdout)
}

// How long the server waits for others.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10

	// drainTime is how long requests under way may take once the portal is to stop.
	drainTime = 10 * time.Second
	// noticeTime is how long it goes on after readiness has turned false, so that
	// whoever sends requests here can notice.
	noticeTime = time.Second
)

// serve runs the portal until ctx ends.
func serve(ctx context.Context, c config, stdout io.Writer) error {
	log := c.logger(stdout)
	p, err := wire(ctx, c, log)
	defer p.close()
	if err == nil {
		p.noticeVersion()
		err = p.adoptKeys(ctx)
	}
	if err == nil {
		err = p.joinBus(ctx)
	}
	if err != nil {
		return err
	}
	var ready atomic.Bool
	web, err := handlers.New(p.deps(ready.Load))
	if err != nil {
		return err
	}
	public, err := listen(ctx, "PORTAL_ADDR", string(c.Addr), web, log)
	if err != nil {
		return err
	}
	servers := []*server{public}
	if c.OpsAddr != "" {
		ops, err := listen(ctx, "PORTAL_OPS_ADDR", string(c.OpsAddr), p.ops(), log)
		if err != nil {
			return errors.Join(err, public.listener.Close())
		}
		servers = append(servers, ops)
	}
	failed := make(chan error, len(servers))
	for _, s := range servers {
		go func() { failed <- s.Serve(s.listener) }()
	}
	var background sync.WaitGroup
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	p.startWork(working, &background)
	ready.Store(true)
	log.Info("serving", "address", public.listener.Addr().String(), "base_url", c.BaseURL.String(), "partners", len(p.partners.All()))

	select {
	case err = <-failed:
	case <-ctx.Done():
		log.Info("stopping")
		ready.Store(false)
		pause(noticeTime)
	}
	stopped, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	p.watch.Hub.Close() // the server would wait for streams, or not know of them
	for _, s := range servers {
		err = errors.Join(err, s.Shutdown(stopped))
	}
	stopWork()
	background.Wait()
	log.Info("stopped")
	return err
}

// server is one listener and what answers on it.
type server struct {
	http.Server
	listener net.Listener
}

func listen(ctx context.Context, name, address string, handler http.Handler, log *slog.Logger) (*server, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s := &server{listener: listener}
	s.Handler = handler
	s.ReadHeaderTimeout, s.ReadTimeout = readHeaderTimeout, readTimeout
	s.WriteTimeout, s.IdleTimeout = writeTimeout, idleTimeout
	s.MaxHeaderBytes = maxHeaderBytes
	s.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelDebug)
	return s, nil
}

// ops serves metrics and profiles, for operators only.
func (p *portal) ops() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(p.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// How often what is left over is looked after, about.
const (
	// With onboarding.DeliveryLease and one slow answer of Iron's, what a killed machine
	// has left is settled within half a minute.
	settleEvery = 6 * time.Second
	sweepEvery  = 10 * time.Minute
)

// startWork begins what goes on beside the requests: consents that were cut off on
// their way to Iron are delivered, and what has expired is deleted.
func (p *portal) startWork(ctx context.Context, group *sync.WaitGroup) {
	for _, partner := range p.partners.All() {
		group.Go(func() {
			every(ctx, settleEvery, func() {
				left, err := p.journeys[partner.ID].Settle(ctx, 0)
				p.meter.Undelivered(partner.ID, left)
				if err != nil && ctx.Err() == nil {
					p.log.Warn("consents are still to be delivered to iron", "partner", partner.ID, "left", left, "error", err)
				}
			})
		})
	}
	group.Go(func() { p.watch.Run(ctx) })
	group.Go(func() {
		every(ctx, sweepEvery, func() {
			if _, err := p.store.Sweep(ctx, time.Now()); err != nil && ctx.Err() == nil {
				p.log.Warn("what has expired could not be deleted", "error", err)
			}
		})
	})
}

// every does work now and then again after each interval, give or take a quarter so
// that many replicas don't do it in step.
func every(ctx context.Context, interval time.Duration, work func()) {
	for {
		work()
		timer := time.NewTimer(interval*3/4 + rand.N(interval/2))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

func pause(d time.Duration) { <-time.After(d) }

// health asks the portal that runs at the address whether it is ready.
func health(ctx context.Context, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(response.Body, 200))
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", strings.TrimSpace(string(said)))
	}
	return nil
}

// link prints a one-time link for a customer whom Iron knows under the partner's key.
func link(ctx context.Context, c *commands, stdout io.Writer) error {
	p, err := wire(ctx, c.config, slog.New(slog.DiscardHandler))
	defer p.close()
	if err != nil {
		return err
	}
	partner, ok := p.partners.ByID(c.Link.Partner)
	if !ok {
		return fmt.Errorf("there is no partner %q in %s", c.Link.Partner, c.Partners)
	}
	customer, err := p.journeys[partner.ID].Platform.Customer(ctx, c.Link.Customer)
	if err != nil {
		return err
	}
	mine, err := p.store.ClaimCustomer(ctx, partner.ID, customer.ID)
	if err != nil {
		return err
	}
	if !mine {
		return errors.New("this customer is another partner's")
	}
	token, expires, err := p.links().Make(ctx, session.LinkSpec{Partner: partner.ID, CustomerID: customer.ID, TTL: c.Link.TTL})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s\ngood once, until %s\n", session.LinkURL(c.BaseURL.String(), partner.ID, token), expires.Format(time.RFC3339))
	return err
}
