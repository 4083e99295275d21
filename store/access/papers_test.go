package access_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
	store "rosemary/store/access"
	"rosemary/store/sqlite"
)

// TestNothingIsGivenForWhatWasRevoked: an app changes its code for tokens, or renews them, and at the same moment all that came of that decision is revoked, in any of the ways there
// are: whichever comes first, nothing of it is good afterwards.
func TestNothingIsGivenForWhatWasRevoked(t *testing.T) {
	t.Parallel()
	ctx, now := t.Context(), time.Date(2026, 3, 16, 9, 0, 30, 0, time.UTC)
	code := access.Paper{Hash: record.Hash{1}, Kind: access.CodePaper, Client: "app", Account: "sam", Scopes: "patient/*.rs", Grant: uuid.Must(uuid.NewV7()), Issued: now, Expires: now.Add(time.Minute), Until: now.Add(time.Hour)}
	token := code
	token.Hash, token.Kind, token.For = record.Hash{2}, access.AccessPaper, code.Hash
	for name, revoke := range map[string]func(*store.Store) error{
		"the token": func(s *store.Store) error { return s.EndGrant(ctx, code.Grant) },
		"the code came a second time": func(s *store.Store) error {
			if _, _, err := s.SpendPaper(ctx, access.CodePaper, code.Hash); standard.KindOf(err) != standard.Conflict {
				t.Errorf("a second time: %v", err)
			}
			return nil
		},
		"the client":   func(s *store.Store) error { return s.RevokeClient(ctx, "app", "", now) },
		"the password": func(s *store.Store) error { return s.SetPassword(ctx, "sam", "another") },
	} {
		t.Run(name, func(t *testing.T) {
			db, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "rosemary.db"), sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			s, err := store.Open(ctx, db, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			done := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			done(s.Create(ctx, access.Account{Account: "sam", Name: "Sam", Role: "carer", Password: "first"}))
			done(s.AddClient(ctx, access.Client{ID: "app", Name: "App", Kind: access.AppClient, Created: now}))
			done(s.KeepPapers(ctx, now, code))
			_, _, err = s.SpendPaper(ctx, access.CodePaper, code.Hash)
			done(err)
			done(revoke(s))
			if err := s.KeepPapers(ctx, now, token); standard.KindOf(err) != standard.NotFound {
				t.Errorf("a token is given for what was revoked: %v", err)
			}
			if _, _, err := s.FindPaper(ctx, token.Hash); standard.KindOf(err) != standard.NotFound {
				t.Errorf("it is good: %v", err)
			}
		})
	}
}
