package handlers_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// roundTripper is Iron with one answer of a test's own.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func jsonAnswer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

// refusing answers 422 to every POST to an address with this end, with words that are
// markup.
func refusing(end string) func(http.RoundTripper) http.RoundTripper {
	return answering(end, http.StatusUnprocessableEntity, `"Not <b>today</b>"`)
}

// answering has Iron answer what is posted to addresses with this end.
func answering(end string, status int, body string) func(http.RoundTripper) http.RoundTripper {
	return func(base http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, end) {
				return jsonAnswer(r, status, body), nil
			}
			return base.RoundTrip(r)
		})
	}
}

// holding holds one request to Iron for each value in hold. It takes a value from goOn
// when the request has come, and sends it on at the next.
func holding(hold, goOn chan bool) func(http.RoundTripper) http.RoundTripper {
	return func(base http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			select {
			case <-hold:
				<-goOn
				<-goOn
			default:
			}
			return base.RoundTrip(r)
		})
	}
}

// documentsAt gives every document that is to be signed the same address.
func documentsAt(address string) func(http.RoundTripper) http.RoundTripper {
	return func(base http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			response, err := base.RoundTrip(r)
			if err != nil || !strings.HasSuffix(r.URL.Path, "/required-signings") {
				return response, err
			}
			defer response.Body.Close()
			var documents []map[string]any
			if err := json.NewDecoder(response.Body).Decode(&documents); err != nil {
				return nil, err
			}
			for _, d := range documents {
				d["url"] = address
			}
			body, err := json.Marshal(documents)
			return jsonAnswer(r, response.StatusCode, string(body)), err
		})
	}
}

// directive is one directive of a page's Content-Security-Policy.
func directive(p *page, name string) string {
	for part := range strings.SplitSeq(p.header.Get("Content-Security-Policy"), ";") {
		if value, ok := strings.CutPrefix(strings.TrimSpace(part), name+" "); ok {
			return value
		}
	}
	return ""
}
