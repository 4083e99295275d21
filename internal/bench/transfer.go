package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer/exchange"
)

// moverAccount is the manager who asks in one home, and decides in the other.
const moverAccount = "mover"

// moved is what was measured of moving one person between two processes.
type moved struct {
	took   time.Duration // from the decision to the receipt
	export time.Duration // the same record by hand: written to a file
	taken  time.Duration // and taken into an empty folder
	memory float64       // the most that the receiving process held, MB
}

// transfer moves the person who has many versions to another running system, beside an export and an import of the same record by hand.
func (r *run) transfer(ctx context.Context) (m moved, err error) {
	quiet := slog.New(slog.DiscardHandler)
	old, err := installation.Open(ctx, installation.Options{Dir: r.folder.data(), KeyFile: r.folder.keyFile(), Logger: quiet, Beside: true, Existing: true})
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	if err := mover(ctx, old, r.home.Worker, r.home.Place); err != nil {
		return m, err
	}
	dir := filepath.Join(r.folder.dir, "moved")
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := elsewhere(ctx, filepath.Join(dir, "there")); err != nil {
		return m, err
	}
	there, err := start(ctx, "serve", "--data", filepath.Join(dir, "there"), "--listen", "127.0.0.1:0")
	if err != nil {
		return m, err
	}
	next, err := installation.Open(ctx, installation.Options{Dir: filepath.Join(dir, "there"), Logger: quiet, Beside: true, Existing: true})
	if err != nil {
		return m, errors.Join(err, there.stop())
	}
	m.took, err = r.move(ctx, old, next, there.address)
	m.memory = there.memory("VmHWM")
	if err = errors.Join(err, next.Close(), there.stop()); err != nil {
		return m, err
	}
	m.export, m.taken, err = r.byHand(ctx, old, dir)
	return m, err
}

// mover makes the manager's account, unless a run before has made it.
func mover(ctx context.Context, in *installation.Installation, worker, place uuid.UUID) error {
	err := in.Guard.CreateAccount(ctx, access.NewAccount{Account: moverAccount, Name: "Helen Marsh", Password: benchPassword, Role: "registered-manager", Worker: worker, Places: []uuid.UUID{place}})
	if standard.KindOf(err) == standard.Conflict {
		return nil
	}
	return err
}

// elsewhere founds another provider.
func elsewhere(ctx context.Context, dir string) (err error) {
	in, err := installation.Open(ctx, installation.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	place, worker := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	_, err = in.Recorder.Commit(ctx, record.Committer{},
		opening(place, standard.DirectoryStream, "service-provider", `{"name":"Elsewhere House","organisationIdentifier":"ZZELSE"}`),
		opening(worker, standard.DirectoryStream, "care-worker", `{"personName":{"personFirstName":"Helen","personFamilyName":"Marsh"}}`))
	if err != nil {
		return err
	}
	return mover(ctx, in, worker, place)
}

// move lets the one ask and the other send, and measures from the decision until the receipt is there.
func (r *run) move(ctx context.Context, old, next *installation.Installation, address string) (time.Duration, error) {
	for _, pair := range []struct {
		who, whom *installation.Installation
		at        string
	}{{old, next, address}, {next, old, r.product.address}} {
		key, fingerprint := pair.whom.Exchange.Own()
		if _, err := pair.who.Exchange.OperatorAdds(ctx, exchange.NewPeer{Name: "the other", Address: "http://" + pair.at, Key: key, Fingerprint: fingerprint}); err != nil {
			return 0, err
		}
	}
	asker, err := next.Guard.Session(ctx, moverAccount, access.DirectCare)
	if err != nil {
		return 0, err
	}
	decider, err := old.Guard.Session(ctx, moverAccount, access.DirectCare)
	if err != nil {
		return 0, err
	}
	id := uuid.Must(uuid.NewV7())
	ask := exchange.Ask{Requestor: "Elsewhere House", Purpose: next.Exchange.Choices.Purposes[0].Code, Basis: next.Exchange.Choices.Bases[0].Code, Why: "To measure.", Born: "1940-01-01", Given: "Somebody", Family: "With Many"}
	if _, err := next.Exchange.Ask(ctx, asker, id, old.Identity.System, ask); err != nil {
		return 0, err
	}
	if err := awaits(ctx, old, id, exchange.Open); err != nil {
		return 0, err
	}
	err = old.Exchange.Grant(ctx, decider, id, exchange.Decision{Person: r.home.Long.ID, Kind: exchange.Whole, Differences: "To measure.", Justification: "To measure."})
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	err = awaits(ctx, next, id, exchange.Done)
	return time.Since(begin), err
}

// awaits waits until a case is in a state.
func awaits(ctx context.Context, in *installation.Installation, id uuid.UUID, want exchange.State) error {
	for {
		c, err := in.Exchange.Book.Case(ctx, id)
		switch {
		case err == nil && c.State == want:
			return nil
		case err == nil && c.State == exchange.Failed:
			return fmt.Errorf("the transfer failed: %s", c.Trouble)
		case err != nil && standard.KindOf(err) != standard.NotFound:
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// byHand exports the same person to a file, and imports that into an empty folder.
func (r *run) byHand(ctx context.Context, old *installation.Installation, dir string) (export, taken time.Duration, err error) {
	file, err := os.Create(filepath.Join(dir, "export.ndjson"))
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	begin := time.Now()
	if _, err = old.Export(ctx, file, []uuid.UUID{r.home.Long.ID}, nil); err != nil {
		return 0, 0, err
	}
	if err := file.Sync(); err != nil {
		return 0, 0, err
	}
	export = time.Since(begin)
	in, err := installation.Open(ctx, installation.Options{Dir: filepath.Join(dir, "hand"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return 0, 0, err
	}
	if _, err := file.Seek(0, 0); err != nil {
		return 0, 0, errors.Join(err, in.Close())
	}
	begin = time.Now()
	_, err = in.Import(ctx, file, nil)
	return export, time.Since(begin), errors.Join(err, in.Close())
}

// row is a line of the report.
func (m moved) row(versions int) string {
	hand := m.export + m.taken
	return fmt.Sprintf("| transfer of a person with %d versions between two processes, decision to receipt; export plus import by hand; ratio | %s; %s + %s; %.1f |\n| most memory of the process that receives them | %.0f MB |\n",
		versions, short(m.took), short(m.export), short(m.taken), m.took.Seconds()/hand.Seconds(), m.memory)
}
