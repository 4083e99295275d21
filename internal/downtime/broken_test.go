package downtime_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rosemary/internal/downtime"
	"rosemary/internal/fixture"
)

// TestABrokenAttemptIsNoPack: what a kill in the middle left, at whichever step, is not led to, does not count as the last pack, and is tidied by the next; what cannot be written leaves the last pack and its
// index as they were, and nothing beside them however often it is tried.
func TestABrokenAttemptIsNoPack(t *testing.T) {
	w := fixture.New(t)
	ctx := context.Background()
	to := filepath.Join(t.TempDir(), "pack")
	make := func() (downtime.Made, error) {
		for before := w.Clock.Now().Unix(); w.Clock.Now().Unix() == before; {
		}
		return downtime.Make(ctx, w.Installation, to, time.Hour)
	}
	first, err := make()
	if err != nil {
		t.Fatal(err)
	}
	index := read(t, first.Path)
	if at, ok := downtime.Latest(to); !ok || at.Unix() != first.At.Unix() {
		t.Errorf("the last is of %s, %v", at, ok)
	}

	// A kill leaves a folder that has not got its name, one that has and that the index does not lead to yet, and half an index.
	half, unled := filepath.Join(to, "pack-29990101T000000Z.part"), filepath.Join(to, "pack-29990101T000000Z")
	for _, dir := range []string{half, unled} {
		if err := os.Mkdir(dir, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(to, "index.html.part"), []byte("<a href="), 0o600); err != nil {
		t.Fatal(err)
	}
	if at, _ := downtime.Latest(to); at.Unix() != first.At.Unix() {
		t.Errorf("a pack that nothing leads to counts as the last: %s", at)
	}
	if err := os.RemoveAll(unled); err != nil {
		t.Fatal(err)
	}
	second, err := make()
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(to, "*.part")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if strings.Contains(read(t, second.Path), "pack-2999") || read(t, second.Path) == index {
		t.Error("the index does not lead to the new pack")
	}

	// The index cannot be replaced: a folder of its name is in the way of its first half.
	index = read(t, second.Path)
	if err := os.MkdirAll(filepath.Join(to, "index.html.part", "x"), 0o750); err != nil {
		t.Fatal(err)
	}
	before, _ := filepath.Glob(filepath.Join(to, "pack-*"))
	for range 3 {
		if _, err := make(); err == nil {
			t.Fatal("it was made")
		}
	}
	after, _ := filepath.Glob(filepath.Join(to, "pack-*"))
	if len(after) != len(before) || read(t, second.Path) != index {
		t.Errorf("behind three attempts that failed: %v, before them %v", after, before)
	}
	if at, _ := downtime.Latest(to); at.Unix() != second.At.Unix() {
		t.Errorf("the last is of %s", at)
	}
}
