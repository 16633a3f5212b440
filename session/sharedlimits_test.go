package session_test

import (
	"testing"
	"time"

	"portal/session"
	"portal/session/sessiontest"
)

func TestLimitsInMemory(t *testing.T) {
	sessiontest.Limits(t, func(_ *testing.T, now func() time.Time, factor float64) session.Limits {
		return session.NewMemoryLimits(factor, now)
	})
}
