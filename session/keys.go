package session

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Keys are the portal's secrets, newest first. What is made is made with the newest;
// what any of them made can be read. Nothing uses a key itself: each purpose has one
// derived from it, so that what one purpose leaks is of no use to another.
type Keys struct{ secrets [][]byte }

const keySize = 32

// ParseKeys reads base64 keys of 32 bytes, newest first, separated by commas or
// lines. The error names the key by its place, never by its content.
func ParseKeys(list string) (Keys, error) {
	var k Keys
	var problems []error
	for _, field := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
		field = strings.TrimSpace(field)
		if field == "" {
			continue
		}
		secret, err := base64.StdEncoding.DecodeString(field)
		switch {
		case err != nil:
			problems = append(problems, fmt.Errorf("secret key %d is not base64", len(k.secrets)+1))
		case len(secret) != keySize:
			problems = append(problems, fmt.Errorf("secret key %d has %d bytes, not %d", len(k.secrets)+1, len(secret), keySize))
		}
		k.secrets = append(k.secrets, secret)
	}
	if len(k.secrets) == 0 {
		problems = append(problems, errors.New("there is no secret key"))
	}
	if len(problems) > 0 {
		return Keys{}, errors.Join(problems...)
	}
	return k, nil
}

// LoadOrCreateKeys reads the keys in a file, which it makes, with one new key and for
// its owner alone, if there is none. Of several processes that try at once one makes
// the file and all read the same.
func LoadOrCreateKeys(path string) (Keys, error) {
	list, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		if err := createKeyFile(path); err != nil {
			return Keys{}, fmt.Errorf("make secret key: %w", err)
		}
		list, err = os.ReadFile(path) //nolint:gosec // as above
	}
	if err != nil {
		return Keys{}, fmt.Errorf("read secret keys: %w", err)
	}
	k, err := ParseKeys(string(list))
	if err != nil {
		return Keys{}, fmt.Errorf("read secret keys: %s: %w", path, err)
	}
	return k, nil
}

// createKeyFile writes the whole file beside its place and then gives it its name,
// which fails if the name is taken: nobody ever reads half a key, or a second one.
func createKeyFile(path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	secret := make([]byte, keySize)
	_, _ = rand.Read(secret) // never fails: it would end the program
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(secret) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// Newest is the key that seals, alone.
func (k Keys) Newest() Keys { return Keys{k.secrets[:1]} }

// derive gives the keys for a purpose, newest first.
func (k Keys) derive(purpose string) [][]byte {
	derived := make([][]byte, len(k.secrets))
	for i, secret := range k.secrets {
		key, err := hkdf.Key(sha256.New, secret, nil, "portal "+purpose, keySize)
		if err != nil {
			panic("session: hkdf: " + err.Error()) // only for a length that is never asked for
		}
		derived[i] = key
	}
	return derived
}

// ErrSealed says that none of the keys opens it, or that it is not what was sealed.
var ErrSealed = errors.New("can't be unsealed")

// Seal encrypts for a purpose. bound is not in the result: Open needs the same, so
// that what was sealed for one row can't be moved to another.
func (k Keys) Seal(purpose string, plain, bound []byte) []byte {
	return sealer(k.derive(purpose)[0]).Seal(nil, nil, plain, bound) //nolint:gosec // it makes a nonce itself
}

// Open decrypts what Seal made with any of the keys, for the same purpose and bound.
func (k Keys) Open(purpose string, sealed, bound []byte) ([]byte, error) {
	for _, key := range k.derive(purpose) {
		if plain, err := sealer(key).Open(nil, nil, sealed, bound); err == nil {
			return plain, nil
		}
	}
	return nil, fmt.Errorf("session: %s: %w", purpose, ErrSealed)
}

// sealToken writes down what goes through a browser and comes back as it was.
func (k Keys) sealToken(purpose string, content any, bound []byte) (string, error) {
	plain, err := json.Marshal(content)
	if err != nil {
		return "", fmt.Errorf("session: %s: %w", purpose, err)
	}
	return base64.RawURLEncoding.EncodeToString(k.Seal(purpose, plain, bound)), nil
}

// openToken reads what sealToken has written. The error is ErrSealed, whatever is wrong.
func (k Keys) openToken(purpose, token string, content any, bound []byte) error {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err == nil {
		sealed, err = k.Open(purpose, sealed, bound)
	}
	if err != nil || json.Unmarshal(sealed, content) != nil {
		return fmt.Errorf("session: %s: %w", purpose, ErrSealed)
	}
	return nil
}

func sealer(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("session: aes: " + err.Error()) // only for a key of another size
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("session: gcm: " + err.Error())
	}
	return aead
}

// Secret is text that is not to be seen: printed or logged it is "[secret]".
type Secret string

// String hides the secret.
func (Secret) String() string { return "[secret]" }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return "[secret]" }

// MarshalText hides the secret from JSON, and from slog's handlers.
func (Secret) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }

// String hides the keys.
func (Keys) String() string { return "[secret]" }

// GoString hides the keys from %#v.
func (Keys) GoString() string { return "[secret]" }
