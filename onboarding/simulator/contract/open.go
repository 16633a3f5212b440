package contract

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// Checker checks for one test.
type Checker struct {
	t testing.TB
	*document
}

// document is Iron's API document, ready to check with; reading it takes most of
// a second, so a test binary does it once.
type document struct {
	model     *v3.Document
	validator validator.Validator
	schemas   schema_validation.SchemaValidator
}

// Open reads Iron's API document from the path in IRON_OPENAPI, or from where it
// lies beside a checkout. Where it is missing the test is skipped, or fails if
// REQUIRE_IRON_OPENAPI is 1.
func Open(t testing.TB) *Checker {
	t.Helper()
	path, found := locate()
	if !found {
		missing := "Iron's API document is not at " + path + ": the check against it is left out (set IRON_OPENAPI)"
		if os.Getenv("REQUIRE_IRON_OPENAPI") == "1" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	loaded, err := load(path)
	if err != nil {
		t.Fatal(err)
	}
	return &Checker{t: t, document: loaded}
}

func locate() (path string, found bool) {
	path = os.Getenv("IRON_OPENAPI")
	if path == "" {
		path = filepath.Join(moduleRoot(), "..", "shared", "iron", "openapi.yml")
	}
	_, err := os.Stat(path)
	return path, err == nil
}

// moduleRoot is found from the working directory, which for a test is its package.
func moduleRoot() string {
	here, err := os.Getwd()
	if err != nil {
		return "."
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return here
		}
	}
}

var (
	loading sync.Mutex
	loaded  = map[string]*document{}
)

func load(path string) (*document, error) {
	loading.Lock()
	defer loading.Unlock()
	if d, ok := loaded[path]; ok {
		return d, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	parsed, err := libopenapi.NewDocument(raw)
	if err != nil {
		return nil, fmt.Errorf("contract: parse %s: %w", path, err)
	}
	model, err := parsed.BuildV3Model()
	if err != nil {
		return nil, fmt.Errorf("contract: build the model of %s: %w", path, err)
	}
	options := []config.Option{
		config.WithFormatAssertions(), // uuid and date-time are only decoration otherwise
		config.WithStrictMode(),
		config.WithStrictIgnoredHeadersExtra(unlistedHeaders...),
		config.WithStrictIgnorePaths(beyond...),
	}
	d := &document{
		model:     &model.Model,
		validator: validator.NewValidatorFromV3Model(&model.Model, options...),
		schemas:   schema_validation.NewSchemaValidator(options...),
	}
	loaded[path] = d
	return d, nil
}

// beyond are the places where a field that the document does not know at that
// spot is no mistake.
var beyond = []string{
	"$.body.content_type", // of a signing: Iron's onboarding guide asks for it
	// Alternatives without a tag: the first that fits is taken, with the fields of
	// the others unknown to it. Steps are checked apart, in steps.go.
	"$.body.type", "$.body.with_edd",
	"$.body.currencies[*].currency.*",
	"$.body.step_status.*", "$.body.items[*].step_status.*",
}

// unlistedHeaders are those that Iron's API takes or gives although its document
// does not list them with each call.
var unlistedHeaders = []string{"x-api-key", "retry-after", "traceparent", "tracestate"}
