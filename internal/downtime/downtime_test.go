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
	"rosemary/standard"
)

// TestThePackIsThereWhenTheServerIsNot: the index opens pages that are there, an older pack makes room, what is held closely is not in it, and that it was made is in the log of who saw what.
func TestThePackIsThereWhenTheServerIsNot(t *testing.T) {
	w := fixture.New(t)
	ctx := context.Background()
	w.Write("senior", w.Person, "allergies-and-adverse-reactions", `{"allergyStatus":{"code":"has-allergy"},"causativeAgent":{"code":"penicillin"},"descriptionOfReaction":[{"text":"rash"}],"date":"2026-03-09"}`)
	w.Write("senior", w.Person, "instruction", `{"description":"Walk to every meal","status":{"code":"active"},"date":"2026-03-09"}`)
	w.Write("manager", w.Person, "safeguarding-concern", `{"safeguardingConcerns":"Not for every eye","date":"2026-03-09"}`)
	to := filepath.Join(t.TempDir(), "pack")
	first, err := downtime.Make(ctx, w.Installation, to, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if first.People != 2 || first.Homes != 2 || first.Path != filepath.Join(to, "index.html") {
		t.Errorf("made %+v", first)
	}
	index := read(t, first.Path)
	var pages []string
	for _, part := range strings.Split(index, `<a href="`)[1:] {
		href, _, _ := strings.Cut(part, `"`)
		pages = append(pages, read(t, filepath.Join(to, href)))
	}
	all := strings.Join(pages, "")
	for _, words := range []string{"Whitlock", "Pell", "Penicillin", "Walk to every meal"} {
		if !strings.Contains(all, words) {
			t.Errorf("the pack does not say %q", words)
		}
	}
	if strings.Contains(all, "Not for every eye") || len(pages) != 2 {
		t.Errorf("%d pages, or what is held closely stands in them", len(pages))
	}
	log, err := w.Session("manager").AccessLog(ctx, w.Person, 0, 10)
	if err != nil || len(log) == 0 || log[0].Action != "downtime" {
		t.Errorf("the log of who saw what: %+v, %v", log, err)
	}
	for range 3 {
		for before := w.Clock.Now().Unix(); w.Clock.Now().Unix() == before; {
		}
		if _, err := downtime.Make(ctx, w.Installation, to, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(to, "*"))
	if err != nil || len(left) != 3 {
		t.Errorf("in the folder: %v, %v", left, err)
	}
	again, err := w.Session("manager").AccessLog(ctx, w.Person, 0, 10)
	if err != nil || len(again) != len(log)+1 { // and that the log itself was read
		t.Errorf("the same day is kept for each person again: %d entries, then %d", len(log), len(again))
	}
}

// TestAPackInsideTheDataFolderIsRefused: also by a link.
func TestAPackInsideTheDataFolderIsRefused(t *testing.T) {
	data := t.TempDir()
	link := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Symlink(data, link); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{data, filepath.Join(data, "pack"), filepath.Join(data, "..", filepath.Base(data), "x"), filepath.Join(link, "pack")} {
		if _, err := downtime.Folder(data, to); standard.KindOf(err) != standard.Conflict {
			t.Errorf("%s: %v", to, err)
		}
	}
	if _, err := downtime.Folder(data, ""); standard.KindOf(err) != standard.Invalid {
		t.Errorf("nowhere: %v", err)
	}
	if _, err := downtime.Folder(data, data+"-pack"); err != nil {
		t.Errorf("beside it: %v", err)
	}
}

// TestWhatCannotBeMadeIsAnAlarm: a folder that cannot be written leaves the last pack as it was, and the schedule says that it fails, until it works again.
func TestWhatCannotBeMadeIsAnAlarm(t *testing.T) {
	w := fixture.New(t)
	to := filepath.Join(t.TempDir(), "pack")
	if err := os.WriteFile(to, nil, 0o600); err != nil { // something else is in the way
		t.Fatal(err)
	}
	s := &downtime.Schedule{Every: time.Hour, To: to}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { s.Run(ctx, w.Installation); close(done) }()
	waitFor(t, func() bool { _, failing := s.State(); return failing })
	stop()
	<-done
	if err := os.Remove(to); err != nil {
		t.Fatal(err)
	}
	ctx, stop = context.WithCancel(context.Background())
	defer stop()
	again := &downtime.Schedule{Every: time.Hour, To: to}
	go again.Run(ctx, w.Installation)
	waitFor(t, func() bool { made, failing := again.State(); return !failing && !made.IsZero() })
	if (*downtime.Schedule)(nil).On() || (&downtime.Schedule{}).On() || (&downtime.Schedule{Every: time.Hour}).On() {
		t.Error("a schedule without a folder is on")
	}
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for range 500 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("it did not happen")
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
