package access

import (
	"strings"
	"testing"
	"time"
)

func TestPauses(t *testing.T) {
	want := map[int]time.Duration{1: 0, 4: 0, 5: 30 * time.Second, 6: time.Minute, 9: 8 * time.Minute, 10: 15 * time.Minute, 1000: 15 * time.Minute}
	for tries, pause := range want {
		if got := pauseAfter(tries); got != pause {
			t.Errorf("after %d tries: %v, want %v", tries, got, pause)
		}
	}
}

func TestPasswords(t *testing.T) {
	for password, fine := range map[string]bool{
		"short": false, "nine char": false, "ten chars!": true, "aaaaaaaaaaaa": false, "pat.morgan": false, "Pat.Morgan": false,
		"drei Wörter gut": true, "\xff\xfe\xfd and more": false, strings.Repeat("long ", 300): false,
	} {
		if got := len(passwordProblems("pat.morgan", password)) == 0; got != fine {
			t.Errorf("%q: accepted %v, want %v", password, got, fine)
		}
	}
	hash := hashPassword("three plain words")
	for password, right := range map[string]bool{"three plain words": true, "three plain word": false, "": false} {
		if good, err := checkPassword(hash, password); err != nil || good != right {
			t.Errorf("%q: %v %v, want %v", password, good, err, right)
		}
	}
	if _, err := checkPassword("$argon2id$v=19$m=1,t=0,p=1$AA$AA", "x"); err == nil {
		t.Error("a damaged hash was taken")
	}
}
