package handlers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"portal/onboarding"
	"portal/session"
	"portal/views"

	"github.com/labstack/echo/v4"
)

// What goes wrong in the web face itself. What goes wrong at Iron are the sentinels
// of package onboarding.
var (
	// errElsewhere: the page is not this visitor's; the hub leads to the one that is.
	errElsewhere = errors.New("not the page of this visitor")
	// errForeign: another site's page has sent this.
	errForeign = errors.New("sent by another site")
	// errOldForm: the form was not made for this session.
	errOldForm = errors.New("form of another session")
	// errNoPartner: the address names no partner.
	errNoPartner = errors.New("no such partner")
	// errNoPage: there is nothing at this address.
	errNoPage = errors.New("no such page")
	// errInvalid: what was sent can't be read.
	errInvalid = errors.New("can't be read")
	// errKeeping: the database or Redis has failed, as its cause names. Nothing was told
	// to Iron.
	errKeeping = errors.New("the portal's own records can't be read or kept")
	// errPanic: a fault in the portal.
	errPanic = errors.New("panic")
)

// tooFast is a rate limit of the portal's own.
type tooFast struct {
	rule string
	wait time.Duration
}

func (e tooFast) Error() string             { return "rate limit of " + e.rule }
func (e tooFast) RetryAfter() time.Duration { return e.wait }

// outcome is what an error means to whoever asked.
type outcome struct {
	status int
	kind   string // of the words in the views' catalogue
}

// statusGone is for the log alone: the browser closed the connection, so that no
// answer can reach it.
const statusGone = 499

// outcomeOf is the one place where errors become statuses and words. Order matters:
// an error can be several things at once, and the first that holds is what the
// visitor has to know.
func outcomeOf(err error) outcome {
	var web *echo.HTTPError
	var large *http.MaxBytesError
	var api *apiError
	switch {
	case errors.Is(err, context.Canceled):
		return outcome{statusGone, ""}
	case errors.Is(err, errElsewhere):
		return outcome{http.StatusSeeOther, ""}
	case errors.As(err, &api):
		return outcome{api.status, "invalid"}
	case errors.Is(err, errForeign), errors.Is(err, errOldForm):
		return outcome{http.StatusForbidden, "forbidden"}
	case errors.Is(err, errNoPartner):
		return outcome{http.StatusNotFound, "partner-unknown"}
	case errors.Is(err, errNoPage):
		return outcome{http.StatusNotFound, "not-found"}
	case errors.Is(err, onboarding.ErrNotFound):
		return outcome{http.StatusNotFound, "customer-unknown"}
	case errors.Is(err, session.ErrLinkGone):
		return outcome{http.StatusGone, "link-gone"}
	case errors.As(err, &large):
		return outcome{http.StatusRequestEntityTooLarge, "invalid"}
	case errors.Is(err, errInvalid):
		return outcome{http.StatusUnprocessableEntity, "invalid"}
	case errors.As(err, new(tooFast)), errors.Is(err, onboarding.ErrTooMany):
		return outcome{http.StatusTooManyRequests, "too-many"}
	case errors.Is(err, onboarding.ErrUncertain), errors.Is(err, onboarding.ErrUnavailable):
		return outcome{http.StatusServiceUnavailable, "unavailable"}
	case errors.Is(err, onboarding.ErrAccess), errors.Is(err, onboarding.ErrRefused):
		return outcome{http.StatusBadGateway, "bad-gateway"}
	case errors.Is(err, onboarding.ErrConflict), errors.Is(err, onboarding.ErrNotNow), errors.Is(err, onboarding.ErrDocumentChanged):
		return outcome{http.StatusConflict, "invalid"}
	case errors.Is(err, errKeeping):
		return outcome{http.StatusServiceUnavailable, "broken"}
	case errors.As(err, &web):
		return outcomeOfRouter(web.Code)
	}
	return outcome{http.StatusInternalServerError, "broken"}
}

// outcomeOfRouter is for the router's own errors, wrapped ones included.
func outcomeOfRouter(status int) outcome {
	switch status {
	case http.StatusNotFound:
		return outcome{status, "not-found"}
	case http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusBadRequest:
		return outcome{status, "invalid"}
	}
	return outcome{http.StatusInternalServerError, "broken"}
}

// fromJourney marks what is neither Iron's doing nor the visitor's: all that can fail
// in a Journey besides Iron is its Ledger.
func fromJourney(err error) error {
	for _, known := range []error{
		nil, context.Canceled, onboarding.ErrNotFound, onboarding.ErrRefused, onboarding.ErrConflict, onboarding.ErrTooMany,
		onboarding.ErrUnavailable, onboarding.ErrUncertain, onboarding.ErrAccess, onboarding.ErrNotNow, onboarding.ErrDocumentChanged,
	} {
		if errors.Is(err, known) {
			return err
		}
	}
	return keeping(err)
}

// keeping marks an error of the session or the store.
func keeping(err error) error {
	if err == nil || errors.Is(err, session.ErrLinkGone) || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", errKeeping, err)
}

// fail answers a request that ended in an error: a browser with a page, a program
// with problem+json, both with a support code that is in the log beside the cause.
func (h *handlers) fail(err error, c echo.Context) {
	note := noteOf(c)
	note.err = err
	if c.Response().Committed {
		return
	}
	o := outcomeOf(err)
	if o.status == http.StatusSeeOther {
		h.toHub(c)
		return
	}
	if h.forgive(c, o.status) {
		note.err = nil
		return
	}
	note.code = newSupportCode()
	if o.status == statusGone {
		note.status = statusGone
		c.Response().Committed = true
		return
	}
	wait := waitFor(o, err)
	if wait > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(wait))
	}
	if strings.HasPrefix(c.Request().URL.Path, "/api/") {
		problem(c, o.status, note.code, err)
		return
	}
	h.failurePage(c, views.Failure{Status: o.status, Kind: o.kind, SupportCode: note.code, RetryAfter: wait})
}

// toHub sends a visitor to the page that knows the way.
func (h *handlers) toHub(c echo.Context) {
	v, err := h.visit(c)
	if err != nil {
		panic("handlers: there is no door without a partner") // doors are behind visit
	}
	_ = seeOther(c, v.path(""))
}

func (h *handlers) failurePage(c echo.Context, failure views.Failure) {
	v, err := h.visit(c)
	if err != nil {
		v = &visit{h: h, c: c}
	}
	page := v.page()
	if v.partner != nil {
		failure.WayOn = v.path("")
	}
	if retriable(failure.Status) && safe(c.Request().Method) && v.carried() == "" {
		page.Refresh, page.Live = max(failure.RetryAfter, 20), true
	}
	if err := v.render(failure.Status, page, views.FailurePage(page, failure)); err != nil {
		noteOf(c).err = errors.Join(noteOf(c).err, err)
		http.Error(c.Response(), http.StatusText(failure.Status)+" "+failure.SupportCode, failure.Status)
	}
}

func retriable(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusBadGateway || status == http.StatusServiceUnavailable
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// waitFor is the Retry-After of an outcome in seconds: Iron's or a limit's own,
// else a guess that spreads nothing but is better than at once. 0 is none.
func waitFor(o outcome, err error) int {
	if !retriable(o.status) {
		return 0
	}
	return cmp.Or(int(math.Ceil(onboarding.RetryAfter(err).Seconds())), 10)
}
