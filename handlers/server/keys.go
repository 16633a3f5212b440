package server

import (
	"context"
	"errors"
	"fmt"
)

// A replica with other keys than the others could not read what they seal, nor they
// what it does, and everybody who comes to another one would lose something. So there
// is a seal in the database that whoever starts has to be able to open.
const (
	keySetting = "keys"
	keyPurpose = "check of keys"
)

var errOtherKeys = errors.New("PORTAL_SECRET_KEYS: this database is used with other keys: add the key that is used now behind the new one" +
	" (where it is lost, delete the row 'keys' of the table settings: what was sealed with it is given up)")

// checkKeys tells whether the keys are those of this database, and changes nothing.
func (p *portal) checkKeys(ctx context.Context) error {
	sealed, err := p.store.Setting(ctx, keySetting)
	if err != nil {
		return fmt.Errorf("PORTAL_DATABASE_URL: %w", err)
	}
	return p.opens(sealed)
}

// adoptKeys makes the newest key that of this database, once it is known to belong.
// Where it is already nothing is written: a full disk is no reason not to start.
func (p *portal) adoptKeys(ctx context.Context) error {
	kept, err := p.store.Setting(ctx, keySetting)
	mine := p.keys.Seal(keyPurpose, nil, nil)
	if err == nil && kept == nil {
		kept, err = p.store.FirstSetting(ctx, keySetting, mine)
	}
	if err == nil {
		err = p.opens(kept)
	}
	if err != nil {
		return err
	}
	if _, err := p.keys.Newest().Open(keyPurpose, kept, nil); err == nil {
		return nil
	}
	return p.store.ChangeSetting(ctx, keySetting, mine)
}

func (p *portal) opens(sealed []byte) error {
	if sealed == nil {
		return nil
	}
	if _, err := p.keys.Open(keyPurpose, sealed, nil); err != nil {
		return errOtherKeys
	}
	return nil
}
