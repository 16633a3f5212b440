package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"portal/onboarding/simulator"
)

// ironKey is the one key that the simulator takes here.
const ironKey = "iron-simulator-key-for-trying-out"

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

// writePartners writes the portal's partners file.
func writePartners(dir string, p places, origins []string) (path string, err error) {
	var b strings.Builder
	b.WriteString("# Made by make dev. The keys are public and for trying out only.\npartners:\n")
	for _, partner := range demoPartners {
		sum := sha256.Sum256([]byte(partner.apiKey))
		fmt.Fprintf(&b, `  - id: %s
    name: %s
    api_key_hashes: ["sha256:%s"]
    origins: [%s]
    return_urls: ["%s/*"]
    sign_up: %t
    support: {email: "help@%s.example", url: "https://%s.example/help"}
    brand: {accent: "%s", theme: auto}
    locale: %s
`, partner.id, partner.name, hex.EncodeToString(sum[:]), strings.Join(origins, ", "), p.ControlRoom, partner.signUp,
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
