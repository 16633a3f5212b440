package handlers

import (
	"context"
	"net/http"
	"strings"
	"time"

	"portal/onboarding/live"
)

// events is the stream that tells a page of what changes. Whoever has no session is
// told so and not led anywhere: a stream can't follow.
func (v *visit) events() error {
	if err := v.identify(); err != nil {
		return err
	}
	if !v.signedIn {
		return v.c.NoContent(http.StatusUnauthorized)
	}
	return v.stream(v.who.CustomerID, live.Seat{Session: v.who.SessionID, Until: v.who.ExpiresAt})
}

// stream begins one about a customer, in a seat that says when it ends.
func (v *visit) stream(customerID string, seat live.Seat) error {
	progress, err := v.journey.Progress(live.Patience(v.c.Request().Context(), live.Polling), customerID)
	if err != nil {
		return fromJourney(err)
	}
	// The id is a part of the session's bytes, which would be kept along with it.
	who := live.Who{Partner: v.partner.ID, Customer: strings.Clone(customerID)}
	seat.Who = who
	s := stream{
		seat:  seat,
		first: append(live.Hello(), live.Event(string(progress.Stage), string(progress.State))...),
		known: v.h.News.Known(who),
	}
	if v.c.Request().ProtoMajor == 1 {
		return v.stand(s)
	}
	return v.sit(s)
}

// stream is one that is about to begin.
type stream struct {
	seat  live.Seat
	first []byte
	known string // the version of the facts that first is about
}

const eventStream = "text/event-stream"

// streamHeader is that of a stream. X-Accel-Buffering tells nginx to pass on what
// comes, as it comes.
func streamHeader(h http.Header) {
	h.Set("Content-Type", eventStream)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
}

// stand takes the connection off the server: waiting then costs no goroutine and none
// of the server's buffers.
func (v *visit) stand(s stream) error {
	conn, buffered, err := http.NewResponseController(v.c.Response()).Hijack()
	if err != nil {
		return v.sit(s)
	}
	v.c.Response().Committed = true
	header := v.c.Response().Header()
	streamHeader(header)
	header.Set("Connection", "close") // its end is the stream's end
	_ = conn.SetDeadline(time.Now().Add(streamPatience))
	_, _ = buffered.WriteString("HTTP/1.1 200 OK\r\n")
	_ = header.Write(buffered)
	_, _ = buffered.WriteString("\r\n")
	_, _ = buffered.Write(s.first)
	if err := buffered.Flush(); err != nil {
		_ = conn.Close()
		return nil // the browser has gone
	}
	_ = conn.SetDeadline(time.Time{}) // from now on no write waits
	s.seat.Stream = live.Detach(conn)
	v.wait(s)
	return nil
}

// sit keeps the handler waiting, where the connection carries other requests too
// (HTTP/2) or can't be had.
func (v *visit) sit(s stream) error {
	pipe := live.NewPipe()
	s.seat.Stream = pipe
	writer := http.NewResponseController(v.c.Response())
	streamHeader(v.c.Response().Header())
	v.c.Response().WriteHeader(http.StatusOK)
	waiter, ok := v.wait(s)
	if !ok {
		return nil
	}
	defer v.h.News.Hub.Leave(waiter)
	for events, open := s.first, true; open; {
		_ = writer.SetWriteDeadline(time.Now().Add(streamPatience))
		if _, err := v.c.Response().Write(events); err != nil || writer.Flush() != nil {
			return nil // the browser has gone
		}
		// Over HTTP/2 a deadline that passes ends the stream, whether or not it writes.
		_ = writer.SetWriteDeadline(time.Time{})
		select {
		case <-pipe.More:
			events, open = pipe.Take()
		case <-v.c.Request().Context().Done():
			return nil
		}
	}
	return nil
}

// streamPatience is how long a browser may take to accept an event.
const streamPatience = 10 * time.Second

// wait seats a stream. What has changed since its first event was made is told now, as
// whoever had that news found nobody here.
func (v *visit) wait(s stream) (*live.Waiter, bool) {
	waiter, ok := v.h.News.Hub.Wait(s.seat)
	if ok && v.h.News.Known(s.seat.Who) != s.known {
		v.h.News.Remind(v.c.Request().Context(), s.seat.Who)
	}
	return waiter, ok
}

// aside lets what a page's script asks by itself be answered with what is known.
func (v *visit) aside() context.Context {
	ctx := v.c.Request().Context()
	if v.c.Request().Header.Get(pollHeader) != "" {
		return live.Patience(ctx, live.Polling)
	}
	return ctx
}
