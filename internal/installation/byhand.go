package installation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
)

// ByHand is a person's record that the operator gives to another provider in a file.
type ByHand struct {
	Person    uuid.UUID
	Recipient string // public key of the system that it is sealed for
	Open      bool   // not sealed: whoever gets hold of the file reads it
	To, Why   string // to whom it goes and what for, for the log of who saw what
}

// Handed is what was given.
type Handed struct {
	Contributions int64
	Others        []uuid.UUID // further records of the same person, which need a file of their own
}

// GiveByHand writes one person's whole record with what proves where it comes from, as another system takes it in. That it goes out is kept before the first byte. Beside a running
// server it holds what the server's last checkpoint covers, which is a minute old at most, for only the server signs.
func (in *Installation) GiveByHand(ctx context.Context, w io.Writer, h ByHand, progress func(done, total int64)) (Handed, error) {
	if err := h.check(); err != nil {
		return Handed{}, err
	}
	if info, err := in.Log.Stream(ctx, h.Person); err != nil {
		return Handed{}, err
	} else if info.Kind != standard.PersonStream {
		return Handed{}, &standard.Fault{Kind: standard.NotFound, Message: "There is no person of this id."}
	}
	cp, err := in.covering(ctx)
	if err != nil {
		return Handed{}, err
	}
	if err := in.Guard.OperatorGives(ctx, h.Person, cp.Size, access.Export{To: h.To, Why: h.Why}); err != nil {
		return Handed{}, err
	}
	sink := w
	var sealed io.WriteCloser
	if !h.Open {
		if sealed, err = transfer.Seal(w, h.Recipient); err != nil {
			return Handed{}, err
		}
		sink = sealed
	}
	handed, err := in.give(ctx, sink, h.Person, cp, progress)
	if sealed != nil {
		err = errors.Join(err, sealed.Close())
	}
	return handed, err
}

func (h *ByHand) check() error {
	var problems []standard.Problem
	for _, said := range []struct{ path, text, message string }{{"/whom", h.To, "Say to whom it goes."}, {"/why", h.Why, "Say what it is for, for example that the person moves there."}} {
		if strings.TrimSpace(said.text) == "" {
			problems = append(problems, standard.Problem{Path: said.path, Rule: standard.RuleMustOccur, Message: said.message})
		}
	}
	switch {
	case h.Open && h.Recipient != "":
		problems = append(problems, standard.Problem{Path: "/open", Rule: "contradicts", Message: "Say for whom it is sealed, or that it is open: not both."})
	case !h.Open && h.Recipient == "":
		problems = append(problems, standard.Problem{Path: "/for", Rule: standard.RuleMustOccur, Message: "Say for whom it is sealed: the public key of the other system. Or say that it is to be open: whoever gets hold of the file can then read it."})
	case !h.Open:
		if _, err := record.PublicKey(h.Recipient); err != nil {
			problems = append(problems, standard.Problem{Path: "/for", Rule: "key", Message: "This is not the public key of a system. The other provider finds theirs with: rosemary key"})
		}
	}
	return standard.Refuse("Nothing was written.", problems)
}

// covering is the checkpoint that the proof stands under: signed now; beside a server, the last one.
func (in *Installation) covering(ctx context.Context) (record.Checkpoint, error) {
	if !in.beside {
		return in.Notary.Checkpoint(ctx)
	}
	cp, err := in.Log.LastCheckpoint(ctx)
	if err == nil && cp.Size == 0 {
		err = &standard.Fault{Kind: standard.Unavailable, Message: "The server has not signed what it holds yet, so nothing could prove where the file comes from.", Hint: "Try again in a minute."}
	}
	return cp, err
}

func (in *Installation) give(ctx context.Context, w io.Writer, person uuid.UUID, cp record.Checkpoint, progress func(done, total int64)) (Handed, error) {
	wanted, err := in.withDirectory(ctx, []uuid.UUID{person}, cp.Size, false)
	if err != nil {
		return Handed{}, err
	}
	out, err := transfer.NewWriter(w, transfer.Header{System: in.Identity.System, Keys: in.Identity.Keys, Exported: in.Now().UTC(), Streams: []uuid.UUID{person}, Proved: true})
	if err != nil {
		return Handed{}, err
	}
	heads, err := in.streams(ctx, out, wanted, cp.Size, progress)
	if err != nil {
		return Handed{}, err
	}
	proofs, err := in.Notary.ProveUnder(ctx, cp, heads)
	if err != nil {
		return Handed{}, err
	}
	keys, err := in.Keys.SignKeys(in.Identity.System, in.Identity.Keys)
	if err != nil {
		return Handed{}, err
	}
	if err := out.Prove(transfer.Proof{Keys: keys, Checkpoint: cp.Signed, Streams: proofs}); err != nil {
		return Handed{}, err
	}
	together, err := in.Log.Together(ctx, []uuid.UUID{person}, cp.Size)
	return Handed{Contributions: out.Count(), Others: together[person]}, errors.Join(err, out.Close())
}

// streams writes what was committed to the streams, with their files, up to a moment, and tells where each of them ends.
func (in *Installation) streams(ctx context.Context, out *transfer.Writer, wanted map[uuid.UUID]bool, upTo record.Moment, progress func(done, total int64)) ([]record.StreamInfo, error) {
	is := func(stream uuid.UUID) bool { return wanted == nil || wanted[stream] }
	files, err := access.FilesOf(ctx, in.Log, in.Attachments, uuid.Nil, upTo, is)
	if err != nil {
		return nil, err
	}
	last := map[uuid.UUID]record.Moment{}
	err = in.Log.Contributions(ctx, uuid.Nil, 0, upTo, func(s *record.Sealed) error {
		if progress != nil {
			progress(int64(s.Moment), int64(upTo))
		}
		if !is(s.Stream) {
			return nil
		}
		if err := files.Before(ctx, s.Moment, out.Attach); err != nil {
			return err
		}
		last[s.Stream] = s.Moment
		return out.Add(s)
	})
	heads := make([]record.StreamInfo, 0, len(last))
	for stream, moment := range last {
		heads = append(heads, record.StreamInfo{UID: stream, Last: moment})
	}
	slices.SortFunc(heads, func(a, b record.StreamInfo) int { return cmp.Compare(a.Last, b.Last) })
	return heads, err
}

// Brought says from whom a file was brought.
type Brought struct {
	Key      string // public key of the sender's system, learned from the sender; "": nobody here knows one
	Unproved bool   // it is taken in although nothing proves where it comes from
	Provider string // what the sender calls itself
}

// TakeByHand takes a file that another provider gave into the waiting room: checked whole, or nothing is kept of it. Sealed tells whether it was sealed for this system.
func (in *Installation) TakeByHand(ctx context.Context, r io.Reader, b Brought) (segment access.Segment, sealed bool, err error) {
	opened, err := transfer.OpenPackage(r, in.Keys.Private())
	if err != nil {
		return segment, false, err
	}
	peer := transfer.Peer{System: opened.System, Provider: b.Provider}
	switch {
	case b.Key == "" && !b.Unproved:
		return segment, opened.Sealed, standard.Refuse("The file was not taken in.", []standard.Problem{{Path: "/from", Rule: standard.RuleMustOccur,
			Message: fmt.Sprintf("Give the public key of the system that it comes from (%s), as the other provider tells it to you. Or say that it is to be kept without proof of where it comes from.", opened.System)}})
	case b.Key != "":
		if _, err := record.PublicKey(b.Key); err != nil {
			return segment, opened.Sealed, standard.Refuse("The file was not taken in.", []standard.Problem{{Path: "/from", Rule: "key", Message: "This is not the public key of a system."}})
		}
		peer.System, peer.Keys = record.SystemOf(b.Key), []string{b.Key}
	}
	segment, err = transfer.Receiver{Guard: in.Guard}.Receive(ctx, opened.Payload, peer)
	return segment, opened.Sealed, err
}
