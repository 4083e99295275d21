package installation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"rosemary/access"
	"rosemary/access/outbox"
	storeoutbox "rosemary/store/outbox"
)

// outboxKeyFile holds the key that opens what devices have sealed.
const outboxKeyFile = "outbox.key"

// openOutbox opens where devices report. A folder without a key gets one; what was sealed to a key that was lost stays on the devices.
func (in *Installation) openOutbox(ctx context.Context) error {
	var err error
	if in.devices, err = storeoutbox.Open(ctx, in.Database); err != nil {
		return err
	}
	in.Outbox = &outbox.Desk{Store: in.devices, Now: in.Now, State: in.standing}
	secret, err := in.readSecret(outboxKeyFile)
	switch {
	case err == nil:
		if in.Outbox.Key, err = outbox.ReadKey(string(secret)); err != nil {
			return fmt.Errorf("%s: %w", outboxKeyFile, err)
		}
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the key for what devices send: %w", err)
	case in.beside:
		return nil // nothing is received beside a server
	}
	if in.Outbox.Key, err = outbox.NewKey(); err != nil {
		return err
	}
	if err := in.newSecret(outboxKeyFile, in.Outbox.Key.Secret()); err != nil {
		return fmt.Errorf("keeping the key for what devices send: %w", err)
	}
	return nil
}

// unwritten lists what devices have sent and is in no record yet.
func (in *Installation) unwritten(ctx context.Context) ([]access.Unsaved, error) {
	var all []access.Unsaved
	for _, state := range []outbox.State{outbox.Received, outbox.Person} {
		list, err := in.devices.Waiting(ctx, state, "")
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			all = append(all, access.Unsaved{ID: e.ID, Stream: e.Stream, Account: e.Account, Says: e.Says, Form: e.Path, At: e.Made.Add(e.Behind)})
		}
	}
	return all, nil
}

// standing tells how the installation stands, for devices.
func (in *Installation) standing(ctx context.Context) (outbox.Standing, error) {
	s, err := in.State(ctx)
	return outbox.Standing{Epoch: s.Epoch, Head: int64(s.Head), BackedUp: int64(s.BackedUp), Backups: !s.BackedUpAt.IsZero()}, err
}
