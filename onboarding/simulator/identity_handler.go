package simulator

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
)

// Identity serves the hosted identity pages, as an identity provider would, on an
// origin of their own: /start?token=… is the address that Iron gives out as url.
// They work without JavaScript, the camera aside, and tell nobody but the
// simulator how the check went: no message goes to a page that frames them.
//
// Settings.RefuseFraming and Settings.RedirectStart make them behave like
// providers that are harder to embed.
func (s *Simulator) Identity() http.Handler {
	h := hosted{s}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /start", h.start)
	mux.HandleFunc("GET /step/{step}", h.step)
	mux.HandleFunc("POST /step/{step}", h.answer)
	mux.HandleFunc("GET /review", h.review)
	mux.HandleFunc("POST /review", h.submit)
	mux.HandleFunc("GET /done", h.done)
	mux.Handle("GET /assets/", assetFiles())
	mux.HandleFunc("/", h.nowhere)
	return h.headers(http.NewCrossOriginProtection().Handler(mux))
}

// hosted are the hosted pages. The token in the address is all that they go by:
// a cookie would be lost in many a frame.
type hosted struct{ simulator *Simulator }

func (h hosted) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
			"form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'"
		if h.simulator.Settings().RefuseFraming {
			policy += "; frame-ancestors 'none'"
			w.Header().Set("X-Frame-Options", "DENY")
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
		commonHeaders(w.Header())
		next.ServeHTTP(w, r)
	})
}

func (h hosted) start(w http.ResponseWriter, r *http.Request) {
	if to, ok := detour(h.simulator.Settings().RedirectStart, r); ok {
		http.Redirect(w, r, to, http.StatusFound)
		return
	}
	check, token, ok := h.open(w, r)
	if !ok {
		return
	}
	render(w, r, http.StatusOK, hostedWelcome(welcomeViewOf(check, next(check, token))))
}

// detour is where /start sends the browser first, unless it has been there.
func detour(origin string, r *http.Request) (to string, ok bool) {
	there, err := url.Parse(origin)
	if err != nil || there.Host == "" || there.Host == r.Host {
		return "", false
	}
	there.Path, there.RawQuery = "/start", r.URL.RawQuery
	return there.String(), true
}

func (h hosted) step(w http.ResponseWriter, r *http.Request) {
	check, token, ok := h.open(w, r)
	if !ok {
		return
	}
	step, ok := askedFor(check, r.PathValue("step"))
	if !ok {
		http.Redirect(w, r, at("/start", token), http.StatusSeeOther)
		return
	}
	page := stepPage(check.CustomerType, step.Name, check.WithEDD)
	render(w, r, http.StatusOK, hostedStepPage(stepViewOf(check, token, page, form{values: step.Answers})))
}

func (h hosted) answer(w http.ResponseWriter, r *http.Request) {
	check, token, ok := h.open(w, r)
	if !ok {
		return
	}
	step, ok := askedFor(check, r.PathValue("step"))
	if !ok {
		http.Redirect(w, r, at("/start", token), http.StatusSeeOther)
		return
	}
	page := stepPage(check.CustomerType, step.Name, check.WithEDD)
	form := readForm(w, r, page)
	if len(form.problems) > 0 {
		render(w, r, http.StatusUnprocessableEntity, hostedStepPage(stepViewOf(check, token, page, form)))
		return
	}
	if err := h.simulator.CompleteStep(token, step.Name, form.values); err != nil {
		h.refuse(w, r, err)
		return
	}
	check, _, ok = h.open(w, r)
	if ok {
		http.Redirect(w, r, next(check, token), http.StatusSeeOther)
	}
}

func (h hosted) review(w http.ResponseWriter, r *http.Request) {
	check, token, ok := h.open(w, r)
	if !ok {
		return
	}
	if to := next(check, token); to != at("/review", token) {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	render(w, r, http.StatusOK, hostedReview(reviewViewOf(check, token)))
}

func (h hosted) submit(w http.ResponseWriter, r *http.Request) {
	_, token, ok := h.open(w, r)
	if !ok {
		return
	}
	err := h.simulator.SubmitCheck(token)
	if err != nil && !errors.Is(err, ErrSubmitted) {
		h.refuse(w, r, err)
		return
	}
	http.Redirect(w, r, at("/done", token), http.StatusSeeOther)
}

func (h hosted) done(w http.ResponseWriter, r *http.Request) {
	check, err := h.simulator.IdentificationByToken(r.URL.Query().Get("token"))
	switch {
	case err != nil:
		h.refuse(w, r, err)
	case check.State == CheckSubmitted:
		render(w, r, http.StatusOK, hostedEnd(endings["done"]))
	default:
		http.Redirect(w, r, at("/start", r.URL.Query().Get("token")), http.StatusSeeOther)
	}
}

func (h hosted) nowhere(w http.ResponseWriter, r *http.Request) {
	render(w, r, http.StatusNotFound, hostedEnd(endings["unknown"]))
}

// open finds the check that the request is about. A page that is over is answered
// here.
func (h hosted) open(w http.ResponseWriter, r *http.Request) (check Check, token string, ok bool) {
	token = r.URL.Query().Get("token")
	check, err := h.simulator.IdentificationByToken(token)
	switch {
	case err != nil:
	case check.State == CheckSubmitted:
		err = ErrSubmitted
	case check.State == CheckExpired:
		err = ErrExpired
	default:
		return check, token, true
	}
	h.refuse(w, r, err)
	return check, token, false
}

func (h hosted) refuse(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, ErrSubmitted):
		render(w, r, http.StatusOK, hostedEnd(endings["submitted"]))
	case errors.Is(err, ErrExpired):
		render(w, r, http.StatusGone, hostedEnd(endings["expired"]))
	case errors.Is(err, ErrStepsOpen), errors.Is(err, ErrNoStep):
		http.Redirect(w, r, at("/start", r.URL.Query().Get("token")), http.StatusSeeOther)
	default:
		render(w, r, http.StatusNotFound, hostedEnd(endings["unknown"]))
	}
}

// next is the page of the first step that is to do, or the review of them all.
func next(check Check, token string) string {
	for _, step := range check.Steps {
		if !step.Done {
			return at("/step/"+url.PathEscape(step.Name), token)
		}
	}
	return at("/review", token)
}

func askedFor(check Check, name string) (Step, bool) {
	i := slices.IndexFunc(check.Steps, func(s Step) bool { return s.Name == name })
	if i < 0 {
		return Step{}, false
	}
	return check.Steps[i], true
}

func at(path, token string) string {
	return path + "?" + url.Values{"token": {token}}.Encode()
}
