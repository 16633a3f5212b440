package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "dev:", err)
		os.Exit(1)
	}
}

// options are the command's flags.
type options struct {
	portalAddr, partnerAddr     string
	simulatorAddr, identityAddr string
	opsAddr                     string
	portalBinary                string // empty: built
	withoutPortal               bool
	data                        string // empty: a directory that goes at the end
	rateLimit                   string
	origins                     []string // further pages that may embed the portal
	json                        bool
	front                       front
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("dev", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.portalAddr, "portal-addr", "127.0.0.1:8080", "where the portal listens")
	flags.StringVar(&o.partnerAddr, "partner-addr", "127.0.0.1:8092", "where the partners' demo site listens")
	flags.StringVar(&o.simulatorAddr, "simulator-addr", "127.0.0.1:8090", "where the control room and Iron's API listen")
	flags.StringVar(&o.identityAddr, "identity-addr", "127.0.0.1:8091", "where the hosted identity pages listen")
	flags.StringVar(&o.opsAddr, "ops-addr", "", "where the portal's metrics listen; empty: off")
	flags.StringVar(&o.portalBinary, "portal", "", "a portal that is built already")
	flags.BoolVar(&o.withoutPortal, "without-portal", false, "start the simulator only, for a portal that runs elsewhere, at -portal-addr")
	flags.StringVar(&o.data, "data", "", "directory for the portal's database; empty: a fresh one that goes at the end")
	// A tester opens in a minute what a customer opens in a week.
	flags.StringVar(&o.rateLimit, "rate-limit", "20", "the portal's PORTAL_RATE_LIMIT; 1 is the product's own, 0 switches limits off")
	flags.Func("origin", "origin whose pages may embed the portal; may be given again", func(origin string) error {
		o.origins = append(o.origins, strconv.Quote(origin))
		return nil
	})
	o.front.flags(flags)
	flags.BoolVar(&o.json, "json", false, "print one line of JSON when ready, and end with standard input")
	return o, flags.Parse(args)
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.json {
		go func() {
			_, _ = io.Copy(io.Discard, stdin)
			cancel()
		}()
	}
	work, err := os.MkdirTemp("", "portal-dev-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if o.data == "" {
		o.data = filepath.Join(work, "data")
	}
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return err
	}

	places, servers, err := serve(ctx, o)
	if err != nil {
		return err
	}
	defer servers.stop()
	if o.withoutPortal {
		if err := places.announce(stdout, o.json); err != nil {
			return err
		}
		<-ctx.Done()
		return nil
	}
	child, err := startPortal(ctx, o, places, work, stderr)
	if err != nil {
		return err
	}
	defer child.stop()
	if err := child.ready(ctx, "http://"+places.PortalAddr); err != nil {
		if ctx.Err() != nil {
			return nil // whoever started this has changed their mind
		}
		return err
	}
	places.PID = child.pid()
	if err := places.announce(stdout, o.json); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case <-child.ended:
		return fmt.Errorf("the portal has stopped: %w", child.reason())
	}
}
