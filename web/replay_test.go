package web

import (
	"strings"
	"testing"

	"rosemary/access/outbox"
)

// TestEveryPageThatADevicePostsToIsThere: a pattern that is written wrongly would leave what was recorded without a network waiting for a person, and nobody would know why.
func TestEveryPageThatADevicePostsToIsThere(t *testing.T) {
	s := &server{config: Config{Outbox: &outbox.Desk{}}}
	s.routes()
	for pattern := range replayable {
		if s.posters[pattern] == nil {
			t.Errorf("there is no page %s", pattern)
		}
	}
	known := func(pattern string) bool { return s.posters[pattern] != nil }
	class := func(string) bool { return true }
	if _, err := readOffline(offlineFile, known, class); err != nil {
		t.Error(err)
	}
	_, err := readOffline([]byte("pages: [/shift, /shifts]\nperson: [/today, /todays]\nfollow: [/medicines]\nkeep: [\"/people/{stream}/bodies\"]\npeople: 1\nhours: 1\n"), known, class)
	for _, words := range []string{"no page /shifts", "no page /people/{stream}/todays", "no page /people/{stream}/bodies", "/medicines under follow is not under person"} {
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%q is not said: %v", words, err)
		}
	}
}
