package handlers

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/labstack/echo/v4"
)

// alive says that the process runs, and nothing about what it depends on: starting it
// anew mends no database.
func (h *handlers) alive(w http.ResponseWriter, _ *http.Request) {
	h.plain(w, http.StatusOK, "ok\n")
}

// ready says whether requests should be sent here. Iron being down is no reason not
// to: the pages say so better than a load balancer would.
func (h *handlers) ready(w http.ResponseWriter, r *http.Request) {
	if !h.Ready() {
		h.plain(w, http.StatusServiceUnavailable, "stopping\n")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if err := h.Records.Ping(ctx); err != nil {
		h.Logger.ErrorContext(ctx, "not ready", "error", err)
		h.plain(w, http.StatusServiceUnavailable, "a store does not answer\n")
		return
	}
	h.plain(w, http.StatusOK, "ready\n")
}

func (h *handlers) plain(w http.ResponseWriter, status int, text string) {
	protectAny(w.Header(), h.https)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // whoever asked has gone: nobody is left to be told
}

// files gives the assets the headers that everything has.
func (h *handlers) files(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protectAny(w.Header(), h.https)
		next.ServeHTTP(w, r)
	})
}

// addressOf tells a visitor's network address: the connection's own, unless that is
// a proxy that is trusted to say whose it passes on.
func addressOf(trusted []netip.Prefix) echo.IPExtractor {
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, prefix := range trusted {
		options = append(options, echo.TrustIPRange(ipNet(prefix)))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

func ipNet(p netip.Prefix) *net.IPNet {
	p = p.Masked()
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}
