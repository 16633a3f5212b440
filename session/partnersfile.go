package session

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// partnersFile is the file as it is written.
type partnersFile struct {
	Partners []partnerEntry `yaml:"partners"`
}

type partnerEntry struct {
	ID               string       `yaml:"id"`
	Name             string       `yaml:"name"`
	APIKeyHashes     []string     `yaml:"api_key_hashes"`
	Origins          []string     `yaml:"origins"`
	ReturnURLs       []string     `yaml:"return_urls"`
	IronAPIKeyEnv    string       `yaml:"iron_api_key_env"`
	IronSubPartnerID string       `yaml:"iron_sub_partner_id"`
	SignUp           bool         `yaml:"sign_up"`
	Support          supportEntry `yaml:"support"`
	Brand            brandEntry   `yaml:"brand"`
	Locale           string       `yaml:"locale"`
}

type supportEntry struct {
	Email string `yaml:"email"`
	URL   string `yaml:"url"`
}

type brandEntry struct {
	Accent string `yaml:"accent"`
	Logo   string `yaml:"logo"`
	Theme  string `yaml:"theme"`
}

// ReadPartners reads the partners file. The error lists all that is wrong, one line
// each with its place in the file. getenv gives the values of iron_api_key_env.
func ReadPartners(path string, getenv func(string) string) (*Partners, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("partners file: %w", err)
	}
	return ParsePartners(path, data, getenv)
}

// ParsePartners is ReadPartners for a file that was read already, under the name
// that the error is to call it by.
func ParsePartners(name string, data []byte, getenv func(string) string) (*Partners, error) {
	r := &partnersReader{name: name, getenv: getenv, lines: map[string]int{}}
	file, err := parser.ParseBytes(data, 0)
	var body ast.Node
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %s", name, yaml.FormatError(err, false, false))
	case len(file.Docs) > 1:
		return nil, fmt.Errorf("%s: there is more than one document", name)
	case len(file.Docs) == 1 && file.Docs[0].Body != nil:
		body = file.Docs[0].Body
		ast.Walk(lineNotes(r.lines), body)
	}
	var entries partnersFile
	if err := yaml.UnmarshalWithOptions(data, &entries, yaml.Strict()); err != nil {
		// The decoder stops at the first problem; whoever has made three of them is told
		// of three.
		before := len(r.problems)
		entries = r.piecemeal(body)
		if len(r.problems) == before {
			r.problems = append(r.problems, fmt.Errorf("%s: %s", name, yaml.FormatError(err, false, false)))
		}
	}
	partners := r.check(entries)
	if len(r.problems) > 0 {
		return nil, errors.Join(r.problems...)
	}
	return partners, nil
}

// partnersReader collects what is wrong with a file.
type partnersReader struct {
	name     string
	getenv   func(string) string
	lines    map[string]int // by the path of a value, like $.partners[0].origins[1]
	problems []error
}

// problem notes what is wrong at a path, or at what holds it if it isn't there.
func (r *partnersReader) problem(path, format string, args ...any) {
	where := r.name
	for at := path; at != ""; at = at[:max(0, strings.LastIndexAny(at, ".["))] {
		if line, ok := r.lines[at]; ok {
			where = fmt.Sprintf("%s:%d", r.name, line)
			break
		}
	}
	r.problems = append(r.problems, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...)))
}

// lineNotes visits a document and notes the line of each path.
type lineNotes map[string]int

func (n lineNotes) Visit(node ast.Node) ast.Visitor {
	if token := node.GetToken(); token != nil && token.Position != nil {
		if _, known := n[node.GetPath()]; !known {
			n[node.GetPath()] = token.Position.Line
		}
	}
	return n
}

// piecemeal decodes a file that as a whole can't be: each field of each partner by
// itself, with a problem for each that isn't known or is of the wrong kind.
func (r *partnersReader) piecemeal(body ast.Node) (file partnersFile) {
	for _, top := range fieldsOf(body) {
		if key := top.Key.String(); key != "partners" {
			r.problem(top.GetPath(), "unknown field %q", key)
			continue
		}
		list, ok := top.Value.(*ast.SequenceNode)
		if !ok {
			r.problem(top.GetPath(), "partners must be a list")
			continue
		}
		for i, node := range list.Values {
			var p partnerEntry
			r.fields(node, reflect.TypeFor[partnerEntry](), fmt.Sprintf("partner %d", i+1), &p)
			file.Partners = append(file.Partners, p)
		}
	}
	return file
}

// fields decodes each field of a mapping into the struct behind target.
func (r *partnersReader) fields(node ast.Node, shape reflect.Type, label string, target any) {
	if node.Type() != ast.NullType && fieldsOf(node) == nil {
		r.problem(node.GetPath(), "%s: must be fields with values", label)
	}
	for _, field := range fieldsOf(node) {
		key := field.Key.String()
		known, ok := fieldFor(shape, key)
		if !ok {
			r.problem(field.GetPath(), "%s: unknown field %q", label, key)
			continue
		}
		if known.Type.Kind() == reflect.Struct {
			part := reflect.ValueOf(target).Elem().FieldByIndex(known.Index).Addr().Interface()
			r.fields(field.Value, known.Type, label+": "+key, part)
			continue
		}
		alone := ast.Mapping(field.GetToken(), false, field)
		if err := yaml.NodeToValue(alone, target); err != nil {
			r.problem(field.GetPath(), "%s: %s: must be %s", label, key, kindName(known.Type))
		}
	}
}

func fieldsOf(node ast.Node) []*ast.MappingValueNode {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

func fieldFor(shape reflect.Type, key string) (reflect.StructField, bool) {
	for i := range shape.NumField() {
		if field := shape.Field(i); field.Tag.Get("yaml") == key {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "a list"
	case reflect.Bool:
		return "true or false"
	default:
		return "text"
	}
}
