package access

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
)

var errPending = errors.New("pending")

func New(c Config) (*Guard, error) { return nil, errPending }
func (g *Guard) SignIn(ctx context.Context, account, password string) (Principal, error) {
	return Principal{}, errPending
}
func (g *Guard) Session(ctx context.Context, account string, p Purpose) (*Session, error) {
	return nil, errPending
}
func (g *Guard) TokenSession(ctx context.Context, bearer string, p Purpose) (*Session, error) {
	return nil, errPending
}
func (g *Guard) CreateAccount(ctx context.Context, n NewAccount) error           { return errPending }
func (g *Guard) SetPassword(ctx context.Context, account, password string) error { return errPending }
func (g *Guard) Disable(ctx context.Context, account string) error               { return errPending }
func (g *Guard) Enable(ctx context.Context, account string) error                { return errPending }
func (g *Guard) Accounts(ctx context.Context) ([]Account, error)                 { return nil, errPending }
func (g *Guard) NewToken(ctx context.Context, account, label string, validFor time.Duration) (string, error) {
	return "", errPending
}
func (g *Guard) RevokeTokens(ctx context.Context, account string) (int, error) { return 0, errPending }
func (g *Guard) Run(ctx context.Context)                                       {}
func (g *Guard) Close(ctx context.Context) error                               { return errPending }
func VerifyTrail(ctx context.Context, trail Trail, progress func(batch int64)) error {
	return errPending
}

func (s *Session) May(action Action) bool                               { return false }
func (s *Session) MayRecord(ctx context.Context, stream uuid.UUID) bool { return false }
func (s *Session) View(ctx context.Context, at At) (*View, error)       { return nil, errPending }
func (s *Session) Commit(ctx context.Context, proposals ...*record.Proposal) ([]record.Receipt, error) {
	return nil, errPending
}
func (s *Session) Attest(ctx context.Context, stream, rec uuid.UUID, number int, reason, password string) (record.Receipt, error) {
	return record.Receipt{}, errPending
}
func (s *Session) Export(ctx context.Context, stream uuid.UUID, upTo record.Moment, fn func(*record.Sealed) error) error {
	return errPending
}
func (s *Session) Contribution(ctx context.Context, id uuid.UUID) (*record.Sealed, error) {
	return nil, errPending
}
func (s *Session) AccessLog(ctx context.Context, stream uuid.UUID, before int64, limit int) ([]Entry, error) {
	return nil, errPending
}

func (v *View) People(ctx context.Context, q PeopleQuery) (people []Person, next string, err error) {
	return nil, "", errPending
}
func (v *View) Person(ctx context.Context, stream uuid.UUID) (Person, error) {
	return Person{}, errPending
}
func (v *View) Records(ctx context.Context, q RecordsQuery) (versions []*record.Version, more bool, err error) {
	return nil, false, errPending
}
func (v *View) Record(ctx context.Context, stream, rec uuid.UUID) (*record.Version, error) {
	return nil, errPending
}
func (v *View) Versions(ctx context.Context, stream, rec uuid.UUID) ([]*record.Version, error) {
	return nil, errPending
}
func (v *View) ChangeLog(ctx context.Context, stream, rec uuid.UUID) ([]LogEntry, error) {
	return nil, errPending
}
func (v *View) Counts(ctx context.Context, stream uuid.UUID) (map[string]int, error) {
	return nil, errPending
}
func (v *View) Safety(ctx context.Context, stream uuid.UUID) ([]*record.Version, error) {
	return nil, errPending
}
func (v *View) Directory(ctx context.Context, classes []string) ([]DirectoryEntry, error) {
	return nil, errPending
}
func (v *View) Names(ctx context.Context, stream uuid.UUID, uids []uuid.UUID) (map[uuid.UUID]string, error) {
	return nil, errPending
}
