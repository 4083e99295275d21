package log_test

import (
	"context"
	"path/filepath"
	"testing"

	"rosemary/store/log"
	"rosemary/store/sqlite"
	"rosemary/store/storetest"
)

func open(t testing.TB, s storetest.Setup) storetest.Store {
	return openAt(t, filepath.Join(t.TempDir(), "rosemary.db"), s)
}

func openAt(t testing.TB, path string, s storetest.Setup) storetest.Store {
	t.Helper()
	return openWith(t, path, s, sqlite.Options{})
}

func openWith(t testing.TB, path string, s storetest.Setup, o sqlite.Options) storetest.Store {
	t.Helper()
	db, err := sqlite.Open(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return openIn(t, db, s)
}

// openIn gathers few positions in streams, so that tests go past their table's end.
func openIn(t testing.TB, db *sqlite.DB, s storetest.Setup) storetest.Store {
	t.Helper()
	store, err := log.Open(context.Background(), db, log.Options{System: s.System, Catalogue: s.Catalogue, Zone: s.Zone, Now: s.Now, Log: s.Log, Gather: 9})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestStore(t *testing.T) { storetest.Run(t, open) }
