package main

import (
	"flag"
	"strings"
)

// front is what stands before all this where browsers come by other addresses than
// the listeners' own, such as a proxy that speaks TLS. Empty: nothing does.
type front struct {
	portal, documents, partner string
	identity                   []string // the second is another origin of the same pages
}

func (f *front) flags(flags *flag.FlagSet) {
	flags.StringVar(&f.portal, "portal-url", "", "the portal's public address, where a proxy stands before it")
	flags.StringVar(&f.partner, "partner-url", "", "the public address of the partners' demo site")
	flags.StringVar(&f.documents, "documents-url", "", "the public address of the documents")
	flags.Func("identity-url", "the public address of the hosted identity pages; a second one is another origin of theirs", func(s string) error {
		f.identity = append(f.identity, strings.TrimSuffix(s, "/"))
		return nil
	})
}

// standBehind puts the front's addresses where browsers are sent. Programs go on
// asking each other at the listeners'.
func (p *places) standBehind(f front) {
	if f.partner != "" {
		p.Bank = strings.TrimSuffix(f.partner, "/")
		p.namePartners()
	}
	if f.portal != "" {
		p.Portal = strings.TrimSuffix(f.portal, "/")
		p.namePartners()
	}
	if f.documents != "" {
		p.documents = strings.TrimSuffix(f.documents, "/")
	}
	if len(f.identity) > 0 {
		p.Identity, p.identityTwin = f.identity[0], f.identity[len(f.identity)-1]
	}
}
