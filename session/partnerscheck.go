package session

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"
)

var (
	partnerID = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
	keyHash   = regexp.MustCompile(`^sha256:[0-9a-fA-F]{64}$`)
	accent    = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	headerOK  = regexp.MustCompile(`^[!-~]*$`)
)

// check makes partners of entries, and notes what is wrong with them.
func (r *partnersReader) check(file partnersFile) *Partners {
	if len(file.Partners) == 0 && len(r.problems) == 0 {
		r.problem("$.partners", "there are no partners")
	}
	ps, owners := &Partners{}, map[[sha256.Size]byte]string{}
	for i, e := range file.Partners {
		c := &partnerCheck{reader: r, path: fmt.Sprintf("$.partners[%d]", i), label: fmt.Sprintf("partner %q", e.ID)}
		if e.ID == "" {
			c.label = fmt.Sprintf("partner %d", i+1)
		}
		if _, taken := ps.ByID(e.ID); taken {
			c.wrong("id", errors.New("is another partner's too"))
		}
		p := c.partner(e)
		for j, hash := range p.keyHashes {
			// Whose customers a key opens must not depend on the order of the file.
			if owner, taken := owners[hash]; taken {
				c.wrong(fmt.Sprintf("api_key_hashes[%d]", j), fmt.Errorf("is listed for partner %q already", owner))
			}
			owners[hash] = p.ID
		}
		ps.all = append(ps.all, p)
	}
	return ps
}

// partnerCheck reads one partner.
type partnerCheck struct {
	reader *partnersReader
	path   string
	label  string
}

func (c *partnerCheck) wrong(field string, err error) {
	if err != nil {
		c.reader.problem(c.path+"."+field, "%s: %s: %v", c.label, field, err)
	}
}

// demand notes a problem unless ok.
func (c *partnerCheck) demand(ok bool, field, problem string) {
	if !ok {
		c.wrong(field, errors.New(problem))
	}
}

func (c *partnerCheck) partner(e partnerEntry) *Partner {
	p := &Partner{
		ID: e.ID, Name: e.Name, SignUp: e.SignUp, IronSubPartnerID: e.IronSubPartnerID,
		Support: Support(e.Support), Brand: Brand(e.Brand), Locale: e.Locale,
	}
	c.demand(partnerID.MatchString(e.ID), "id", "must be 1 to 32 of a-z, 0-9 and -")
	c.demand(strings.TrimSpace(e.Name) != "" && !strings.ContainsFunc(e.Name, unicode.IsControl), "name", "must be a name")
	c.demand(headerOK.MatchString(e.IronSubPartnerID), "iron_sub_partner_id", "has a character that a header can't have")
	if e.IronAPIKeyEnv != "" {
		p.IronKey = Secret(strings.TrimSpace(c.reader.getenv(e.IronAPIKeyEnv)))
		c.demand(p.IronKey != "", "iron_api_key_env", "names the variable "+e.IronAPIKeyEnv+", which is not set")
	}
	p.keyHashes = list(c, "api_key_hashes", e.APIKeyHashes, parseKeyHash)
	p.Origins = list(c, "origins", e.Origins, parseOwnOrigin)
	p.returns = list(c, "return_urls", e.ReturnURLs, parseReturn)
	c.look(e, p)
	return p
}

// look reads what the partner's customers see.
func (c *partnerCheck) look(e partnerEntry, p *Partner) {
	if e.Support.Email != "" {
		address, err := mail.ParseAddress(e.Support.Email)
		c.demand(err == nil && address.Address == e.Support.Email, "support.email", "must be an address like help@app.example")
	}
	if e.Support.URL != "" {
		_, err := parseWeb(e.Support.URL)
		c.wrong("support.url", err)
	}
	if e.Brand.Logo != "" {
		_, err := parseWeb(e.Brand.Logo)
		c.wrong("brand.logo", err)
	}
	c.demand(e.Brand.Accent == "" || accent.MatchString(e.Brand.Accent), "brand.accent", "must be a colour like #0b5fff")
	if p.Brand.Theme == "" {
		p.Brand.Theme = "auto"
	}
	c.demand(slices.Contains(Themes, p.Brand.Theme), "brand.theme", "must be one of "+strings.Join(Themes, ", "))
	if p.Locale == "" {
		p.Locale = "en"
	}
	tag, err := language.Parse(p.Locale)
	c.demand(err == nil, "locale", "must be a language like en or pt-BR")
	p.Locale = tag.String()
}

// list parses each entry of a list, and leaves out those that are wrong.
func list[T any](c *partnerCheck, field string, entries []string, parse func(string) (T, error)) []T {
	var parsed []T
	for i, entry := range entries {
		v, err := parse(entry)
		c.wrong(fmt.Sprintf("%s[%d]", field, i), err)
		if err == nil {
			parsed = append(parsed, v)
		}
	}
	return parsed
}

func parseKeyHash(entry string) (hash [sha256.Size]byte, err error) {
	if !keyHash.MatchString(entry) {
		return hash, errors.New("must be sha256: and the 64 hex digits of the key's SHA-256")
	}
	_, err = hex.Decode(hash[:], []byte(strings.TrimPrefix(entry, "sha256:")))
	return hash, err
}

func parseOwnOrigin(entry string) (string, error) {
	u, err := parseWeb(entry)
	if err != nil {
		return "", err
	}
	if strings.Contains(entry, "#") || u.RawQuery != "" || u.ForceQuery || (u.Path != "" && u.Path != "/") {
		return "", errors.New("must be a scheme and a host alone, like https://app.example")
	}
	return originOf(u), nil
}
