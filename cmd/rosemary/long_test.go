package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
)

// again is this program once more, as a process of its own.
func again(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Args = append([]string{"rosemary"}, args...)                                                            // by that name TestMain knows it
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "ROSEMARY_") }) // they are ours, not settings
	return cmd
}

// works runs a command to its end and gives what it printed.
func works(t *testing.T, args ...string) string {
	t.Helper()
	out, err := again(t, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("rosemary %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// counted reads from the environment how often or how long; zero when nothing is said.
func counted(name string) int {
	n, _ := strconv.Atoi(os.Getenv(name))
	return n
}

// someHome is a data folder with people in it, and everybody's password.
func someHome(t *testing.T) (dir, password string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "home")
	works(t, "demo", "--only-fill", "--people", "2", "--days", "2", "--data", dir)
	text, err := os.ReadFile(filepath.Join(dir, demoFile))
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Password string `json:"password"`
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return dir, d.Password
}

// killed runs a command and kills it within some time. It reports whether the command had ended before.
func killed(t *testing.T, within time.Duration, cmd *exec.Cmd) bool {
	t.Helper()
	var out bytes.Buffer
	cmd.Stderr = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(time.Duration(rand.Int64N(int64(within))), func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	timer.Stop()
	if err != nil && !strings.Contains(err.Error(), "killed") {
		t.Errorf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out.String())
	}
	return err == nil
}

// TestKilledLongWork kills backups, restores and encryption on the way, ROSEMARY_KILLS times each. Nothing half done passes for done, and doing it again does it.
func TestKilledLongWork(t *testing.T) {
	times := counted("ROSEMARY_KILLS")
	if times == 0 {
		t.Skip("takes minutes: make test-long")
	}
	dir := t.TempDir()
	home, _ := someHome(t)
	key, kept := filepath.Join(dir, "backup.key"), filepath.Join(dir, "kept")
	out, err := again(t, "backup", "key", "--output", key).Output()
	if err != nil {
		t.Fatal(err)
	}
	recipient := strings.TrimSpace(string(out))
	began := time.Now()
	works(t, "backup", "--data", home, "--to", kept, "--recipient", recipient)
	took := time.Since(began) + 50*time.Millisecond
	t.Run("backup", func(t *testing.T) {
		for n := range times {
			to := filepath.Join(dir, fmt.Sprint("try", n))
			ended := killed(t, took, again(t, "backup", "--data", home, "--to", to, "--recipient", recipient))
			if _, err := os.Stat(to); err == nil {
				works(t, "backup", "check", to, "--identity", key)
			} else if ended {
				t.Error("it ended, and there is no backup")
			}
		}
		snapshots := filepath.Join(home, "snapshot-*")
		left, _ := filepath.Glob(snapshots)
		for _, name := range left { // what a crash leaves is swept up when nobody can be at work on it any more
			if err := os.Chtimes(name, time.Time{}, time.Now().Add(-48*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		works(t, "backup", "--data", home, "--to", filepath.Join(dir, "last"), "--recipient", recipient)
		works(t, "verify", "--data", home)
		if left, _ := filepath.Glob(snapshots); len(left) > 0 {
			t.Errorf("two days later there is left: %v", left)
		}
	})
	t.Run("restore", func(t *testing.T) {
		for n := range times {
			to := filepath.Join(dir, fmt.Sprint("restored", n))
			restore := []string{"restore", kept, "--data", to, "--identity", key, "--checkpoints", to + "-checkpoints"}
			if !killed(t, took, again(t, restore...)) {
				if err := again(t, "verify", "--data", to, "--checkpoints", to+"-checkpoints").Run(); err != nil {
					for _, left := range []string{".restoring", ".restoring-checkpoints"} { // as the command itself tells the operator
						if err := os.RemoveAll(to + left); err != nil {
							t.Fatal(err)
						}
					}
					works(t, restore...) // it was not done: it can be done again, at the same place
				}
			}
			works(t, "verify", "--data", to, "--checkpoints", to+"-checkpoints")
			if err := os.RemoveAll(to); err != nil {
				t.Fatal(err)
			}
		}
	})
	t.Run("encrypt", func(t *testing.T) {
		for n := range times {
			data := filepath.Join(dir, fmt.Sprint("encrypted", n))
			if err := os.CopyFS(data, os.DirFS(home)); err != nil {
				t.Fatal(err)
			}
			keyFile := data + ".key"
			encryptKilled(t, data, keyFile, took)
			plain, sealed := again(t, "verify", "--data", data).Run(), again(t, "verify", "--data", data, "--key-file", keyFile).Run()
			if plain != nil && sealed != nil {
				t.Fatalf("killed while it was being encrypted, it opens neither way: %v, %v", plain, sealed)
			}
			encryptKilled(t, data, keyFile, 0)
			works(t, "verify", "--data", data, "--key-file", keyFile)
			if err := os.RemoveAll(data); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// encryptKilled encrypts a folder, types the recovery key back when it is asked for, and kills the command within some time after that; zero: never.
func encryptKilled(t *testing.T, data, keyFile string, within time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := again(t, "encrypt", "--data", data, "--key-file", keyFile)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() {
		if within > 0 {
			time.AfterFunc(time.Duration(rand.Int64N(int64(within))), func() {
				if ctx.Err() == nil {
					_ = cmd.Process.Kill()
				}
			})
		}
	}
	asked := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if answer, is := strings.CutPrefix(lines.Text(), "    "); is && !asked {
			asked = true
			_, _ = fmt.Fprintln(in, answer)
			kill()
		}
	}
	if err := cmd.Wait(); err != nil && within == 0 && !strings.Contains(errs.String(), "encrypted already") {
		t.Fatalf("encrypting again: %v\n%s", err, errs.String())
	}
}
