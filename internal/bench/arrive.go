package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// arrive measures receiving the person at another provider, with every hash, chain and signature checked, and ratifying them while care goes on.
func (e *extracts) arrive(ctx context.Context, w io.Writer) (err error) {
	file, err := os.Create(filepath.Join(e.dir, "package"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	begin := time.Now()
	if _, err := e.in.GiveByHand(ctx, file, installation.ByHand{Person: e.person, Open: true, To: "the bench", Why: "measuring"}, nil); err != nil {
		return err
	}
	sent := time.Since(begin)
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	to, err := installation.Open(ctx, installation.Options{Dir: filepath.Join(e.dir, "new"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	n, err := newProvider(ctx, to)
	if err != nil {
		return err
	}
	before := ownWork()
	begin = time.Now()
	peer := transfer.Peer{System: e.in.Identity.System, Provider: "Bench House", Keys: e.in.Identity.Keys}
	segment, err := transfer.Receiver{Guard: to.Guard}.Receive(ctx, file, peer)
	if err != nil {
		return err
	}
	received, worked := time.Since(begin), ownWork()-before
	longest, ratified, err := n.ratify(ctx, segment.ID)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "\n| measure | versions a second |\n|---|---|")
	fmt.Fprintf(w, "| giving it in a file, with its proof | %.0f |\n", e.versions/sent.Seconds())
	fmt.Fprintf(w, "| receiving and verifying it, with %s of processor time a version | %.0f |\n", (worked / time.Duration(e.versions)).Round(100*time.Nanosecond), e.versions/received.Seconds())
	fmt.Fprintf(w, "| ratifying it, while care commits one note after the other, the longest of which took %s | %.0f |\n", short(longest), e.versions/ratified.Seconds())
	return nil
}

// newHome is the provider that the person comes to.
type newHome struct {
	in            *installation.Installation
	place, worker uuid.UUID
	resident      uuid.UUID // somebody else, whom care goes on for
}

func newProvider(ctx context.Context, in *installation.Installation) (*newHome, error) {
	n := &newHome{in: in, place: uuid.Must(uuid.NewV7()), worker: uuid.Must(uuid.NewV7())}
	_, err := in.Recorder.Commit(ctx, record.Committer{Account: "admin"},
		opening(n.place, standard.DirectoryStream, "service-provider", `{"name":"New House","organisationIdentifier":"ZZBENC2"}`),
		opening(n.worker, standard.DirectoryStream, "care-worker", `{"personName":{"personFirstName":"Sam","personFamilyName":"Okoro"}}`))
	if err != nil {
		return nil, err
	}
	err = in.Guard.CreateAccount(ctx, access.NewAccount{Account: "manager", Name: "Sam Okoro", Password: benchPassword, Role: "registered-manager", Worker: n.worker, Places: []uuid.UUID{n.place}})
	if err != nil {
		return nil, err
	}
	var p person
	l := &loader{in: in, home: &home{Place: n.place, Worker: n.worker}, by: record.Committer{Actor: n.worker, Account: "manager", Role: "registered-manager"}}
	err = l.person(ctx, &p, 0, 2)
	n.resident = p.ID
	return n, err
}

// ratify accepts everything while notes are written about somebody else, and tells how long the longest of those took.
func (n *newHome) ratify(ctx context.Context, segment uuid.UUID) (longest, took time.Duration, err error) {
	session, err := n.in.Guard.Session(ctx, "manager", access.Management)
	if err != nil {
		return 0, 0, err
	}
	done := make(chan struct{})
	var writing error
	var care sync.WaitGroup
	care.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
			begin := time.Now()
			if _, writing = session.Commit(ctx, &record.Proposal{Stream: n.resident, Changes: []record.ProposedChange{{Type: record.Create, Path: "/changes/0", Class: note, Content: noteContent(i)}}}); writing != nil {
				return
			}
			longest = max(longest, time.Since(begin))
		}
	})
	begin := time.Now()
	_, err = session.Ratify(ctx, access.Ratification{Segment: segment, Selection: access.SegmentSelection{All: true}, Place: n.place, Reason: "Moves in"})
	took = time.Since(begin)
	close(done)
	care.Wait()
	return longest, took, errors.Join(err, writing)
}

// watchMemory follows how much memory the process has in use until what it gives is called, which tells the most, in MB; zero where the system does not tell.
func watchMemory() func() float64 {
	done, told := make(chan struct{}), make(chan float64)
	go func() {
		most := 0.0
		for {
			most = max(most, ownMemory())
			select {
			case <-done:
				told <- most
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() float64 {
		close(done)
		return <-told
	}
}

// ownWork is how much processor time this process has used.
func ownWork() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func ownMemory() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			return kb / 1024
		}
	}
	return 0
}
