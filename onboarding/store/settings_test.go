package store

import (
	"fmt"
	"testing"
)

func settingIsAgreed(t *testing.T, s *Store, _ *clock) {
	if value := must[[]byte](t)(s.Setting(background(t), "n")); value != nil {
		t.Errorf("there is %q at first", value)
	}
	ok(t, s.ChangeSetting(background(t), "n", []byte("nobody's")))
	kept := make([]string, 20)
	atOnce(len(kept), func(i int) {
		value, err := s.FirstSetting(background(t), "n", fmt.Append(nil, i))
		if err != nil {
			t.Error(err)
		}
		kept[i] = string(value)
	})
	for _, value := range kept {
		if value == "" || value != kept[0] {
			t.Fatalf("they don't agree: %v", kept)
		}
	}
	ok(t, s.ChangeSetting(background(t), "n", []byte("\x00new")))
	if value := must[[]byte](t)(s.FirstSetting(background(t), "n", []byte("late"))); string(value) != "\x00new" {
		t.Errorf("it is %q", value)
	}
}
