package record

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// InclusionProof proves that a contribution stands in the Merkle log that a checkpoint signs: so whoever knows the signer's public key can tell, without asking, that
// a stream up to that contribution is what the signer's log holds.
type InclusionProof struct {
	Stream uuid.UUID
	Hashes tlog.RecordProof
}

// Prove signs a checkpoint, unless the last one covers all, and proves that each of the contributions stands in it: the last of each stream, by its moment.
func (n *Notary) Prove(ctx context.Context, heads []StreamInfo) (Checkpoint, []InclusionProof, error) {
	cp, err := n.Checkpoint(ctx)
	if err != nil {
		return cp, nil, err
	}
	proofs, err := n.ProveUnder(ctx, cp, heads)
	return cp, proofs, err
}

// ProveUnder does so under a checkpoint that was signed before, and signs nothing.
func (n *Notary) ProveUnder(ctx context.Context, cp Checkpoint, heads []StreamInfo) ([]InclusionProof, error) {
	tree := &growth{ctx: ctx, proofs: n.Proofs, first: tlog.StoredHashCount(int64(cp.Size))}
	proofs := make([]InclusionProof, 0, len(heads))
	for _, head := range heads {
		if head.Last < 1 || head.Last > cp.Size {
			return nil, fmt.Errorf("moment %d is not covered by the checkpoint of %d", head.Last, cp.Size)
		}
		hashes, err := tlog.ProveRecord(int64(cp.Size), int64(head.Last)-1, tree)
		if err != nil {
			return nil, fmt.Errorf("proof of moment %d: %w", head.Last, err)
		}
		proofs = append(proofs, InclusionProof{head.UID, hashes})
	}
	return proofs, nil
}

// keysOrigin begins the statement of the keys that a system has signed with.
const keysOrigin = "rosemary keys "

// SignKeys states, signed with the key of today, all keys that a system has ever signed with: so that who knows the one can verify what the others signed.
func (k *Keys) SignKeys(system string, all []string) (string, error) {
	signed, err := note.Sign(&note.Note{Text: keysOrigin + system + "\n" + strings.Join(all, "\n") + "\n"}, k.signer)
	if err != nil {
		return "", fmt.Errorf("signing the keys: %w", err)
	}
	return string(signed), nil
}

// OpenKeys verifies such a statement under any of the public keys and reads it.
func OpenKeys(signed, system string, known ...string) ([]string, error) {
	text, err := openNote(signed, known)
	if err != nil {
		return nil, fmt.Errorf("the statement of keys: %w", err)
	}
	first, rest, _ := strings.Cut(text, "\n")
	if first != keysOrigin+system {
		return nil, errors.New("the statement of keys belongs to another system")
	}
	return strings.Fields(rest), nil
}
