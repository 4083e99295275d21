package exchange

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"rosemary/access"
	"rosemary/ehr/extract"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// pack writes the package that was decided, sealed for whoever asked, as whoever decided: what they may not send does not go. It is written beside and renamed, so that there never is
// half a package; broken off, it is begun again.
func (x *Exchange) pack(ctx context.Context, c *Case, peer *Peer) error {
	session, err := x.Guard.Session(ctx, c.Decision.Account, access.Management)
	if kind := standard.KindOf(err); kind == standard.Unauthenticated || kind == standard.NotFound {
		return &standard.Fault{Kind: standard.Forbidden, Message: "Whoever decided this can no longer sign in here.", Hint: "Decide it again."}
	}
	if err != nil {
		return err
	}
	if err := x.folder(); err != nil {
		return err
	}
	view, err := session.View(ctx, access.At{})
	if err != nil {
		return err
	}
	s := x.sending(c, peer, view.Moment())
	part := x.outgoing(c.ID) + ".part"
	size, hash, err := x.write(ctx, c, peer, session, s, part)
	if err != nil {
		return errors.Join(err, forget(part))
	}
	statement := Statement{Case: c.ID, From: x.System, To: peer.System, Kind: c.Decision.Kind, Size: size, Hash: hash, Made: x.Now()}
	signed, err := statement.Sign(x.Keys)
	if err != nil {
		return err
	}
	if err := errors.Join(os.Rename(part, x.outgoing(c.ID)), syncFolder(x.Dir)); err != nil {
		return fmt.Errorf("a package: %w", err)
	}
	return x.move(ctx, c, func(now *Case) {
		now.State, now.Statement, now.Size, now.UpTo, now.Held = Ready, signed, size, s.UpTo, 0
	})
}

// sending says what goes and why, for the log of who saw what too.
func (x *Exchange) sending(c *Case, peer *Peer, upTo record.Moment) transfer.Sending {
	return transfer.Sending{
		Person: c.Decision.Person, UpTo: upTo, After: c.Decision.After, To: peer.Name, Why: x.why(c), System: x.System, Keys: x.AllKeys, Sent: x.Now().UTC(), Prove: x.Prove,
	}
}

// why is what a record goes for, in one line.
func (x *Exchange) why(c *Case) string {
	words := x.Choices.Purpose(c.Ask.Purpose) + "; " + x.Choices.Basis(c.Ask.Basis)
	if c.Decision != nil && c.Decision.Justification != "" {
		words += "; what is held closely: " + c.Decision.Justification
	}
	return oneLine(words)
}

// write writes the sealed file, and gives its size and hash.
func (x *Exchange) write(ctx context.Context, c *Case, peer *Peer, session *access.Session, s transfer.Sending, name string) (size int64, hash record.Hash, err error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, hash, fmt.Errorf("a package: %w", err)
	}
	sum, count := sha256.New(), x.at(c.ID)
	out := &keeping{to: io.MultiWriter(file, sum, count)}
	sealed, err := transfer.Seal(out, peer.Key())
	if err == nil {
		if c.Decision.Kind == Some {
			_, err = transfer.SendPart(ctx, session, sealed, x.Catalogue, x.Zone, s, c.Decision.Part.part(x.Zone))
		} else {
			_, err = transfer.Send(ctx, session, sealed, s)
		}
		err = errors.Join(err, sealed.Close())
	}
	err = errors.Join(err, file.Sync(), file.Close())
	var full *writing
	if errors.As(err, &full) {
		err = &standard.Fault{Kind: standard.Unavailable, Message: "The package cannot be written: the disk may be full.", Hint: "Tell whoever looks after this computer. It is tried again by itself.", Err: err}
	}
	copy(hash[:], sum.Sum(nil))
	return out.n, hash, err
}

// part is what was chosen, as the criteria of an extract. The last day belongs to it.
func (k *Chosen) part(zone *time.Location) transfer.Part {
	p := transfer.Part{WithFiles: k.Files, Criteria: extract.Criteria{Categories: k.Categories, AllVersions: !k.Latest, MaxSensitivity: extract.SensitivityOf(k.Degree), Whereabouts: k.Whereabouts, Decisions: k.Decisions}}
	if from, err := time.ParseInLocation(time.DateOnly, k.From, zone); err == nil {
		p.From = from
	}
	if until, err := time.ParseInLocation(time.DateOnly, k.Until, zone); err == nil {
		p.Until = until.AddDate(0, 0, 1)
	}
	return p
}

// writing is a failure of the own disk.
type writing struct{ error }

func (w *writing) Unwrap() error { return w.error }

// keeping marks what cannot be written as a failure of the own disk, and counts.
type keeping struct {
	to io.Writer
	n  int64
}

// Write writes on.
func (k *keeping) Write(p []byte) (int, error) {
	n, err := k.to.Write(p)
	k.n += int64(n)
	if err != nil {
		err = &writing{err}
	}
	return n, err
}

func forget(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("a package that was broken off: %w", err)
	}
	return nil
}

// syncFolder makes a renaming durable.
func syncFolder(dir string) error {
	f, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
