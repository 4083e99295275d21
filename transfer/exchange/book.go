package exchange

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Book keeps who the other systems are and how far each case is. Every method is one transaction, on the disk when it returns. Kinds: NotFound, Busy, Unavailable, Broken.
type Book interface {
	// Peers gives all systems, those that were removed too, by name.
	Peers(ctx context.Context) ([]Peer, error)
	// Peer gives one, removed or not.
	Peer(ctx context.Context, system string) (Peer, error)
	// KeepPeer keeps a system, in place of what is known of it.
	KeepPeer(ctx context.Context, p Peer) error

	// Cases gives cases, the latest first: those that are not settled, or all.
	Cases(ctx context.Context, unsettled bool) ([]Case, error)
	// Case gives one.
	Case(ctx context.Context, id uuid.UUID) (Case, error)
	// Begin keeps a new case. When there is one of the id it gives that instead, and keeps nothing.
	Begin(ctx context.Context, c Case) (kept Case, fresh bool, err error)
	// Change lets fn change a case, unless it gives an error, and gives what is kept. Nobody else changes it meanwhile.
	Change(ctx context.Context, id uuid.UUID, fn func(*Case) error) (Case, error)

	// Once reports whether a system has not used a nonce before, and remembers it until a time.
	Once(ctx context.Context, system, nonce string, now, until time.Time) (bool, error)
}
