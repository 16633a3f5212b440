package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
)

// places are the addresses of everything, as a browser on this machine uses them.
type places struct {
	ControlRoom string      `json:"control_room"`
	API         string      `json:"api"`
	Identity    string      `json:"identity"`
	Portal      string      `json:"portal"`
	PortalAddr  string      `json:"portal_addr"`
	Bank        string      `json:"bank"`
	IronKey     string      `json:"iron_api_key"`
	Partners    []demoPlace `json:"partners"`
	Data        string      `json:"data"`
	PID         int         `json:"portal_pid"`

	SimulatorAddr string `json:"simulator_addr"`
	IdentityAddr  string `json:"identity_addr"`

	identityTwin string // the same hosted pages as another origin, to redirect through
	documents    string // the origin of the documents to sign
}

type demoPlace struct {
	ID     string `json:"id"`
	APIKey string `json:"api_key"`
	URL    string `json:"url"`
	Bank   string `json:"bank"` // its own site, which has the portal in it
}

// addresses are where everything listens.
type addresses struct{ public, identity, partner, portal string }

// placesAt names the partners' site by its number: browsers take localhost and
// 127.0.0.1 for two sites, as a partner's and the portal's are.
func placesAt(a addresses) places {
	p := places{
		ControlRoom: origin("localhost", a.public), Identity: origin("localhost", a.identity),
		Portal: origin("localhost", a.portal), PortalAddr: a.portal, IronKey: ironKey,
		Bank: origin("127.0.0.1", a.partner), identityTwin: origin("127.0.0.1", a.identity),
		SimulatorAddr: a.public, IdentityAddr: a.identity,
	}
	p.API, p.documents = p.ControlRoom+"/api", p.ControlRoom
	p.namePartners()
	return p
}

func (p *places) namePartners() {
	p.Partners = nil
	for _, partner := range demoPartners {
		p.Partners = append(p.Partners, demoPlace{
			ID: partner.id, APIKey: partner.apiKey, URL: p.Portal + "/p/" + partner.id + "/", Bank: p.Bank + "/" + partner.id + "/",
		})
	}
}

// origin names a loopback listener. localhost it is where it can be: browsers
// give it what they else give to https alone, and cookies go by the name.
func origin(name, addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || ip != nil && !ip.IsLoopback() {
		return "http://" + addr
	}
	return "http://" + net.JoinHostPort(name, port)
}

// announce says that everything is ready, to a person or to a test.
func (p places) announce(w io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(p)
	}
	return p.print(w)
}

func (p places) print(w io.Writer) error {
	_, err := fmt.Fprintf(w, `
  Everything is running. Start here:

    Control room    %s
                    pick a scenario, and the customer opens in the portal
    Demo bank       %s
                    a partner's own site, with the portal in its page

  The rest:

    Sign up         %s
    Portal          %s
    Iron's API      %s
    Identity pages  %s

  The partner API takes these keys, which are fixed and for trying out only:

`, p.ControlRoom, p.Bank, p.Partners[0].URL, p.Portal, p.API, p.Identity)
	for _, partner := range p.Partners {
		if err == nil {
			_, err = fmt.Fprintf(w, "    %-15s %s\n", partner.ID, partner.APIKey)
		}
	}
	if err == nil {
		_, err = fmt.Fprint(w, "\n  Ctrl-C stops it all.\n\n")
	}
	return err
}
