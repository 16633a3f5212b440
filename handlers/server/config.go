package server

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"portal/onboarding"
	"portal/session"

	"github.com/alecthomas/kong"
)

// config is all that an operator can set, each by an environment variable and by a
// flag, which wins. Secrets can also be named by a file, in the variable with _FILE
// behind its name, so that they need not be in the environment.
type config struct {
	Addr            address             `setting:"PORTAL_ADDR" default:"127.0.0.1:8080" help:"Listen address."`
	OpsAddr         opsAddress          `setting:"PORTAL_OPS_ADDR" default:"127.0.0.1:9090" empty:"off" help:"Listen address of metrics and pprof, never a public one; empty: off."`
	BaseURL         publicURL           `setting:"PORTAL_BASE_URL" default:"http://localhost:8080" help:"The public address, used in links."`
	IronURL         publicURL           `setting:"PORTAL_IRON_URL" default:"https://api.sandbox.iron.xyz/api" help:"Iron's API root."`
	IronAPIKey      session.Secret      `setting:"PORTAL_IRON_API_KEY" help:"Key for Iron, unless the partner has its own."`
	IronAPIVersion  string              `setting:"PORTAL_IRON_API_VERSION" default:"2026-07-01" empty:"not sent" help:"Sent as X-API-Version; empty: not sent."`
	IronTimeout     time.Duration       `setting:"PORTAL_IRON_TIMEOUT" default:"5s" help:"Limit for one call to Iron."`
	WebhookSecrets  session.Secret      `setting:"PORTAL_WEBHOOK_SECRETS" help:"Secrets of Iron's webhooks, newest first, with commas between."`
	DatabaseURL     session.Secret      `setting:"PORTAL_DATABASE_URL" help:"sqlite:PATH, or postgres://user:password@host/name for many replicas. It is sqlite:data/portal.db if not set."`
	RedisURL        session.Secret      `setting:"PORTAL_REDIS_URL" help:"redis://user:password@host:port/number: sessions, limits and live updates of many replicas; in the database if not set."`
	SecretKeys      session.Secret      `setting:"PORTAL_SECRET_KEYS" help:"Base64 keys of 32 bytes, newest first, with commas between. Made and kept beside the SQLite file if not set; required with PostgreSQL."`
	Partners        string              `setting:"PORTAL_PARTNERS" default:"partners.yaml" help:"Path of the partners file."`
	IdentityOrigins onboarding.Origins  `setting:"PORTAL_IDENTITY_ORIGINS" default:"https://*.iron.xyz,https://*.sumsub.com" help:"Origins of the hosted identity pages, those they redirect to included."`
	DocumentHosts   []string            `setting:"PORTAL_DOCUMENT_HOSTS" help:"Hosts whose documents may be fetched for the evidence; empty: any public https host. *.host is every host below it."`
	TrustedProxies  []netip.Prefix      `setting:"PORTAL_TRUSTED_PROXIES" help:"CIDRs whose forwarding headers are believed."`
	RateLimit       factor              `setting:"PORTAL_RATE_LIMIT" default:"1" help:"Multiplies every rate limit; 0 switches them off."`
	LogLevel        slog.Level          `setting:"PORTAL_LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
	LogFormat       logFormat           `setting:"PORTAL_LOG_FORMAT" default:"json" help:"json or text."`
	getenv          func(string) string `kong:"-"`
}

// Types of settings that have a form of their own.
type (
	address    string
	opsAddress string
	publicURL  struct{ *url.URL }
	factor     float64
	logFormat  string
)

// commands is the command line.
type commands struct {
	config `embed:""`

	Serve struct{} `cmd:"" default:"withargs" help:"Serve the portal (what happens without a command)."`
	Link  struct {
		Partner  string        `required:"" help:"The partner's id."`
		Customer string        `required:"" help:"Iron's id of the customer."`
		TTL      time.Duration `default:"10m" help:"How long the link is good for."`
	} `cmd:"" help:"Print a one-time link, for support and QA."`
	Check struct{} `cmd:"" help:"Check the configuration, the database and the key for Iron, and say what is wrong."`
	Audit struct {
		Heads string `type:"path" placeholder:"FILE" help:"Remember in this file how far each chain goes, and say what is missing of it at the next audit. Keep it away from the database."`
	} `cmd:"" help:"Verify the evidence of every consent in the database, and say where it is broken."`
	Health struct{} `cmd:"" help:"Ask the running portal whether it is ready."`
}

// errHelp: the help was asked for and printed.
var errHelp = errors.New("help was printed")

// parse reads the command line and the environment. All settings are read before
// anything is said, so that every problem is reported at once; kong alone stops at
// the first.
func parse(args []string, lookup func(string) (string, bool), stdout io.Writer) (c *commands, command string, err error) {
	c = &commands{}
	c.getenv = withFiles(lookup)
	var problems []error
	helped := false
	parser, err := kong.New(c, append(mappers(&problems),
		kong.Name("portal"), kong.Description("Onboards the customers of Iron's partners."),
		kong.Writers(stdout, stdout), kong.Exit(func(int) { helped = true }),
		kong.Resolvers(environment(lookup, &problems)),
		kong.ValueFormatter(func(v *kong.Value) string {
			return strings.TrimSpace(v.Help + " " + v.Tag.Get("setting"))
		}))...)
	if err != nil {
		return nil, "", err
	}
	context, err := parser.Parse(args)
	if helped {
		return nil, "", errHelp
	}
	if err != nil {
		return nil, "", errors.Join(append(problems, err)...)
	}
	if c.DatabaseURL == "" {
		c.DatabaseURL = "sqlite:data/portal.db"
	}
	if c.BaseURL.URL != nil && c.BaseURL.Path != "" {
		problems = append(problems, errors.New("PORTAL_BASE_URL: must not have a path: the portal needs a host of its own"))
	}
	if c.OpsAddr != "" && string(c.OpsAddr) == string(c.Addr) && !strings.HasSuffix(string(c.Addr), ":0") {
		problems = append(problems, errors.New("PORTAL_OPS_ADDR: must not be the same as PORTAL_ADDR"))
	}
	return c, context.Command(), errors.Join(problems...)
}

// environment gives kong the variables. An empty one counts as not set, except where
// the table of settings gives emptiness a meaning.
func environment(lookup func(string) (string, bool), problems *[]error) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		name := flag.Tag.Get("setting")
		if name == "" {
			return nil, nil
		}
		value, set := lookup(name)
		if file, named := lookup(name + "_FILE"); named && file != "" && flag.Target.Type() == reflect.TypeFor[session.Secret]() {
			if value != "" {
				*problems = append(*problems, fmt.Errorf("%s: set either it or %s_FILE", name, name))
			}
			content, err := os.ReadFile(file)
			if err != nil {
				*problems = append(*problems, fmt.Errorf("%s_FILE: %w", name, err))
			}
			value, set = strings.TrimSpace(string(content)), true
		}
		if !set || value == "" && !flag.Tag.Has("empty") {
			return nil, nil
		}
		return value, nil
	})
}

// withFiles reads a variable that the partners file names, or the file that the
// variable with _FILE behind its name names.
func withFiles(lookup func(string) (string, bool)) func(string) string {
	return func(name string) string {
		if value, _ := lookup(name); value != "" {
			return value
		}
		file, _ := lookup(name + "_FILE")
		if file == "" {
			return ""
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return "" // reported as missing, with the variable's name
		}
		return strings.TrimSpace(string(content))
	}
}

func mappers(problems *[]error) []kong.Option {
	return []kong.Option{
		setting(problems, parseAddress),
		setting(problems, parseOpsAddress),
		setting(problems, parsePublicURL),
		setting(problems, parseTimeout),
		setting(problems, func(s string) (session.Secret, error) { return session.Secret(s), nil }),
		setting(problems, func(s string) (onboarding.Origins, error) { return onboarding.ParseOrigins(list(s)) }),
		setting(problems, parseHosts),
		setting(problems, parsePrefixes),
		setting(problems, parseFactor),
		setting(problems, parseLevel),
		setting(problems, parseFormat),
	}
}

// setting lets kong read a type by a function, whose error is kept for later.
func setting[T any](problems *[]error, parse func(string) (T, error)) kong.Option {
	return kong.TypeMapper(reflect.TypeFor[T](), kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
		var raw string
		if err := ctx.Scan.PopValueInto(ctx.Value.Name, &raw); err != nil {
			return err
		}
		value, err := parse(raw)
		if err != nil {
			name := ctx.Value.Tag.Get("setting")
			if name == "" {
				return err
			}
			*problems = append(*problems, fmt.Errorf("%s: %w", name, err))
			return nil
		}
		target.Set(reflect.ValueOf(value))
		return nil
	}))
}

func list(s string) []string {
	var parts []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func parseAddress(s string) (address, error) {
	if _, port, err := net.SplitHostPort(s); err != nil || port == "" {
		return "", errors.New("must be like 127.0.0.1:8080")
	}
	return address(s), nil
}

// parseOpsAddress refuses what the whole world could reach: pprof shows the memory.
func parseOpsAddress(s string) (opsAddress, error) {
	if s == "" {
		return "", nil
	}
	host, port, err := net.SplitHostPort(s)
	if err != nil || port == "" {
		return "", errors.New("must be like 127.0.0.1:9090")
	}
	ip, err := netip.ParseAddr(host)
	if onboarding.Loopback(host) || err == nil && (ip.IsPrivate() || ip.IsLinkLocalUnicast()) {
		return opsAddress(s), nil
	}
	return "", errors.New("must be a loopback or private address: what it serves is not for everybody")
}

func parsePublicURL(s string) (publicURL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return publicURL{}, errors.New("must be like https://portal.example, without user, query or fragment")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return publicURL{u}, nil
}

func parseTimeout(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, errors.New("must be a time like 5s or 10m")
	}
	return d, nil
}

func parseHosts(s string) ([]string, error) {
	for _, host := range list(s) {
		// "*" alone would be every host: that is what an empty list says.
		if name := strings.TrimPrefix(host, "*."); name == "" || strings.ContainsAny(name, "/:@ *") {
			return nil, fmt.Errorf("%q must be a host name alone, or *. and a host name", host)
		}
	}
	return list(s), nil
}

func parsePrefixes(s string) ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	for _, entry := range list(s) {
		p, err := netip.ParsePrefix(entry)
		if ip, ipErr := netip.ParseAddr(entry); err != nil && ipErr == nil {
			p, err = netip.PrefixFrom(ip, ip.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q must be like 10.0.0.0/8", entry)
		}
		prefixes = append(prefixes, p)
	}
	return prefixes, nil
}

func parseFactor(s string) (factor, error) {
	var f float64
	if _, err := fmt.Sscanf(s+"\n", "%g\n", &f); err != nil || f < 0 || f > 1e6 {
		return 0, errors.New("must be a number from 0 up")
	}
	return factor(f), nil
}

func parseLevel(s string) (slog.Level, error) {
	var level slog.Level
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, s) {
		return level, errors.New("must be debug, info, warn or error")
	}
	return level, level.UnmarshalText([]byte(s))
}

func parseFormat(s string) (logFormat, error) {
	if s != "json" && s != "text" {
		return "", errors.New("must be json or text")
	}
	return logFormat(s), nil
}
