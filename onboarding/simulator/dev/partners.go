package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"portal/onboarding/simulator"
	"portal/onboarding/simulator/bank"
)

// ironKey is the one key that the simulator takes here.
const ironKey = "iron-simulator-key-for-trying-out"

// webhookSecret signs the simulator's webhooks.
const webhookSecret = "webhook-secret-for-trying-out"

// demoPartner is a partner of the portal that exists for trying out. Its key is
// written down here for everybody to read, so it must never be used elsewhere.
type demoPartner struct {
	id, name, apiKey string
	accent, locale   string
	signUp           bool
}

var demoPartners = []demoPartner{
	{id: "acme", name: "Acme Pay", apiKey: "acme-key-for-trying-out-only", accent: "#0b5fff", locale: "en", signUp: true},
	{id: "northwind", name: "Northwind Bank", apiKey: "northwind-key-for-trying-out-only", accent: "#0f766e", locale: "de"},
}

// writePartners writes the portal's partners file. Beside the demo site, pages of the
// given origins, which are quoted, may embed the portal.
func writePartners(dir string, p places, origins []string) (path string, err error) {
	var b strings.Builder
	listed := append([]string{strconv.Quote(p.Bank)}, origins...)
	b.WriteString("# Made by make dev. The keys are public and for trying out only.\npartners:\n")
	for _, partner := range demoPartners {
		sum := sha256.Sum256([]byte(partner.apiKey))
		fmt.Fprintf(&b, `  - id: %s
    name: %s
    api_key_hashes: ["sha256:%s"]
    origins: [%s]
    return_urls: ["%s", "%s/*"]
    sign_up: %t
    support: {email: "help@%s.example", url: "https://%s.example/help"}
    brand: {accent: "%s", theme: auto}
    locale: %s
`, partner.id, partner.name, hex.EncodeToString(sum[:]), strings.Join(listed, ", "),
			partner.house().Done(p.Bank), p.ControlRoom, partner.signUp,
			partner.id, partner.id, partner.accent, partner.locale)
	}
	path = filepath.Join(dir, "partners.yaml")
	return path, os.WriteFile(path, []byte(b.String()), 0o600)
}

func roomPartners() []simulator.RoomPartner {
	var partners []simulator.RoomPartner
	for _, p := range demoPartners {
		partners = append(partners, simulator.RoomPartner{ID: p.id, Name: p.name, APIKey: p.apiKey, IronKey: ironKey, SignUp: p.signUp})
	}
	return partners
}

func (p demoPartner) house() bank.House {
	return bank.House{ID: p.id, Name: p.name, Key: p.apiKey, Locale: p.locale}
}

func houses() []bank.House {
	var all []bank.House
	for _, p := range demoPartners {
		all = append(all, p.house())
	}
	return all
}
