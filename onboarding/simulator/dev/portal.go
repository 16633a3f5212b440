package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// portal is the child process.
type portal struct {
	command *exec.Cmd
	ended   chan struct{} // closed when it is over
	err     error         // how it ended; to be read after that
}

// startPortal builds the portal, where it was not given one, and starts it. What
// it logs goes to stderr.
func startPortal(ctx context.Context, o options, p places, work string, stderr io.Writer) (*portal, error) {
	binary := o.portalBinary
	if binary == "" {
		binary = filepath.Join(work, "portal")
		if err := build(ctx, binary, stderr); err != nil {
			return nil, err
		}
	}
	partners, err := writePartners(o.data, p, o.origins)
	if err != nil {
		return nil, err
	}
	command := exec.Command(binary, "serve")
	command.Env = environment(o, p, partners)
	command.Stdout, command.Stderr = stderr, stderr
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start the portal: %w", err)
	}
	child := &portal{command: command, ended: make(chan struct{})}
	go func() {
		child.err = command.Wait()
		close(child.ended)
	}()
	return child, nil
}

func build(ctx context.Context, binary string, stderr io.Writer) error {
	where, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return fmt.Errorf("find the module: %w", err)
	}
	command := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	command.Dir = filepath.Dir(strings.TrimSpace(string(where)))
	command.Stdout, command.Stderr = stderr, stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("build the portal: %w", err)
	}
	return nil
}

// environment is the portal's configuration. A PORTAL_ variable of whoever runs
// this is left out: it is meant for another portal.
func environment(o options, p places, partners string) []string {
	var env []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "PORTAL_") {
			env = append(env, variable)
		}
	}
	return append(env,
		"PORTAL_ADDR="+p.PortalAddr,
		"PORTAL_OPS_ADDR="+o.opsAddr,
		"PORTAL_BASE_URL="+p.Portal,
		"PORTAL_IRON_URL="+p.API,
		"PORTAL_IRON_API_KEY="+ironKey,
		"PORTAL_WEBHOOK_SECRETS="+webhookSecret,
		"PORTAL_IDENTITY_ORIGINS="+p.Identity+","+p.identityTwin,
		"PORTAL_DOCUMENT_HOSTS=localhost",
		"PORTAL_DATABASE_URL=sqlite:"+filepath.Join(o.data, "portal.db"),
		"PORTAL_PARTNERS="+partners,
		"PORTAL_RATE_LIMIT="+o.rateLimit,
		"PORTAL_LOG_FORMAT=text",
	)
}

// ready waits until the portal can serve.
func (p *portal) ready(ctx context.Context, origin string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	retry := time.NewTicker(100 * time.Millisecond)
	defer retry.Stop()
	for {
		if answers(ctx, origin+"/readyz") {
			return nil
		}
		select {
		case <-p.ended:
			return fmt.Errorf("the portal did not start: %w", p.reason())
		case <-ctx.Done():
			return errors.New("the portal was not ready in time")
		case <-retry.C:
		}
	}
}

func answers(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// reason is how the portal ended, which without a cause of its own is a problem
// too: it should go on.
func (p *portal) reason() error {
	if p.err == nil {
		return errors.New("exit status 0")
	}
	return p.err
}

func (p *portal) pid() int { return p.command.Process.Pid }

// stop asks the portal to end and insists after a while.
func (p *portal) stop() {
	_ = p.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		_ = p.command.Process.Kill()
		<-p.ended
	}
}
