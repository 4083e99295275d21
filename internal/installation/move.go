package installation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// importBatch is how many contributions one transaction takes in.
const importBatch = 500

// Export writes everything, or the streams named and what they refer to in the directory, in the order in which it was committed. Who was given a record is
// asked later: that it went out is kept first.
func (in *Installation) Export(ctx context.Context, w io.Writer, streams []uuid.UUID, progress func(done, total int64)) (int64, error) {
	head, _, err := in.Log.Head(ctx)
	if err != nil {
		return 0, err
	}
	wanted, err := in.withDirectory(ctx, streams, head, true)
	if err != nil {
		return 0, err
	}
	if err := in.Guard.OperatorExports(ctx, streams, head); err != nil {
		return 0, err
	}
	out, err := transfer.NewWriter(w, transfer.Header{System: in.Identity.System, Keys: in.Identity.Keys, Exported: in.Now().UTC(), Streams: streams, Proved: len(streams) > 0 && !in.beside})
	if err != nil {
		return 0, err
	}
	heads, err := in.streams(ctx, out, wanted, head, progress)
	if err == nil && len(streams) > 0 && !in.beside {
		err = in.prove(ctx, out, heads)
	}
	if err != nil {
		return out.Count(), err
	}
	return out.Count(), out.Close()
}

// prove writes what lets a receiver tell, without asking, that the streams are what this system's log holds.
func (in *Installation) prove(ctx context.Context, out *transfer.Writer, heads []record.StreamInfo) error {
	proof, err := in.ProofOf(ctx, heads)
	if err != nil {
		return err
	}
	return out.Prove(proof)
}

// ProofOf proves the last contributions of streams that go out, by their moments (Last), under a checkpoint that is signed now unless the last one covers all.
func (in *Installation) ProofOf(ctx context.Context, heads []record.StreamInfo) (transfer.Proof, error) {
	cp, proofs, err := in.Notary.Prove(ctx, heads)
	if err != nil {
		return transfer.Proof{}, err
	}
	keys, err := in.Keys.SignKeys(in.Identity.System, in.Identity.Keys)
	return transfer.Proof{Keys: keys, Checkpoint: cp.Signed, Streams: proofs}, err
}

// withDirectory adds the entries of the directory that the streams' records refer to, directly and through each other; and the other records of who is held under two ids, when
// these are to go together. Nil stands for everything.
func (in *Installation) withDirectory(ctx context.Context, streams []uuid.UUID, head record.Moment, whole bool) (map[uuid.UUID]bool, error) {
	if len(streams) == 0 {
		return nil, nil
	}
	wanted := map[uuid.UUID]bool{}
	for queue := slices.Clone(streams); len(queue) > 0; queue = queue[1:] {
		stream := queue[0]
		if wanted[stream] {
			continue
		}
		if _, err := in.Log.Stream(ctx, stream); standard.KindOf(err) == standard.Gone && !slices.Contains(streams, stream) {
			continue
		} else if err != nil {
			return nil, err
		}
		wanted[stream] = true
		found, err := in.references(ctx, stream, head)
		if err != nil {
			return nil, err
		}
		queue = append(queue, found...)
		if !whole {
			continue
		}
		together, err := in.Log.Together(ctx, []uuid.UUID{stream}, head)
		if err != nil {
			return nil, err
		}
		queue = append(queue, together[stream]...) // who is held under two ids leaves with both
	}
	return wanted, nil
}

// references are the entries of the directory that a stream's versions, authors and committers point at.
func (in *Installation) references(ctx context.Context, stream uuid.UUID, head record.Moment) ([]uuid.UUID, error) {
	var found []uuid.UUID
	consider := func(uid uuid.UUID) error {
		if uid == uuid.Nil || uid == stream || slices.Contains(found, uid) {
			return nil
		}
		info, err := in.Log.Stream(ctx, uid)
		if kind := standard.KindOf(err); kind == standard.NotFound || kind == standard.Gone {
			return nil // a record of the same person; or one that was destroyed
		}
		if err == nil && info.Kind == standard.DirectoryStream {
			found = append(found, uid)
		}
		return err
	}
	err := in.Log.Contributions(ctx, stream, 0, head, func(s *record.Sealed) error {
		if err := consider(s.Committer.Actor); err != nil {
			return err
		}
		for _, v := range s.Versions {
			if err := errors.Join(consider(v.Author), consider(v.Destroyed)); err != nil {
				return err
			}
			content, err := v.Decoded(in.Catalogue)
			if err != nil {
				return err
			}
			for _, ref := range content.References() {
				if err := consider(ref.UID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return found, err
}

// Imported says what an import took in.
type Imported struct {
	System        string
	Contributions int64 // read from the file
	New           int64 // of these, not here before
	Attachments   int64 // read from the file
}

// Import takes in an export of this very system, or, while the installation holds no record yet, of any other, whose log it then continues. What
// arrives keeps its bytes and hashes. What is here already is passed over; what contradicts it is refused. The whole file is read and
// checked before the first line is taken in.
func (in *Installation) Import(ctx context.Context, file io.ReadSeeker, progress func(done int64)) (Imported, error) {
	var done Imported
	var head transfer.Header
	chains := map[uuid.UUID]record.StreamInfo{}
	gone := &record.Reckoning{Catalogue: in.Catalogue}
	err := transfer.Read(file, func(h transfer.Header) error { head = h; return nil }, func(s *record.Sealed) error {
		done.Contributions++
		return errors.Join(gone.Add(s), follows(chains, head.System, s))
	})
	if err != nil {
		return Imported{}, err
	}
	if _, err := gone.Finish(); err != nil {
		return Imported{}, &standard.Fault{Kind: standard.Invalid, Message: "The file cannot be imported: " + err.Error() + ". Nothing was imported.", Hint: "Export it again.", Err: err}
	}
	if err := in.adopt(ctx, head); err != nil {
		return Imported{}, err
	}
	done.System = head.System
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return Imported{}, fmt.Errorf("reading the export again: %w", err)
	}
	err = in.takeIn(ctx, file, &done, progress)
	return done, err
}

// follows checks that a contribution continues its stream as the file tells it.
func follows(chains map[uuid.UUID]record.StreamInfo, system string, s *record.Sealed) error {
	refuse := func(what string) error {
		return &standard.Fault{Kind: standard.Invalid, Message: fmt.Sprintf("Contribution %s %s. Nothing was imported.", s.ID, what)}
	}
	before := chains[s.Stream]
	switch {
	case s.System != system:
		return refuse("was made on another system than the export says")
	case s.Sequence != before.Sequence+1 || s.Destroyed == uuid.Nil && s.Previous != before.Hash:
		return refuse("does not follow the one in front of it: one was altered, removed or put in")
	}
	chains[s.Stream] = record.StreamInfo{UID: s.Stream, Sequence: s.Sequence, Hash: s.Hash}
	return nil
}

// takeIn keeps the files and appends the contributions of a checked export, in bounded transactions.
func (in *Installation) takeIn(ctx context.Context, file io.Reader, done *Imported, progress func(done int64)) error {
	var batch []*record.Sealed
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		receipts, err := in.Log.AppendSealed(ctx, batch)
		for _, r := range receipts {
			if !r.Repeated {
				done.New++
			}
		}
		batch = batch[:0]
		return err
	}
	var read int64
	err := transfer.ReadAll(file, transfer.Handlers{
		Header: func(transfer.Header) error { return nil },
		Contribution: func(s *record.Sealed) error {
			if read++; progress != nil {
				progress(read)
			}
			if batch = append(batch, s); len(batch) >= importBatch {
				return flush()
			}
			return nil
		},
		Attachment: func(stream uuid.UUID, about record.Attachment, content io.Reader) error {
			done.Attachments++
			return in.Attachments.Restore(ctx, stream, about, content)
		},
	})
	if err != nil {
		return err
	}
	return flush()
}

// adopt checks that the export belongs here, and makes an empty installation continue the exporting system's log.
func (in *Installation) adopt(ctx context.Context, h transfer.Header) error {
	if h.System == in.Identity.System {
		return nil
	}
	head, _, err := in.Log.Head(ctx)
	if err != nil {
		return err
	}
	if head > 0 {
		return &standard.Fault{
			Kind: standard.Invalid, Message: "This export comes from another system, and this data folder holds records of its own. Nothing was imported.",
			Hint: "Import it into an empty data folder.",
		}
	}
	if err := in.identities.Adopt(ctx, h.System, in.Identity.Epoch+1, h.Keys, in.Now()); err != nil {
		return err
	}
	secret, err := in.newKey(h.System)
	if err != nil {
		return err
	}
	return in.rekey(ctx, secret)
}
