package views

import (
	"net/http"

	"github.com/a-h/templ"
)

func doctorSamples() []Sample {
	page := func(name string, origins ...string) Sample {
		return Sample{name, http.StatusOK, func(p Page) templ.Component {
			p.Hosts = origins
			return DoctorPage(stranger(p), Doctor{
				Base: "https://portal.example", Address: "https://portal.example/p/acme/doctor", Origins: origins, Now: 1795435200000,
			})
		}}
	}
	return []Sample{page("doctor"), page("doctor-origins", "https://app.acme.example", "https://a-very-long-name-of-a-page.onboarding.app.acme.example:8443")}
}
