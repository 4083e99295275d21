package bulk_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rosemary/fhir/bulk"
	"rosemary/internal/fixture"
	storebulk "rosemary/store/bulk"
)

// desk is a desk over the database of a world, as another start of the program would open it.
func desk(t *testing.T, w *fixture.World, dir string) *bulk.Desk {
	t.Helper()
	jobs, err := storebulk.Open(context.Background(), w.Database)
	if err != nil {
		t.Fatal(err)
	}
	return bulk.New(bulk.Config{Jobs: jobs, Dir: dir, Now: w.Clock.Now, Log: w.Logger, Every: 32 << 10})
}

// counting writes ten long lines, each a place to go on from, and stops the program behind one of them.
func counting(stopBehind int, stop func()) bulk.Source {
	return func(ctx context.Context, j *bulk.Job, out *bulk.Out) error {
		from := 0
		if err := out.Counted(ctx, 10); err != nil {
			return err
		}
		if j.Behind != "" {
			if _, err := fmt.Sscan(j.Behind, &from); err != nil {
				return err
			}
		}
		for i := from; i < 10; i++ {
			line := fmt.Sprintf(`{"n":%d,"much":%q}`, i, strings.Repeat("x", 9<<10))
			if err := out.Add(bulk.Output, "Observation", []byte(line)); err != nil {
				return err
			}
			out.Passed()
			if i == stopBehind {
				stop()
			}
			if err := out.Reached(ctx, fmt.Sprint(i+1)); err != nil {
				return err
			}
		}
		return nil
	}
}

func until(t *testing.T, d *bulk.Desk, j *bulk.Job, state bulk.State) *bulk.Job {
	t.Helper()
	for begin := time.Now(); time.Since(begin) < 30*time.Second; time.Sleep(10 * time.Millisecond) {
		if now, _, err := d.Find(context.Background(), j.Account, j.ID); err == nil && now.State == state {
			return now
		}
	}
	t.Fatalf("the export does not come to be %s", state)
	return nil
}

// numbers reads the lines of all files of a job.
func numbers(t *testing.T, d *bulk.Desk, j *bulk.Job) (all []int) {
	t.Helper()
	for _, f := range j.Files {
		content, _, err := d.Open(j, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReaderSize(content, 16<<20)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				break
			}
			var n int
			if _, err := fmt.Sscanf(line, `{"n":%d`, &n); err != nil {
				t.Fatal(err)
			}
			all = append(all, n)
		}
		if err := content.Close(); err != nil {
			t.Error(err)
		}
	}
	slices.Sort(all)
	return all
}

// TestGoesOnAfterARestart: an export that was broken off is carried on by the next start from what counts: every line is there once.
func TestGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	w, dir := fixture.New(t), t.TempDir()
	first := desk(t, w, dir)
	j, err := first.Begin(context.Background(), bulk.Asked{Account: "manager"})
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(context.Background())
	first.Run(running, counting(5, stop)) // returns when it is stopped
	second := desk(t, w, dir)
	stopped, _, err := second.Find(context.Background(), "manager", j.ID)
	if err != nil || stopped.State != bulk.Working || stopped.Behind != "4" || len(stopped.Files) != 1 {
		t.Fatalf("what counts of it: %+v %v", stopped, err)
	}
	if stopped.Total != 10 {
		t.Errorf("nobody learns of how many: %d", stopped.Total)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, j.ID.String())); len(left) != 2 {
		t.Errorf("%d files: the second was begun", len(left))
	}
	running, stop = context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); second.Run(running, counting(-1, nil)) }()
	done := until(t, second, j, bulk.Done)
	if got := numbers(t, second, done); !slices.Equal(got, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
		t.Errorf("lines: %v", got)
	}
	plain, err := os.ReadFile(filepath.Join(dir, j.ID.String(), done.Files[0].Name))
	if err != nil || strings.Contains(string(plain), "xxxxxxxxxxxxxxxx") {
		t.Errorf("it lies legible on the disk: %v", err)
	}
	// Its time over, nothing of it is left.
	w.Clock.Advance(25 * time.Hour)
	for begin := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if left, _ := os.ReadDir(dir); len(left) == 0 {
			break
		}
		if time.Since(begin) > 30*time.Second {
			t.Fatal("the files are kept for ever")
		}
	}
	if _, _, err := second.Find(context.Background(), "manager", j.ID); err == nil {
		t.Error("the export is known for ever")
	}
	stop()
	<-ended
}

// TestNoRoom: while files cannot be written an export waits, says why, and goes on when they can.
func TestNoRoom(t *testing.T) {
	t.Parallel()
	w, dir := fixture.New(t), filepath.Join(t.TempDir(), "exports")
	if err := os.WriteFile(dir, nil, 0o600); err != nil { // no folder can be made here
		t.Fatal(err)
	}
	d := desk(t, w, dir)
	j, err := d.Begin(context.Background(), bulk.Asked{Account: "manager"})
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); d.Run(running, counting(-1, nil)) }()
	defer func() { stop(); <-ended }()
	for begin := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if now, _, err := d.Find(context.Background(), "manager", j.ID); err == nil && strings.Contains(now.Trouble, "disk may be full") && now.State == bulk.Working {
			break
		}
		if time.Since(begin) > 30*time.Second {
			t.Fatal("nothing is said")
		}
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(time.Hour)
	if done := until(t, d, j, bulk.Done); done.Trouble != "" {
		t.Errorf("still in trouble: %s", done.Trouble)
	}
}

// TestWhatLasts: what will not get better by itself ends the export, and its files with it; what is destroyed takes every key along.
func TestWhatLasts(t *testing.T) {
	t.Parallel()
	w, dir := fixture.New(t), t.TempDir()
	d := desk(t, w, dir)
	j, err := d.Begin(context.Background(), bulk.Asked{Account: "manager"})
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.Run(running, func(context.Context, *bulk.Job, *bulk.Out) error { return errors.New("a nonsense") })
	}()
	if failed := until(t, d, j, bulk.Failed); failed.Key != "" || strings.Contains(failed.Trouble, "nonsense") {
		t.Errorf("%+v", failed)
	}
	stop()
	<-ended
	other, err := d.Begin(context.Background(), bulk.Asked{Account: "manager"})
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := storebulk.Open(context.Background(), w.Database)
	if err != nil {
		t.Fatal(err)
	}
	if err := jobs.Forget(context.Background(), w.Person, nil); err != nil {
		t.Fatal(err)
	}
	if now, _, err := d.Find(context.Background(), "manager", other.ID); err != nil || now.Key != "" || now.State != bulk.Failed {
		t.Errorf("%+v %v", now, err)
	}
}
