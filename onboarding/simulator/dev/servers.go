package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"portal/onboarding/simulator"
	"portal/onboarding/simulator/bank"
	"portal/onboarding/simulator/port"
)

// servers are the listeners of this process: all but the portal.
type servers struct {
	all     []*http.Server
	cancel  context.CancelFunc
	release func() error // of the portal's port
}

// serve opens the simulator's two origins and the partners' site, and names every
// address.
func serve(ctx context.Context, o options) (places, *servers, error) {
	public, identity, partner, err := listen(o)
	if err != nil {
		return places{}, nil, err
	}
	portalAddr, release, err := holdAddr(o.portalAddr)
	if err != nil {
		return places{}, nil, errors.Join(err, public.Close(), identity.Close(), partner.Close())
	}
	p := placesAt(addresses{
		public: public.Addr().String(), identity: identity.Addr().String(), partner: partner.Addr().String(), portal: portalAddr,
	})
	inside := p.Portal // the room asks the portal's API from this machine
	p.standBehind(o.front)
	p.Data = o.data

	sim := simulator.New(simulator.Options{
		APIKeys: []string{ironKey}, PublicURL: p.documents, IdentityURL: p.Identity, Logger: slog.Default(),
	})
	// Streams end with the context; Shutdown alone would wait for them for ever.
	ctx, cancel := context.WithCancel(ctx)
	go sim.Run(ctx)
	go sim.SendWebhooks(ctx, simulator.WebhookTarget{URL: "http://" + p.PortalAddr + "/webhooks/iron", Secret: webhookSecret})
	s := &servers{cancel: cancel, release: release}
	s.open(ctx, public, sim.Public(simulator.RoomOptions{PortalURL: inside, BankURL: p.Bank, Partners: roomPartners()}))
	s.open(ctx, identity, sim.Identity())
	s.open(ctx, partner, bank.New(bank.Options{URL: p.Bank, PortalURL: p.Portal, ControlRoomURL: p.ControlRoom, Houses: houses()}))
	return p, s, nil
}

func listen(o options) (public, identity, partner net.Listener, err error) {
	var open [3]net.Listener
	for i, addr := range []string{o.simulatorAddr, o.identityAddr, o.partnerAddr} {
		if open[i], err = net.Listen("tcp", addr); err != nil {
			for _, listener := range open[:i] {
				_ = listener.Close()
			}
			return nil, nil, nil, err
		}
	}
	return open[0], open[1], open[2], nil
}

func (s *servers) open(ctx context.Context, listener net.Listener, handler http.Handler) {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	s.all = append(s.all, server)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("a listener has ended", "address", listener.Addr().String(), "error", err)
		}
	}()
}

func (s *servers) stop() {
	s.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	for _, server := range s.all {
		if server.Shutdown(ctx) != nil {
			_ = server.Close()
		}
	}
	_ = s.release()
}

// holdAddr finds a port where the address names none, and keeps it for the portal, which
// starts after the servers.
func holdAddr(addr string) (held string, release func() error, err error) {
	host, number, err := net.SplitHostPort(addr)
	if err != nil || number != "0" {
		return addr, func() error { return nil }, err
	}
	return port.Hold(host)
}
