package handlers

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the document is part of the program
	"encoding/hex"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

//go:embed openapi.json
var partnerAPIDocument []byte

// documentedBase is where the document's examples are. Partners are given it with
// the portal's own address, so that what they generate from it works as it is.
const documentedBase = "https://portal.example"

// apiDocument answers with the partner API's OpenAPI document: the same for
// everybody, without a key, since nothing in it is secret.
func (h *handlers) apiDocument() echo.HandlerFunc {
	document := bytes.ReplaceAll(partnerAPIDocument, []byte(documentedBase), []byte(h.base))
	sum := sha256.Sum256(document)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(c echo.Context) error {
		header := c.Response().Header()
		header.Set("Content-Type", "application/json")
		header.Set("Cache-Control", "public, max-age=300")
		header.Set("ETag", tag)
		http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(document))
		return nil
	}
}
