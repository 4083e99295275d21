package access_test

import (
	"context"
	"crypto/sha256"
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

// TestWhatIsRememberedOfAccountsIsWhatStands: a command beside the server closes an account, changes a password, takes back tokens; the server knows at the next
// question a millisecond later, though it remembers what it asked before; of what it changed itself with the next.
func TestWhatIsRememberedOfAccountsIsWhatStands(t *testing.T) {
	ctx, path, now := t.Context(), filepath.Join(t.TempDir(), "rosemary.db"), time.Date(2026, 3, 16, 9, 0, 30, 0, time.UTC)
	openIt := func(o sqlite.Options) *store.Store {
		db, err := sqlite.Open(context.Background(), path, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		s, err := store.Open(ctx, db, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	server := openIt(sqlite.Options{})
	beside := openIt(sqlite.Options{Beside: true})
	place := uuid.Must(uuid.NewV7())
	done := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	done(server.Create(ctx, access.Account{Account: "sam", Name: "Sam", Role: "carer", Places: []uuid.UUID{place}, Password: "first"}))
	token := access.Token{Hash: record.Hash(sha256.Sum256([]byte("secret"))), Account: "sam", Created: now, Expires: now.Add(time.Hour)}
	done(server.AddToken(ctx, token))
	use := func() (access.Account, error) {
		_, a, err := server.UseToken(ctx, token.Hash, now)
		return a, err
	}
	for range 2 {
		a, err := use()
		if err != nil || a.Name != "Sam" || a.Disabled || a.Places[0] != place {
			t.Fatal(a, err)
		}
		a.Places[0] = uuid.Nil // is the caller's own
	}
	for i, change := range []struct {
		make func() error
		want access.Account

		beside bool
	}{
		{func() error { return beside.SetDisabled(ctx, "sam", true) }, access.Account{Disabled: true, Password: "first"}, true},
		{func() error { return beside.SetDisabled(ctx, "sam", false) }, access.Account{Password: "first"}, true},
		{func() error { return beside.SetPassword(ctx, "sam", "second") }, access.Account{Password: "second"}, true},
		{func() error { return server.SetDisabled(ctx, "sam", true) }, access.Account{Disabled: true, Password: "second"}, false},
	} {
		_, err := use() // it has just asked
		done(err)
		done(change.make())
		if change.beside {
			time.Sleep(2 * time.Millisecond)
		}
		a, err := use()
		done(err)
		b, err := server.Find(ctx, "sam")
		done(err)
		if a.Disabled != change.want.Disabled || a.Password != change.want.Password || b.Disabled != a.Disabled || b.Password != a.Password {
			t.Errorf("change %d: %+v and %+v", i, a, b)
		}
	}
	if n, err := beside.RevokeTokens(ctx, "sam"); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	time.Sleep(2 * time.Millisecond)
	if _, err := use(); standard.KindOf(err) != standard.NotFound {
		t.Errorf("a token that was taken back: %v", err)
	}
	done(beside.AddToken(ctx, token))
	time.Sleep(2 * time.Millisecond)
	if _, err := use(); err != nil {
		t.Error(err)
	}
	_, err := server.EndAll(ctx, true)
	done(err)
	if _, err := use(); standard.KindOf(err) != standard.NotFound {
		t.Errorf("a token behind a restored backup: %v", err)
	}
}
