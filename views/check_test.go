package views

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// page is a rendered page as a browser reads it.
type page struct {
	t    *testing.T
	root *html.Node
	text string
}

func rendered(t *testing.T, s Sample, p Page) page {
	t.Helper()
	made := mustRender(s, p)
	made.t = t
	return made
}

func mustRender(s Sample, p Page) page {
	var out bytes.Buffer
	if err := s.Render(p).Render(context.Background(), &out); err != nil {
		panic(fmt.Sprintf("%s: %v", s.Name, err))
	}
	root, err := html.Parse(bytes.NewReader(out.Bytes()))
	if err != nil {
		panic(fmt.Sprintf("%s: %v", s.Name, err))
	}
	return page{root: root, text: out.String()}
}

// sample is the rendering of one sample in English.
func sample(t *testing.T, name string) page {
	t.Helper()
	for _, s := range Samples() {
		if s.Name == name {
			return rendered(t, s, SamplePage("en", "auto"))
		}
	}
	t.Fatalf("no sample is called %s", name)
	return page{}
}

// all returns the elements for which is holds, in the order of the page.
func (p page) all(is func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			found = append(found, n)
		}
	}
	return found
}

func (p page) tags(names ...string) []*html.Node {
	return p.all(func(n *html.Node) bool { return slices.Contains(names, n.Data) })
}

func (p page) with(attribute string) []*html.Node {
	return p.all(func(n *html.Node) bool { _, ok := lookup(n, attribute); return ok })
}

// one is the only element with an attribute of this value.
func (p page) one(attribute, value string) *html.Node {
	p.t.Helper()
	found := p.all(func(n *html.Node) bool { return attr(n, attribute) == value })
	if len(found) != 1 {
		p.t.Fatalf("%d elements have %s=%q", len(found), attribute, value)
	}
	return found[0]
}

func lookup(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func attr(n *html.Node, name string) string {
	value, _ := lookup(n, name)
	return value
}

// textOf is the words in an element, with single spaces.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func inside(n *html.Node, is func(*html.Node) bool) *html.Node {
	for up := range n.Ancestors() {
		if up.Type == html.ElementNode && is(up) {
			return up
		}
	}
	return nil
}
