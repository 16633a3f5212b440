# make dev shows the portal working; make test runs every test. Both install what
# they need where they may, or say in one line what to install.
GO          ?= go
LINT         = $(GO) tool -modfile=.tools/lint/go.mod golangci-lint
GOTESTSUM    = $(GO) tool -modfile=.tools/gotestsum/go.mod gotestsum
BROWSER      = handlers/browser

.DEFAULT_GOAL := help
.PHONY: help dev test test-go test-browser soak bench verify generate fmt lint race fuzz screenshots image build

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

dev: ## everything to try the portal on this machine: a stand-in for Iron, and the portal
	@$(GO) run ./onboarding/simulator/dev

test: test-go test-browser ## every test (installs browsers, Node.js, PostgreSQL, Redis, nginx and Caddy where it may)

test-go: ## the tests in Go (installs PostgreSQL, Redis, nginx and Caddy where it may)
	@.ci/need initdb redis-server
	@.ci/need nginx caddy || true
	$(GOTESTSUM) --format pkgname-and-test-fails -- -count=1 ./...

test-browser: ## the tests in real browsers; those of Firefox and WebKit are skipped without them
	@.ci/need chromium node npm openssl
	@.ci/need firefox-esr WebKitWebDriver Xvfb || true
	cd .tools/observatory && npm ci --no-audit --no-fund --silent
	cd $(BROWSER) && npm ci --no-audit --no-fund --silent && npm test

soak: ## the long runs of what breaks the portal: a quarter of an hour
	@.ci/need initdb redis-server
	SOAK=1 $(GO) test -count=1 -timeout 60m -v ./handlers/server/faults

bench: ## what it costs, beside Node.js and net/http, as a table: four minutes
	@.ci/need node initdb
	BENCH=1 $(GO) test -count=1 -timeout 20m -v -run TestWhatItCosts ./handlers/server/bench

verify: ## what must hold beside the tests: formatting, generated code, linters
	@.ci/generated
	$(LINT) run ./...

generate: ## write the generated code anew
	$(GO) tool templ generate -path .

fmt: ## format all code
	$(GO) tool templ fmt .
	$(LINT) fmt ./...

lint: ## linters only
	$(LINT) run ./...

race: ## the tests in Go under the race detector
	$(GO) test -race -count=1 ./...

fuzz: ## each fuzz target for half a minute
	@.ci/fuzz 30s

screenshots: ## the README's pictures, from the real pages
	@.ci/need chromium node npm
	cd $(BROWSER) && npm ci --no-audit --no-fund --silent && npm run screenshots

build: ## the product: one static binary, ./portal
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o portal .

image: ## the container image
	docker build -t onboarding-portal .
