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
	IronKey     string      `json:"iron_api_key"`
	Partners    []demoPlace `json:"partners"`
	Data        string      `json:"data"`
	PID         int         `json:"portal_pid"`

	identityTwin string // the same hosted pages as another origin, to redirect through
}

type demoPlace struct {
	ID     string `json:"id"`
	APIKey string `json:"api_key"`
	URL    string `json:"url"`
}

func placesAt(public, identity, portal string) places {
	p := places{
		ControlRoom: origin("localhost", public), Identity: origin("localhost", identity),
		Portal: origin("localhost", portal), PortalAddr: portal, IronKey: ironKey,
		identityTwin: origin("127.0.0.1", identity),
	}
	p.API = p.ControlRoom + "/api"
	for _, partner := range demoPartners {
		p.Partners = append(p.Partners, demoPlace{partner.id, partner.apiKey, p.Portal + "/p/" + partner.id + "/"})
	}
	return p
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

  The rest:

    Sign up         %s
    Portal          %s
    Iron's API      %s
    Identity pages  %s

  The partner API takes these keys, which are fixed and for trying out only:

`, p.ControlRoom, p.Partners[0].URL, p.Portal, p.API, p.Identity)
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
