package server

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"portal/onboarding"
)

// heads remembers how far each chain went at the last audit, in a file that is kept
// away from the database. A chain alone does not show that its end is missing, nor a
// database that a whole chain is, where the consents were made to fit.
type heads struct {
	path   string // "": nothing is remembered
	before map[customerKey]head
	now    []head
}

type customerKey struct{ partner, customer string }

// head is one line of the file.
type head struct {
	Partner  string `json:"partner"`
	Customer string `json:"customer"`
	Records  int64  `json:"records"`
	Hash     string `json:"hash"` // of the last
}

func (h head) key() customerKey { return customerKey{h.Partner, h.Customer} }

func readHeads(path string) (*heads, error) {
	h := &heads{path: path, before: map[customerKey]head{}}
	if path == "" {
		return h, nil
	}
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, fmt.Errorf("--heads: %w", err)
	}
	defer func() { _ = f.Close() }()
	lines := json.NewDecoder(bufio.NewReader(f))
	for lines.More() {
		var one head
		if err := lines.Decode(&one); err != nil || one.Records < 1 {
			return nil, fmt.Errorf("--heads: %s was not written by portal audit", path)
		}
		h.before[one.key()] = one
	}
	return h, nil
}

// audit says by *onboarding.BrokenChain what was there at the last audit, and is not.
func (h *heads) audit(partner, customer string, records []onboarding.Evidence) error {
	if h.path == "" {
		return nil
	}
	length := int64(len(records))
	if length > 0 {
		h.now = append(h.now, head{partner, customer, length, records[length-1].Hash})
	}
	key := customerKey{partner, customer}
	last, known := h.before[key]
	delete(h.before, key)
	switch {
	case !known:
		return nil
	case length < last.Records:
		return last.broken(length+1, "it is missing, and was there at the last audit")
	case records[last.Records-1].Hash != last.Hash:
		return last.broken(last.Records, "it is another one than at the last audit")
	}
	return nil
}

// missing are the chains of which there is nothing any more.
func (h *heads) missing() (all []*onboarding.BrokenChain) {
	for _, last := range slices.SortedFunc(maps.Values(h.before), func(a, b head) int {
		return slices.Compare([]string{a.Partner, a.Customer}, []string{b.Partner, b.Customer})
	}) {
		all = append(all, last.broken(1, "the whole chain is missing, and was there at the last audit"))
	}
	return all
}

func (h head) broken(sequence int64, why string) *onboarding.BrokenChain {
	return &onboarding.BrokenChain{Partner: h.Partner, Customer: h.Customer, Sequence: sequence, Why: why}
}

// keep writes the file anew: whole, or not at all.
func (h *heads) keep() (err error) {
	if h.path == "" {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(h.path), ".heads-*")
	if err != nil {
		return fmt.Errorf("--heads: %w", err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("--heads: %w", errors.Join(err, f.Close(), os.Remove(f.Name())))
		}
	}()
	buffer := bufio.NewWriter(f)
	lines := json.NewEncoder(buffer)
	for _, one := range h.now {
		if err := lines.Encode(one); err != nil {
			return err
		}
	}
	if err := errors.Join(buffer.Flush(), f.Sync()); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), h.path)
}
