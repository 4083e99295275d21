package exchange

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// receive fetches what is missing of a package, range by range: what is here is as long as the file, whenever either side was stopped.
func (x *Exchange) receive(ctx context.Context, c *Case, peer *Peer) error {
	s, err := x.statement(c.Statement, c, peer)
	if err != nil {
		return err
	}
	if err := x.folder(); err != nil {
		return err
	}
	file, err := os.OpenFile(x.incoming(c.ID, s), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("a package on its way in: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(err, file.Close())
	}
	err = x.fetchAll(ctx, c, peer, s, file, info.Size())
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return x.broken(ctx, c, err)
	}
	return x.move(ctx, c, func(now *Case) { now.State, now.Held = Checking, s.Size })
}

func (x *Exchange) fetchAll(ctx context.Context, c *Case, peer *Peer, s *Statement, file *os.File, here int64) error {
	p, reported := x.at(c.ID), x.Now()
	for here < s.Size {
		p.set(here, s.Size)
		n, err := x.fetch(ctx, peer, c.ID, here, &keeping{to: io.MultiWriter(file, p)})
		here += n
		if now := x.Now(); now.Sub(reported) >= reportEvery || err != nil {
			reported = now
			if err := x.reached(ctx, c, here); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// reached keeps how much of a package is here, and ends the fetching when it was taken back.
func (x *Exchange) reached(ctx context.Context, c *Case, here int64) error {
	_, err := x.Book.Change(context.WithoutCancel(ctx), c.ID, func(now *Case) error {
		if now.State != Arriving {
			return &standard.Fault{Kind: standard.Unavailable, Message: "It is no longer wanted."}
		}
		now.Held = here
		return nil
	})
	return err
}

// broken decides what follows when the fetching did not get to its end: when the sender no longer has this package, it is asked how things stand.
func (x *Exchange) broken(ctx context.Context, c *Case, err error) error {
	var disk *writing
	if errors.As(err, &disk) {
		return &standard.Fault{Kind: standard.Unavailable, Message: "The package cannot be written here: the disk may be full.", Hint: "Tell whoever looks after this computer. It goes on by itself where it was.", Err: err}
	}
	if kind := standard.KindOf(err); kind == standard.Conflict || kind == standard.NotFound || kind == standard.Invalid {
		return x.move(ctx, c, func(now *Case) { now.State, now.Statement, now.Size, now.Held = Preparing, "", 0, 0 })
	}
	return err
}

// check takes a package that is here into the waiting room, whole or not at all, and makes the receipt. What is at fault is told to the sender in the same way.
func (x *Exchange) check(ctx context.Context, c *Case, peer *Peer) error {
	s, err := x.statement(c.Statement, c, peer)
	if err != nil {
		return err
	}
	name := x.incoming(c.ID, s)
	whole, err := x.intact(name, s)
	if err != nil {
		return err
	}
	receipt := &Receipt{Case: c.ID, From: peer.System, To: x.System, Hash: s.Hash, Size: s.Size}
	if !whole {
		if err := forget(name); err != nil {
			return err
		}
		if c.Reason == "" { // the disk or the way may have spoilt it: once more
			return x.move(ctx, c, func(now *Case) {
				now.State, now.Held, now.Reason = Arriving, 0, "What came was not what was sent. It is fetched once more."
			})
		}
		return x.receipted(ctx, c, receipt, access.Segment{}, "What came is not what was sent: its hash does not fit, twice.")
	}
	segment, err := x.takeIn(ctx, name, c, peer, s)
	if standard.KindOf(err) == standard.Invalid {
		var fault *standard.Fault
		errors.As(err, &fault)
		return x.receipted(ctx, c, receipt, segment, strings.TrimSpace(fault.Message+" "+fault.Hint))
	}
	if err != nil {
		return err
	}
	return x.receipted(ctx, c, receipt, segment, "")
}

// intact reports whether a file is what the sender signed, byte for byte.
func (x *Exchange) intact(name string, s *Statement) (bool, error) {
	file, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("a package: %w", err)
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	n, err := io.Copy(sum, file)
	if err != nil {
		return false, fmt.Errorf("a package: %w", err)
	}
	return n == s.Size && record.Hash(sum.Sum(nil)) == s.Hash, nil
}

// takeIn opens the package and proves all of it, contribution by contribution, while it goes into the waiting room.
func (x *Exchange) takeIn(ctx context.Context, name string, c *Case, peer *Peer, s *Statement) (segment access.Segment, err error) {
	file, err := os.Open(name)
	if err != nil {
		return segment, fmt.Errorf("a package: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	p := x.at(c.ID)
	p.set(0, s.Size)
	opened, err := transfer.Unseal(io.TeeReader(file, p), x.Keys.Private())
	if err != nil {
		return segment, err
	}
	from := transfer.Peer{System: peer.System, Provider: peer.Name, Keys: peer.Keys}
	if s.Kind == Some {
		from.Part, from.Voucher = c.ID.String(), c.Statement
	}
	return transfer.Receiver{Guard: x.Guard}.Receive(ctx, opened, from)
}

// receipted signs the receipt, and keeps it.
func (x *Exchange) receipted(ctx context.Context, c *Case, r *Receipt, segment access.Segment, trouble string) error {
	r.At, r.Trouble = x.Now(), trouble
	r.Person, r.Contributions, r.Versions, r.Files = segment.Stream, segment.Contributions, segment.Versions, segment.Files
	r.Sequence, r.Last = segment.Last.Sequence, segment.Last.Hash
	signed, err := r.Sign(x.Keys)
	if err != nil {
		return err
	}
	entry := access.Entry{Action: "transfer-arrived", Stream: segment.Stream, Why: oneLine(x.Choices.Purpose(c.Ask.Purpose)), What: oneLine("asked for by " + c.Ask.By + " on " + c.Begun.In(x.Zone).Format("2 January 2006"))}
	if trouble != "" {
		entry.Outcome, entry.Stream = access.Refused, uuid.Nil
	}
	if err := x.Guard.Exchanged(ctx, entry); err != nil {
		return err
	}
	return x.move(ctx, c, func(now *Case) {
		now.State, now.Receipt, now.Segment, now.Person, now.Reason = Arrived, signed, segment.ID, segment.Stream, trouble
	})
}

// oneLine makes one line of a text, as long as the log of who saw what takes it.
func oneLine(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	return string(runes[:min(len(runes), 300)])
}
