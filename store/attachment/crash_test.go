package attachment_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
)

const victim = "ROSEMARY_ATTACHMENT_VICTIM"

// crashStream is whom the victim keeps files for.
var crashStream = uuid.MustParse("01900000-0000-7000-8000-0000000000aa")

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(victim); dir != "" {
		keepUntilKilled(dir)
		return
	}
	os.Exit(m.Run())
}

// keepUntilKilled keeps one file after the other, and tells of each that was acknowledged.
func keepUntilKilled(dir string) {
	p := &place{t: quiet{}, dir: dir}
	p.open(8 << 20)
	for n := 0; ; n++ {
		content := append(fmt.Appendf(nil, "%%PDF-%d\n", rand.Uint64()), bytes.Repeat([]byte{byte(n)}, 200_000+rand.IntN(800_000))...)
		kept, err := p.Keep(quiet{}.Context(), crashStream, "ruth", bytes.NewReader(content), access.Said{})
		if err != nil {
			panic(err)
		}
		fmt.Println(kept.Hash)
	}
}

// TestAKillLosesNothingAcknowledged: the process is killed at some moment while it receives files; all that it acknowledged is there and whole, and what it had
// half received is gone.
func TestAKillLosesNothingAcknowledged(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(t)
	if err := p.db.Close(); err != nil {
		t.Fatal(err)
	}
	acknowledged, kills := 0, 4
	if n, err := strconv.Atoi(os.Getenv("ROSEMARY_KILLS")); err == nil && n > 0 {
		kills = n
	}
	for range kills {
		child := exec.CommandContext(t.Context(), self)
		child.Env = append(os.Environ(), victim+"="+p.dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(300*time.Millisecond+time.Duration(rand.IntN(300))*time.Millisecond, func() { _ = child.Process.Kill() })
		var told []record.Hash
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if hash, err := hex.DecodeString(lines.Text()); err == nil && len(hash) == 32 {
				told = append(told, record.Hash(hash))
			}
		}
		_ = child.Wait()
		p.open(8 << 20)
		for _, hash := range told {
			if err := p.Check(t.Context(), crashStream, hash, record.Attachment{}); err != nil {
				t.Errorf("acknowledged and not there: %v", err)
			}
		}
		for _, name := range p.onDisk() {
			if bytes.Contains([]byte(name), []byte("incoming")) {
				t.Errorf("left half received: %s", name)
			}
		}
		acknowledged += len(told)
		if err := p.db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if acknowledged == 0 {
		t.Error("nothing was acknowledged: the test shows nothing")
	}
}
