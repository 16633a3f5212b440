package contract

import (
	"encoding/json"
	"net/http"
	"strings"
)

// steps checks every step_status in an answer. The document has a person's and a
// business's steps as alternatives that require nothing, so that anything at all
// fits one of them: which it is has to be told from the names.
func (c *Checker) steps(r *http.Request, body []byte) {
	var answer any
	if json.Unmarshal(body, &answer) != nil {
		return // said by the check of the whole answer
	}
	eachSteps(answer, func(steps map[string]any) {
		kind := "PersonIdentificationStepStatus"
		for name := range steps {
			if strings.HasPrefix(name, "company_") {
				kind = "BusinessIdentificationStepStatus"
			}
		}
		raw, err := json.Marshal(steps)
		if err != nil {
			return
		}
		c.schema(c.t, kind, raw)
		c.declared(r, kind, steps)
		for _, detail := range steps {
			if fields, ok := detail.(map[string]any); ok {
				c.declared(r, "VerificationStepDetail", fields)
			}
		}
	})
}

// declared reports fields that the schema does not have.
func (c *Checker) declared(r *http.Request, name string, fields map[string]any) {
	c.t.Helper()
	proxy, ok := c.model.Components.Schemas.Get(name)
	if !ok {
		c.t.Errorf("Iron's API document has no schema %s", name)
		return
	}
	for field := range fields {
		if _, ok := proxy.Schema().Properties.Get(field); !ok {
			c.t.Errorf("answer of %s %s: %s has no field %s in Iron's API document", r.Method, r.URL.Path, name, field)
		}
	}
}

// eachSteps finds every step_status, however deep.
func eachSteps(value any, found func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if steps, ok := inner.(map[string]any); ok && name == "step_status" {
				found(steps)
			}
			eachSteps(inner, found)
		}
	case []any:
		for _, inner := range v {
			eachSteps(inner, found)
		}
	}
}
