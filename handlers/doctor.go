package handlers

import (
	"net/http"

	"portal/views"
)

// doctor is for a partner's developer: a page that tests the frame it is shown in.
// Nobody has to be signed in, and nothing on it is secret: whom a page lets frame it,
// its headers say to everybody.
func (v *visit) doctor() error {
	base := v.h.base
	page := v.page()
	content := views.Doctor{
		Base: base, Address: base + v.path("doctor"), Origins: v.partner.Origins,
		Probe: v.path("doctor/probe"), Now: v.h.Now().UnixMilli(),
	}
	return v.render(http.StatusOK, page, views.DoctorPage(page, content))
}

// setProbe and readProbe are asked one after the other by the doctor's script: does
// this browser keep a cookie here?
func (v *visit) setProbe() error {
	v.h.Cookies.SetProbe(v.c.Response(), v.partner.ID, v.field("framed") == "yes")
	v.c.Response().WriteHeader(http.StatusNoContent)
	return nil
}

type probeAnswer struct {
	Kept bool `json:"kept"`
}

func (v *visit) readProbe() error {
	return answer(v.c, http.StatusOK, "application/json", probeAnswer{v.h.Cookies.HasProbe(v.c.Request(), v.partner.ID)})
}
