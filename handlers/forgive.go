package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// forgive leads on whoever has typed an address nearly right, or has loaded the
// address of a form again. It tells whether it has answered.
func (h *handlers) forgive(c echo.Context, status int) bool {
	r := c.Request()
	if !safe(r.Method) {
		return false
	}
	target := h.rightPath(r.URL.Path)
	switch {
	case target == "":
		return false
	case status == http.StatusMethodNotAllowed:
		_ = seeOther(c, "/p/"+segments(target)[1]+"/")
		return true
	case status == http.StatusNotFound && target != r.URL.Path:
		c.Response().Header().Set("Location", target)
		c.Response().WriteHeader(http.StatusMovedPermanently)
		return true
	}
	return false
}

// rightPath is the address that was probably meant, or "". It is put together from
// a partner's id and names of pages; of what came it keeps ids and tokens, escaped.
func (h *handlers) rightPath(path string) string {
	parts := segments(path)
	if len(parts) < 2 || len(parts) > 5 || !strings.EqualFold(parts[0], "p") {
		return ""
	}
	id := strings.ToLower(parts[1])
	if _, ok := h.Partners.ByID(id); !ok {
		return ""
	}
	right := "/p/" + url.PathEscape(id) + "/"
	if len(parts) == 2 {
		return right
	}
	name := strings.ToLower(parts[2])
	single := slices.Contains([]string{"identity", "review", "documents", "complete", "phone", "sign-up", "sign-out", "preferences", "doctor", "page"}, name)
	switch {
	case len(parts) == 3 && single:
		return right + name
	case len(parts) == 4 && (name == "start" || name == "phone"):
		return right + name + "/" + url.PathEscape(parts[3])
	case len(parts) >= 4 && name == "documents" && (len(parts) == 4 || strings.EqualFold(parts[4], "sign")):
		right += "documents/" + url.PathEscape(parts[3])
		if len(parts) == 5 {
			right += "/sign"
		}
		return right
	}
	return ""
}

// segments splits a path, without the empty ones.
func segments(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}
