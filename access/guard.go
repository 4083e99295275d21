package access

import (
	"context"
	"log/slog"
	"time"

	"rosemary/record"
	"rosemary/standard"
)

// Signer signs what somebody attests, with the installation's key.
type Signer interface {
	Sign(message []byte) (key string, signature []byte, err error)
}

// Config is what a guard is made of.
type Config struct {
	Catalogue *standard.Catalogue
	Recorder  *record.Recorder
	Log       record.Log
	Register  Register
	Accounts  Accounts
	Trail     Trail
	Signer    Signer
	Policy    *Policy
	Now       func() time.Time
	Zone      *time.Location // where today is decided
	Logger    *slog.Logger   // hears of alarms; nil: slog.Default()
}

// Guard is the only maker of sessions.
type Guard struct {
	config Config
}
