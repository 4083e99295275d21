package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Proofs is what the Notary needs of a store.
type Proofs interface {
	// Leaves calls fn for every contribution after one moment, in moment order, without gaps.
	Leaves(ctx context.Context, after Moment, fn func(m Moment, stream uuid.UUID, hash Hash) error) error
	// LastCheckpoint is the checkpoint that covers most; the zero Checkpoint when there is none.
	LastCheckpoint(ctx context.Context) (Checkpoint, error)
	// SaveCheckpoint keeps a checkpoint and the tree's stored hashes from a position on, in one transaction.
	SaveCheckpoint(ctx context.Context, cp Checkpoint, position int64, hashes []tlog.Hash) error
	// Hashes reads the tree's stored hashes at the positions, in their order.
	Hashes(ctx context.Context, positions []int64) ([]tlog.Hash, error)
}

// Checkpoint is a signed statement of all that the log held at one moment.
type Checkpoint struct {
	Epoch  int    // from 1; a restored backup opens the next
	Size   Moment // the log's last moment: leaf n is moment n+1
	Root   tlog.Hash
	Trail  TrailHead
	Signed string // the note: text and signature
	At     time.Time
}

// TrailHead is the end of the log of who saw what: its last batch and that batch's hash. A checkpoint states it, so that the end of that log
// cannot be cut off unnoticed either.
type TrailHead struct {
	Seq  int64
	Hash Hash
}

// Leaf is the Merkle log's leaf for one contribution: the head of its stream.
func Leaf(stream uuid.UUID, hash Hash) []byte {
	return append(append(make([]byte, 0, 48), stream[:]...), hash[:]...)
}

// Notary keeps the Merkle log of stream heads and signs its checkpoints.
type Notary struct {
	Proofs Proofs
	System string
	Epoch  int // from 1; 0 is 1
	Keys   *Keys
	Now    func() time.Time
	Trail  func(ctx context.Context) (TrailHead, error) // nil: no log of who saw what
	Copy   func(Checkpoint) error                       // puts a checkpoint outside the data folder; nil: nowhere
	Log    *slog.Logger
	AtOnce int // contributions that one checkpoint covers at most, which bounds the memory it takes; 0: 200,000

	mu sync.Mutex // held while checkpoints are made
}

// Run signs a checkpoint every interval while there is something new, and a last one when the context ends.
func (n *Notary) Run(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for done := false; !done; {
		select {
		case <-ctx.Done():
			done = true
		case <-tick.C:
		}
		if _, err := n.Checkpoint(context.WithoutCancel(ctx)); err != nil {
			n.Log.Error("no checkpoint could be signed; care goes on, the proof of what follows waits", "error", err)
		}
	}
}

// Checkpoint brings the tree up to the log's head, signs and keeps it, in several checkpoints where very much is new. It returns the last one when nothing is.
func (n *Notary) Checkpoint(ctx context.Context) (Checkpoint, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for {
		cp, whole, err := n.next(ctx)
		if err != nil || whole {
			return cp, err
		}
	}
}

// next makes one checkpoint, and reports whether it covers all there is.
func (n *Notary) next(ctx context.Context) (cp Checkpoint, whole bool, err error) {
	last, err := n.Proofs.LastCheckpoint(ctx)
	if err != nil {
		return Checkpoint{}, false, fmt.Errorf("last checkpoint: %w", err)
	}
	grown, err := n.tree(ctx, last)
	if err != nil {
		return Checkpoint{}, false, err
	}
	most := grown.size + Moment(cmp.Or(n.AtOnce, 200_000))
	err = n.Proofs.Leaves(ctx, grown.size, func(m Moment, stream uuid.UUID, hash Hash) error {
		if m > most {
			return errEnough
		}
		return grown.add(m, stream, hash)
	})
	if whole = !errors.Is(err, errEnough); whole && err != nil {
		return Checkpoint{}, false, fmt.Errorf("reading the log behind moment %d: %w", grown.size, err)
	}
	if grown.size == last.Size {
		return last, true, nil
	}
	root, err := tlog.TreeHash(int64(grown.size), grown)
	if err != nil {
		return Checkpoint{}, false, fmt.Errorf("root of %d contributions: %w", grown.size, err)
	}
	cp = Checkpoint{Epoch: max(1, n.Epoch), Size: grown.size, Root: root, At: n.Now().UTC()}
	if n.Trail != nil {
		if cp.Trail, err = n.Trail(ctx); err != nil {
			return Checkpoint{}, false, fmt.Errorf("end of the log of who saw what: %w", err)
		}
	}
	signed, err := note.Sign(&note.Note{Text: cp.text(n.System)}, n.Keys.signer)
	if err != nil {
		return Checkpoint{}, false, fmt.Errorf("signing: %w", err)
	}
	cp.Signed = string(signed)
	if err := n.Proofs.SaveCheckpoint(ctx, cp, grown.first, grown.hashes); err != nil {
		return Checkpoint{}, false, fmt.Errorf("keeping the checkpoint: %w", err)
	}
	if n.Copy != nil {
		if err := n.Copy(cp); err != nil {
			return cp, false, fmt.Errorf("copying the checkpoint outside the data folder: %w", err)
		}
	}
	return cp, whole, nil
}

// tree is the kept tree at the last checkpoint. Nothing is signed on a tree that does not give that checkpoint's root: it is grown again from
// the log, and if that does not give it either, the log was altered.
func (n *Notary) tree(ctx context.Context, last Checkpoint) (*growth, error) {
	kept := &growth{ctx: ctx, proofs: n.Proofs, first: tlog.StoredHashCount(int64(last.Size)), size: last.Size}
	if last.Size == 0 {
		return kept, nil
	}
	if root, err := tlog.TreeHash(int64(last.Size), kept); err == nil && root == last.Root {
		return kept, nil
	}
	n.Log.Error("the kept Merkle tree does not fit the last checkpoint; it is made again from the log", "size", int64(last.Size))
	again := &growth{ctx: ctx, proofs: n.Proofs}
	err := n.Proofs.Leaves(ctx, 0, func(m Moment, stream uuid.UUID, hash Hash) error {
		if m > last.Size {
			return errEnough
		}
		return again.add(m, stream, hash)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, fmt.Errorf("making the tree again: %w", err)
	}
	root, err := tlog.TreeHash(int64(again.size), again)
	if err != nil || again.size != last.Size || root != last.Root {
		return nil, errors.New("the log is not what the last checkpoint signed: nothing more is signed. Run: rosemary verify")
	}
	return again, nil
}

// errEnough ends a walk that has read what it needed.
var errEnough = errors.New("enough")

// text is what is signed: origin, size, root, time, and the end of the log of who saw what, one a line; behind a restored backup also the epoch.
func (c Checkpoint) text(system string) string {
	text := fmt.Sprintf("rosemary %s\n%d\n%s\n%s\n%d %s\n", system, c.Size, c.Root, c.At.Format(time.RFC3339), c.Trail.Seq, c.Trail.Hash)
	if c.Epoch > 1 {
		text += fmt.Sprintf("%s%d\n", epochLine, c.Epoch)
	}
	return text
}

// epochLine begins the line that names the epoch of a checkpoint, where it is not the first.
const epochLine = "epoch "

// OpenCheckpoint verifies a signed checkpoint under any of the public keys and reads it.
func OpenCheckpoint(signed string, system string, keys ...string) (Checkpoint, error) {
	text, err := openNote(signed, keys)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("the checkpoint's signature: %w", err)
	}
	lines := strings.Split(text, "\n")
	if len(lines) < 6 || len(lines) > 7 || lines[0] != "rosemary "+system {
		return Checkpoint{}, errors.New("the checkpoint belongs to another system")
	}
	cp := Checkpoint{Signed: signed, Epoch: 1}
	if len(lines) == 7 {
		epoch, named := strings.CutPrefix(lines[5], epochLine)
		if cp.Epoch, err = strconv.Atoi(epoch); err != nil || !named || cp.Epoch < 2 {
			return Checkpoint{}, errors.New("the checkpoint names no epoch")
		}
	}
	if err := cp.read(lines[1:5]); err != nil {
		return Checkpoint{}, fmt.Errorf("the checkpoint: %w", err)
	}
	return cp, nil
}

// read reads the lines of the text behind its origin.
func (c *Checkpoint) read(lines []string) error {
	size, err := strconv.ParseInt(lines[0], 10, 64)
	if err != nil {
		return fmt.Errorf("size: %w", err)
	}
	c.Size = Moment(size)
	if c.Root, err = tlog.ParseHash(lines[1]); err != nil {
		return fmt.Errorf("root: %w", err)
	}
	if c.At, err = time.Parse(time.RFC3339, lines[2]); err != nil {
		return fmt.Errorf("time: %w", err)
	}
	c.Trail, err = readTrailHead(lines[3])
	return err
}

// growth adds leaves to a tree whose earlier hashes stand in the store.
type growth struct {
	ctx    context.Context
	proofs Proofs
	first  int64 // position of hashes[0]
	size   Moment
	hashes []tlog.Hash
}

func (g *growth) add(m Moment, stream uuid.UUID, hash Hash) error {
	if m != g.size+1 {
		return fmt.Errorf("moment %d is missing", g.size+1)
	}
	hs, err := tlog.StoredHashes(int64(g.size), Leaf(stream, hash), g)
	if err != nil {
		return fmt.Errorf("moment %d: %w", m, err)
	}
	g.hashes = append(g.hashes, hs...)
	g.size = m
	return nil
}

// ReadHashes implements tlog.HashReader over the store and what was added since.
func (g *growth) ReadHashes(positions []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(positions))
	var ask []int64
	var place []int
	for i, p := range positions {
		if p >= g.first {
			found[i] = g.hashes[p-g.first]
			continue
		}
		ask, place = append(ask, p), append(place, i)
	}
	if len(ask) == 0 {
		return found, nil
	}
	kept, err := g.proofs.Hashes(g.ctx, ask)
	if err != nil {
		return nil, err
	}
	for i, h := range kept {
		found[place[i]] = h
	}
	return found, nil
}
