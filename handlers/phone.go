package handlers

import (
	"crypto/sha256"
	"errors"
	"net/http"

	"portal/onboarding"
	"portal/session"
	"portal/views"
)

// phone offers to go on with a phone. The code that leads there is only made when
// somebody asks for it.
func (v *visit) phone() error {
	if err := v.proceed(); err != nil {
		return err
	}
	content := views.Phone{Standing: standing(v.progress)}
	page := v.phonePage(content)
	return v.render(http.StatusOK, page, views.PhonePage(page, content))
}

// makeCode makes a one-time link for the phone, and leads to the page that shows it.
// The link that it is to replace is good for nothing from then on.
func (v *visit) makeCode() error {
	if err := v.allow(session.LimitHandoff, v.who.SessionID); err != nil {
		return err
	}
	if err := v.proceed(); err != nil {
		return err
	}
	ctx, who := v.c.Request().Context(), v.who
	who.Locale = v.page().Locale // a phone that never was here speaks the same language
	name, err := v.h.Handoffs.Make(ctx, who, markOf(v.progress))
	if err != nil {
		return keeping(err)
	}
	if old := v.field("code"); old != "" {
		if err := v.h.Handoffs.Drop(ctx, v.who, old); err != nil {
			return keeping(err)
		}
	}
	return seeOther(v.c, v.path("phone/"+name))
}

// showCode shows the link that this session has made, and what has become of it. The
// customer who is done on the phone is led on.
func (v *visit) showCode() error {
	if err := v.proceed(); err != nil {
		return err
	}
	name := v.c.Param("code")
	content := views.PhoneCode{Standing: standing(v.progress), Code: name, State: "gone"}
	handoff, err := v.h.Handoffs.Look(v.c.Request().Context(), v.who, name)
	switch {
	case errors.Is(err, session.ErrHandoffGone):
	case err != nil:
		return keeping(err)
	case movedOn(handoff.From, v.progress):
		if handoff.Opened {
			v.notice(session.NoticePhoneDone)
		}
		return seeOther(v.c, v.path(""))
	case handoff.Opened:
		content.State = "opened"
	default:
		content.State = "waiting"
		content.Address = session.LinkURL(v.h.BaseURL.String(), v.partner.ID, handoff.Token)
		content.Match = matchingLetters(handoff.Token)
	}
	page := v.phonePage(content)
	page.Follow = true
	if page.Live = content.State != "gone"; page.Live {
		page.Refresh = 15
	}
	return v.render(http.StatusOK, page, views.PhoneCodePage(page, content))
}

// phonePage is what is around these pages, which bear the marks of a stage but are
// the page of none.
func (v *visit) phonePage(content any) views.Page {
	page := v.page()
	if v.c.Request().Header.Get(pollHeader) == "" {
		page.Notice = string(v.h.Cookies.TakeNotice(v.c.Response(), v.c.Request(), v.partner.ID))
	}
	page.Version = versionOf(page.Locale, content)
	return page
}

// markOf is where a customer is when a code is made, for movedOn.
func markOf(p onboarding.Progress) string {
	if p.StepUpNotice {
		return string(p.State) + "+"
	}
	return string(p.State)
}

// movedOn tells whether a customer is no longer where a code was made. To begin with
// the check, or to be given its page, is to be at work on the phone: a computer that
// went on by then would open the same check once more.
func movedOn(from string, p onboarding.Progress) bool {
	checking := func(state onboarding.State) bool {
		switch state {
		case onboarding.StateStart, onboarding.StateContinue, onboarding.StateStepUp, onboarding.StatePreparing:
			return true
		}
		return false
	}
	switch onboarding.State(from) {
	case onboarding.StateStart, onboarding.StateContinue, onboarding.StateStepUp, onboarding.StatePreparing,
		onboarding.StateRestart, onboarding.StateRetry, onboarding.StateStartAgain:
		if checking(p.State) {
			return false
		}
	}
	return markOf(p) != from
}

// matching are the letters that two screens show. They are told apart in any script
// and over the telephone, and make no words.
const matching = "BCDFGHJKMNPQRSTVWXZ"

// matchingLetters are the same on both sides because both know the link. They tell
// nothing about it.
func matchingLetters(token string) string {
	sum := sha256.Sum256([]byte("matching letters\x00" + token))
	letters := make([]byte, 4)
	for i := range letters {
		letters[i] = matching[int(sum[i])%len(matching)]
	}
	return string(letters)
}
