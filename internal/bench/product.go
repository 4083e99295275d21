package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// folder is where the bench keeps what it measures.
type folder struct {
	dir       string
	encrypted bool
}

func (f *folder) data() string {
	if f.encrypted {
		return filepath.Join(f.dir, "encrypted")
	}
	return filepath.Join(f.dir, "data")
}
func (f *folder) manifest() string { return f.data() + ".json" }

func (f *folder) keyFile() string {
	if f.encrypted {
		return filepath.Join(f.dir, "key")
	}
	return ""
}

// serve is the command that serves it.
func (f *folder) serve() []string {
	args := []string{"serve", "--data", f.data(), "--checkpoints", filepath.Join(f.dir, "checkpoints"), "--listen", "127.0.0.1:0"}
	if f.encrypted {
		args = append(args, "--key-file", f.keyFile())
	}
	return args
}

// child is a second process that answers on an address.
type child struct {
	cmd     *exec.Cmd
	address string
	began   time.Time
	ready   time.Duration // from start to the line that says it is ready
}

// start runs this program again and waits until it says where it answers.
func start(ctx context.Context, args ...string) (*child, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, began: time.Now()}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, address, ok := strings.Cut(lines.Text(), "http://"); ok {
			c.address, c.ready = strings.TrimSpace(address), time.Since(c.began)
			return c, nil
		}
	}
	return nil, errors.Join(errors.New("the second process did not start"), cmd.Wait())
}

// stop ends the process as an operator would.
func (c *child) stop() error {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stopping the second process: %w", err)
	}
	_ = c.cmd.Wait()
	return nil
}

// memory is a figure of the process's resident memory, in MB: VmRSS now, VmHWM at most; zero where the system does not tell.
func (c *child) memory(what string) float64 {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(c.cmd.Process.Pid), "status"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, what+":"); ok {
			kb, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			return kb / 1024
		}
	}
	return 0
}

// worked is how much processor time the process has used, to a hundredth of a second; zero where the system does not tell. Unlike the time that passes, it is
// little touched by what else the machine does.
func (c *child) worked() time.Duration {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(c.cmd.Process.Pid), "stat"))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ") // behind the name, which may hold spaces
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * (time.Second / 100)
}
