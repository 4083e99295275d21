package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
)

// home is what the bench works on: one home, one senior carer with a token, and people with records.
type home struct {
	token   string
	people  []uuid.UUID
	records []uuid.UUID // one of each person
}

const (
	note          = "daily-note" // the class that is written and read: a note of a carer
	recordsEach   = 40           // notes that every person has when the run begins
	benchPassword = "only for the bench"
)

// furnish makes an installation with so many people through sessions, as everything is made.
func furnish(ctx context.Context, dir string, people int) (*home, error) {
	in, err := installation.Open(ctx, installation.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	h, err := settle(ctx, in, people)
	return h, errors.Join(err, in.Close())
}

func settle(ctx context.Context, in *installation.Installation, people int) (*home, error) {
	admin := access.NewAccount{Account: "admin", Name: "Bench administrator", Password: benchPassword, Role: "administrator"}
	if err := in.Guard.CreateAccount(ctx, admin); err != nil {
		return nil, err
	}
	session, err := in.Guard.Session(ctx, "admin", "administration")
	if err != nil {
		return nil, err
	}
	place, worker := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	_, err = session.Commit(ctx,
		opening(place, standard.DirectoryStream, "service-provider", `{"name":"Bench House","organisationIdentifier":"ZZBENCH"}`),
		opening(worker, standard.DirectoryStream, "care-worker", `{"personName":{"personFirstName":"Sam","personFamilyName":"Okoro"}}`))
	if err != nil {
		return nil, err
	}
	carer := access.NewAccount{Account: "carer", Name: "Sam Okoro", Password: benchPassword, Role: "senior-carer", Worker: worker, Places: []uuid.UUID{place}}
	if err := in.Guard.CreateAccount(ctx, carer); err != nil {
		return nil, err
	}
	h := &home{}
	if h.token, err = in.Guard.NewToken(ctx, "carer", "bench", 24*time.Hour); err != nil {
		return nil, err
	}
	if session, err = in.Guard.Session(ctx, "carer", "direct-care"); err != nil {
		return nil, err
	}
	for i := range people {
		person, rec, err := moveIn(ctx, session, place, worker, i)
		if err != nil {
			return nil, err
		}
		h.people, h.records = append(h.people, person), append(h.records, rec)
	}
	return h, nil
}

// moveIn registers one person and writes their first notes.
func moveIn(ctx context.Context, session *access.Session, place, worker uuid.UUID, n int) (person, rec uuid.UUID, err error) {
	person, rec = uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	who := fmt.Sprintf(`{"personName":{"personFirstName":"Test","personFamilyName":"Person %d"},"personIdentification":{"nhsNumberStatusIndicator":{"code":"07"}},"personDemographics":{"dateOfBirth":"1940","genderIdentity":{"absent":"not-asked"},"ethnicity":{"absent":"not-asked"},"sexualOrientation":{"absent":"not-asked"}}}`, n)
	p := opening(person, standard.PersonStream, "subject-of-care", who)
	p.Changes = append(p.Changes, record.ProposedChange{Type: record.Create, Path: "/changes/1", Class: "placement",
		Content: fmt.Appendf(nil, `{"serviceProvider":{"ref":"%s"},"from":"2026-01-01"}`, place)})
	for i := range recordsEach {
		change := record.ProposedChange{Type: record.Create, Path: "/changes", Class: note, Content: noteContent(i)}
		if i == 0 {
			change.Record = rec
		}
		p.Changes = append(p.Changes, change)
	}
	_, err = session.Commit(ctx, p)
	return person, rec, err
}

func opening(stream uuid.UUID, kind standard.Stream, class, content string) *record.Proposal {
	return &record.Proposal{Stream: stream, Opens: kind, Changes: []record.ProposedChange{
		{Type: record.Create, Path: "/changes/0", Record: stream, Class: class, Content: []byte(content)},
	}}
}

// noteContent is a note of about 1 KB.
func noteContent(n int) []byte {
	when := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * 7 * time.Minute).Format(time.RFC3339)
	text := strings.Repeat("Sat with them after tea, talked about the garden and the weather. ", 14)
	return fmt.Appendf(nil, `{"when":"%s","freeText":"%s","mood":{"code":"content"}}`, when, text)
}

// child is a second process that answers on an address.
type child struct {
	cmd     *exec.Cmd
	address string
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
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd: cmd}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, address, ok := strings.Cut(lines.Text(), "http://"); ok {
			c.address, c.ready = strings.TrimSpace(address), time.Since(begin)
			return c, nil
		}
	}
	return nil, errors.Join(errors.New("the second process did not start"), cmd.Wait())
}

// stop ends the process as an operator would.
func (c *child) stop() error {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	_ = c.cmd.Wait()
	return nil
}

// memory is the process's resident memory now, in MB; zero where the system does not tell.
func (c *child) memory() float64 {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(c.cmd.Process.Pid), "status"))
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kb / 1024
		}
	}
	return 0
}
