package record

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Restoration is a signed statement that the log was set back to a backup: from then on it goes on in a new epoch. What checkpoints of earlier
// epochs name beyond that point is lost, not altered; everything up to it must still be what they say.
type Restoration struct {
	Epoch  int       // that begins
	Size   Moment    // the last moment that the backup held
	Root   tlog.Hash // of the Merkle log up to there
	Trail  TrailHead // where the log of who saw what ended
	At     time.Time // when it was restored
	Backup string    // which backup: the moment at which it was made, as its manifest says
	Signed string    // the note: text and signature
}

const restorationOrigin = "rosemary restoration "

func (r Restoration) text(system string) string {
	return fmt.Sprintf("%s%s\n%d\n%d\n%s\n%d %s\n%s\n%s\n", restorationOrigin, system, r.Epoch, r.Size, r.Root, r.Trail.Seq, r.Trail.Hash, r.At.UTC().Format(time.RFC3339), r.Backup)
}

// Restored signs the statement.
func (k *Keys) Restored(r Restoration, system string) (Restoration, error) {
	if strings.ContainsAny(r.Backup, "\n\r") {
		return r, errors.New("the name of the backup has more than one line")
	}
	signed, err := note.Sign(&note.Note{Text: r.text(system)}, k.signer)
	if err != nil {
		return r, fmt.Errorf("signing: %w", err)
	}
	r.Signed = string(signed)
	return r, nil
}

// OpenRestoration verifies a signed statement under any of the public keys and reads it.
func OpenRestoration(signed, system string, keys ...string) (Restoration, error) {
	text, err := openNote(signed, keys)
	if err != nil {
		return Restoration{}, fmt.Errorf("the signature of a restoration: %w", err)
	}
	lines := strings.Split(text, "\n")
	if len(lines) != 8 || lines[0] != restorationOrigin+system {
		return Restoration{}, errors.New("the restoration belongs to another system")
	}
	r := Restoration{Signed: signed, Backup: lines[6]}
	if r.Epoch, err = strconv.Atoi(lines[1]); err != nil || r.Epoch < 2 {
		return r, errors.New("the restoration names no epoch")
	}
	size, err := strconv.ParseInt(lines[2], 10, 64)
	if err != nil {
		return r, fmt.Errorf("the restoration: size: %w", err)
	}
	r.Size = Moment(size)
	if r.Root, err = tlog.ParseHash(lines[3]); err != nil {
		return r, fmt.Errorf("the restoration: root: %w", err)
	}
	if r.Trail, err = readTrailHead(lines[4]); err != nil {
		return r, fmt.Errorf("the restoration: %w", err)
	}
	if r.At, err = time.Parse(time.RFC3339, lines[5]); err != nil {
		return r, fmt.Errorf("the restoration: time: %w", err)
	}
	return r, nil
}

// openNote verifies a note under any of the public keys and gives its text.
func openNote(signed string, keys []string) (text string, err error) {
	verifiers := make([]note.Verifier, 0, len(keys))
	for _, k := range keys {
		v, err := note.NewVerifier(k)
		if err != nil {
			return "", fmt.Errorf("public key: %w", err)
		}
		verifiers = append(verifiers, v)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(verifiers...))
	if err != nil {
		return "", err
	}
	return n.Text, nil
}

func readTrailHead(line string) (t TrailHead, err error) {
	seq, hash, _ := strings.Cut(line, " ")
	if t.Seq, err = strconv.ParseInt(seq, 10, 64); err != nil {
		return t, fmt.Errorf("trail: %w", err)
	}
	if t.Hash, err = ParseHash(hash); err != nil {
		return t, fmt.Errorf("trail: %w", err)
	}
	return t, nil
}

// Loss is what a restoration lost, as far as checkpoints tell.
type Loss struct {
	Restoration
	Through Moment // the last moment that a checkpoint of an earlier epoch names; Size when none names a later one
}

// lost tells which restoration set the log back behind a checkpoint of an earlier epoch: the one that set it back furthest.
func lost(epoch int, size Moment, restorations []Restoration) (by int, yes bool) {
	for i, r := range restorations {
		if r.Epoch > epoch && size > r.Size && (!yes || r.Size < restorations[by].Size) {
			by, yes = i, true
		}
	}
	return by, yes
}

// LostCheckpoint reports whether a restoration set the log back behind a checkpoint.
func LostCheckpoint(cp Checkpoint, restorations []Restoration) bool {
	_, gone := lost(cp.Epoch, cp.Size, restorations)
	return gone
}

// LostTrail reports whether a restoration lost what a checkpoint says of the log of who saw what.
func LostTrail(cp Checkpoint, restorations []Restoration) bool {
	for _, r := range restorations {
		if r.Epoch > cp.Epoch && cp.Trail.Seq > r.Trail.Seq {
			return true
		}
	}
	return false
}

// setAside takes the checkpoints out of what is compared that a restoration lost, and reckons what was lost.
func (v *Verifier) setAside() {
	v.losses = make([]Loss, len(v.Restorations))
	for i, r := range v.Restorations {
		v.losses[i] = Loss{Restoration: r, Through: r.Size}
		if _, gone := lost(r.Epoch, r.Size, v.Restorations); !gone {
			v.restored = append(v.restored, r)
		}
	}
	for _, cp := range v.Checkpoints {
		if by, gone := lost(cp.Epoch, cp.Size, v.Restorations); gone {
			v.losses[by].Through = max(v.losses[by].Through, cp.Size)
			continue
		}
		v.standing = append(v.standing, cp)
	}
}

// asRestored checks that the log up to where it was restored is what the statement says.
func (v *Verifier) asRestored(moment Moment, read tlog.HashReader) error {
	for _, r := range v.restored {
		if r.Size != moment {
			continue
		}
		root, err := tlog.TreeHash(int64(moment), read)
		if err != nil {
			return err
		}
		if root != r.Root {
			return fmt.Errorf("the log up to here is not what was restored at %s: something was altered, removed or reordered", r.At.Format(time.DateTime))
		}
	}
	return nil
}

// Root gives how many contributions were walked, and the root of the Merkle log over them.
func (v *Verifier) Root() (Moment, tlog.Hash, error) {
	root, err := tlog.TreeHash(int64(v.last), v.reader())
	return v.last, root, err
}

// reader reads the tree that the contributions walked give.
func (v *Verifier) reader() tlog.HashReader {
	return tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		hs := make([]tlog.Hash, len(at))
		for i, p := range at {
			hs[i] = v.tree[p]
		}
		return hs, nil
	})
}
