package simulator

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"time"
)

// instead: the request never gets to Iron; the answer is the fault.
func (f *Fault) instead() bool { return f != nil && !f.AfterEffect && f.replaces() }

// replaces: the answer is the fault's own, rather than Iron's made worse.
func (f *Fault) replaces() bool {
	switch f.Kind {
	case FaultDown, FaultError, FaultGateway, FaultRetryAfter, FaultTooMany, FaultHTML, FaultBroken:
		return true
	}
	return false
}

// lost is the answer to a request that never got to Iron.
func (s *Simulator) lost(r *http.Request, slow []Fault, f *Fault) reply {
	if !wait(r, slow, false) || !wait(r, slow, true) {
		return reply{closed: true}
	}
	return f.answer()
}

// spoil does to Iron's answer what the faults want.
func (s *Simulator) spoil(r *http.Request, a reply, slow []Fault, f *Fault) reply {
	if a.closed || !wait(r, slow, true) {
		return reply{closed: true}
	}
	if f == nil {
		return a
	}
	switch f.Kind {
	case FaultCut:
		a.cut = true
	case FaultHuge:
		a.padding = 16 << 20
	case FaultNulls:
		a.value = withNulls(reflect.ValueOf(a.value))
	case FaultUnknown:
		if a.status < 300 {
			a.value = withUnknowns(a.body())
		}
	case FaultSlow, FaultStored:
	default:
		spoilt := f.answer()
		spoilt.customerID = a.customerID
		return spoilt
	}
	return a
}

const htmlPage = `<!doctype html><html><head><title>502 Bad Gateway</title></head>` +
	`<body><center><h1>502 Bad Gateway</h1></center><hr><center>cloud</center></body></html>`

// answer is the fault's own.
func (f *Fault) answer() reply {
	switch f.Kind {
	case FaultError:
		return internalError()
	case FaultGateway:
		return reply{status: http.StatusBadGateway, text: htmlPage, textType: "text/html; charset=utf-8"}
	case FaultRetryAfter:
		a := plain(http.StatusTooManyRequests, "Too Many Requests")
		a.retryAfter = f.RetryAfter.Truncate(time.Second)
		if a.retryAfter == 0 {
			a.retryAfter = 5 * time.Second
		}
		return a
	case FaultTooMany:
		return plain(http.StatusTooManyRequests, "Too Many Requests")
	case FaultHTML:
		return reply{status: http.StatusOK, text: htmlPage, textType: "text/html; charset=utf-8"}
	case FaultBroken:
		return reply{status: http.StatusOK, text: `{"id": "019f846a`, textType: "application/json; charset=utf-8"}
	}
	return reply{closed: true}
}

// wait holds the request up, before or after its effect. It ends early where the
// fault is cleared; it is false where the caller has left.
func wait(r *http.Request, slow []Fault, after bool) bool {
	for _, f := range slow {
		if f.AfterEffect != after {
			continue
		}
		timer := time.NewTimer(f.Delay)
		select {
		case <-timer.C:
		case <-f.cleared:
		case <-r.Context().Done():
		}
		timer.Stop()
		if r.Context().Err() != nil {
			return false
		}
	}
	return true
}

// withNulls is the value with null for each field that its struct may leave out.
func withNulls(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return withNulls(v.Elem())
	case reflect.Slice:
		items := make([]any, v.Len())
		for n := range items {
			items[n] = withNulls(v.Index(n))
		}
		return items
	case reflect.Map:
		fields := map[string]any{}
		for _, key := range v.MapKeys() {
			fields[key.String()] = withNulls(v.MapIndex(key))
		}
		return fields
	case reflect.Struct:
		fields := map[string]any{}
		for n := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(n).Tag.Get("json"), ",")
			fields[name] = withNulls(v.Field(n))
		}
		return fields
	}
	return v.Interface()
}

// unknownWord stands for whatever word Iron may come up with next.
const unknownWord = "Transmogrified"

// withUnknowns puts an unknown word in place of each status, and unknown fields
// into each object.
func withUnknowns(body []byte) any {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		panic(err) // our own JSON
	}
	return estrange(value, "")
}

func estrange(value any, name string) any {
	switch v := value.(type) {
	case map[string]any:
		for field, inner := range v {
			v[field] = estrange(inner, field)
		}
		if name == "step_status" {
			v["voice_print"] = map[string]any{"result": unknownWord, "retry": true}
		}
		v["added_later"] = map[string]any{"deep": []any{1, nil, "x"}}
		return v
	case []any:
		for n := range v {
			v[n] = estrange(v[n], "")
		}
		return v
	case string:
		switch name {
		case "status", "result", "identification_status", "fiat_deposit", "fiat_payout":
			return unknownWord
		}
		for _, group := range schemes {
			for _, scheme := range group.names {
				if strings.TrimSuffix(name, "_thirdparty") == scheme {
					return unknownWord
				}
			}
		}
	}
	return value
}
