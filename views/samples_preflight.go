package views

import "slices"

// adviceSamples have each advice of the preflight visible, as the script leaves them:
// beside a hosted page, and before there is one where the words differ. "nothing" is the louder link beside
// a frame in which nothing was seen.
func adviceSamples() []Sample {
	hosted := hostedIdentity(standing("submission", "continue", "IdentificationRequired", "Pending"), nil, nil)
	prompt := Identity{Standing: standing("submission", "start", "IdentificationRequired", "None"), Begin: true}
	var all []Sample
	for _, kind := range append([]string{"nothing"}, preflights...) {
		hosted.Advice, prompt.Advice = kind, kind
		all = append(all, identitySample("advice-"+kind, hosted))
		if slices.Contains([]string{"in-app", "policy", "no-media"}, kind) {
			all = append(all, identitySample("start-advice-"+kind, prompt))
		}
	}
	signing := hostedIdentity(standing("activation", "sign", "SigningsRequired", "Pending").with(because("more-information")), nil, nil)
	complete := hostedIdentity(standing("complete", "ready", "Active", "Pending").with(because("more-information")), nil, nil)
	return append(all, identitySample("step-up-signing", signing), identitySample("step-up-complete", complete))
}
