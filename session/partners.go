package session

import (
	"crypto/sha256"
	"crypto/subtle"
)

// Partner is one that embeds the portal or sends its customers there, as the
// partners file has it. It is never changed after it was read.
type Partner struct {
	ID      string
	Name    string
	Origins []string // pages that may embed the portal: scheme and host, as browsers write them
	SignUp  bool     // customers may create themselves
	Support Support
	Brand   Brand
	Locale  string // BCP 47, "en" where the file has none

	IronKey          Secret // the partner's own key for Iron, or empty
	IronSubPartnerID string // sent as X-SUB-PARTNER-ID, or empty

	keyHashes [][sha256.Size]byte
	returns   []returnPattern
}

// Support is where a partner's customers find help. Either may be empty.
type Support struct {
	Email string
	URL   string
}

// Brand is how a partner's pages look.
type Brand struct {
	Accent string // #rrggbb, or empty
	Logo   string // an image's address, or empty
	Theme  string // auto, light or dark
}

// VerifyKey tells whether an API key is one of the partner's. It takes as long for a
// wrong key as for a right one.
func (p *Partner) VerifyKey(key string) bool {
	sum := sha256.Sum256([]byte(key))
	found := 0
	for _, hash := range p.keyHashes {
		found |= subtle.ConstantTimeCompare(sum[:], hash[:])
	}
	return found == 1
}

// Partners are all partners of the file.
type Partners struct{ all []*Partner }

// All lists the partners in the order of the file.
func (ps *Partners) All() []*Partner { return append([]*Partner(nil), ps.all...) }

// ByID finds the partner whose pages are asked for.
func (ps *Partners) ByID(id string) (p *Partner, ok bool) {
	for _, candidate := range ps.all {
		if candidate.ID == id {
			return candidate, true
		}
	}
	return nil, false
}

// ByKey finds the partner whose API key it is. All partners are tried, so that the
// time taken says nothing about them.
func (ps *Partners) ByKey(key string) (p *Partner, ok bool) {
	for _, candidate := range ps.all {
		if candidate.VerifyKey(key) {
			p, ok = candidate, true
		}
	}
	return p, ok
}
