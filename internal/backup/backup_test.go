package backup_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/backup"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
)

// home is one data folder in a folder of its own, with a clock that moves a second at every look.
type home struct {
	root, dir, keyFile string
	at                 time.Time
	mu                 sync.Mutex
	person             uuid.UUID
}

func (h *home) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(time.Second)
	return h.at
}

var quiet = slog.New(slog.DiscardHandler)

func newHome(t *testing.T) *home {
	t.Helper()
	root := t.TempDir()
	return &home{root: root, dir: filepath.Join(root, "data"), at: time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)}
}

func (h *home) open(t *testing.T, o installation.Options) *installation.Installation {
	t.Helper()
	o.Dir, o.KeyFile, o.Now, o.Logger = h.dir, h.keyFile, h.now, quiet
	in, err := installation.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func (h *home) at2(dir string) *home {
	return &home{root: h.root, dir: dir, keyFile: h.keyFile, at: h.now().Add(time.Hour), person: h.person}
}

func closeIt(t *testing.T, in *installation.Installation) {
	t.Helper()
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
}

func commit(ctx context.Context, in *installation.Installation, p *record.Proposal) (record.Receipt, error) {
	receipts, err := in.Recorder.Commit(ctx, record.Committer{Account: "ruth", Role: "senior-carer"}, p)
	if err != nil {
		return record.Receipt{}, err
	}
	return receipts[0], nil
}

func must(t *testing.T, in *installation.Installation, p *record.Proposal) record.Receipt {
	t.Helper()
	r, err := commit(t.Context(), in, p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// furnish registers a person and makes an account that is signed in by a token.
func (h *home) furnish(t *testing.T, in *installation.Installation) (token string) {
	t.Helper()
	h.person = uuid.Must(uuid.NewV7())
	must(t, in, &record.Proposal{Stream: h.person, Opens: standard.PersonStream, Changes: []record.ProposedChange{{
		Type: record.Create, Path: "/changes/0", Record: h.person, Class: "subject-of-care",
		Content: []byte(`{"personName":{"personFirstName":"Peggy","personFamilyName":"Ellis"},"personIdentification":{"nhsNumberStatusIndicator":{"code":"07"}},"personDemographics":{"dateOfBirth":"1941-03","genderIdentity":{"absent":"not-asked"},"ethnicity":{"absent":"declined"},"sexualOrientation":{"absent":"not-asked"}}}`),
	}}})
	err := in.Guard.CreateAccount(t.Context(), access.NewAccount{Account: "admin", Name: "Ada", Password: "long enough a password", Role: "administrator"})
	if err != nil {
		t.Fatal(err)
	}
	if token, err = in.Guard.NewToken(t.Context(), "admin", "test", 24*time.Hour); err != nil {
		t.Fatal(err)
	}
	return token
}

func (h *home) note(words string) *record.Proposal {
	return &record.Proposal{ID: uuid.Must(uuid.NewV7()), Stream: h.person, Changes: []record.ProposedChange{{
		Type: record.Create, Path: "/changes/0", Class: "daily-note", Record: uuid.Must(uuid.NewV7()),
		Content: fmt.Appendf(nil, `{"when":"2026-03-09T10:00:00+00:00","freeText":%q}`, words),
	}}}
}

func checkpoint(t *testing.T, in *installation.Installation) {
	t.Helper()
	if _, err := in.Notary.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// keys makes a key for backups.
func keys(t *testing.T) (backup.Seal, backup.Opening) {
	t.Helper()
	public, secret, err := backup.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "backup.key")
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return backup.Seal{Recipient: public}, backup.Opening{IdentityFile: path}
}

func (h *home) backUp(t *testing.T, in *installation.Installation, seal backup.Seal) backup.Made {
	t.Helper()
	made, err := backup.Make(t.Context(), in, backup.Options{To: filepath.Join(h.root, "backups") + "/", Seal: seal})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func verify(t *testing.T, in *installation.Installation) installation.Proof {
	t.Helper()
	p, err := in.Verify(t.Context(), nil)
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	return p
}

// TestWhatWasLostIsSentAgain: A, a backup, B; the backup is restored; A sent again gets its old receipt, B is taken as new, and the proof says what was lost.
func TestWhatWasLostIsSentAgain(t *testing.T) {
	h := newHome(t)
	seal, opening := keys(t)
	in := h.open(t, installation.Options{})
	token := h.furnish(t, in)
	a, b := h.note("A"), h.note("B")
	receiptA := must(t, in, a)
	checkpoint(t, in)
	made := h.backUp(t, in, seal)
	state, err := in.State(t.Context())
	if err != nil || state.BackedUp != receiptA.Moment || state.Epoch != 1 || !state.BackedUpAt.Equal(made.Made) {
		t.Errorf("state %+v, %v", state, err)
	}
	receiptB := must(t, in, b)
	checkpoint(t, in)
	closeIt(t, in)

	anew := h.at2(filepath.Join(h.root, "anew"))
	done, err := backup.Restore(t.Context(), backup.Restoring{
		Opening: opening, File: made.Path, Dir: anew.dir, Checkpoints: h.dir + "-checkpoints", Now: anew.now, Logger: quiet,
	})
	if err != nil {
		t.Fatal(err)
	}
	losses := done.Proof.Losses
	if len(losses) != 1 || losses[0].Size != receiptA.Moment || losses[0].Through != receiptB.Moment || losses[0].Epoch != 2 {
		t.Errorf("losses %+v, want moments %d to %d", losses, receiptA.Moment+1, receiptB.Moment)
	}
	in = anew.open(t, installation.Options{Checkpoints: h.dir + "-checkpoints"})
	defer closeIt(t, in)
	if err := in.SetBack(t.Context()); err != nil {
		t.Errorf("what a restore says that it lost is taken for an older copy: %v", err)
	}
	if _, err := in.Guard.TokenSession(t.Context(), token, access.Administration); err == nil {
		t.Error("a token of before is good")
	}
	state, err = in.State(t.Context())
	if err != nil || state.Epoch != 2 || state.Head != receiptA.Moment || state.BackedUp != receiptA.Moment {
		t.Errorf("state %+v, %v", state, err)
	}
	again := must(t, in, a)
	if !again.Repeated || again.Moment != receiptA.Moment || again.Hash != receiptA.Hash || !again.Committed.Equal(receiptA.Committed) {
		t.Errorf("A sent again: %+v, first %+v", again, receiptA)
	}
	again = must(t, in, b)
	if again.Repeated || again.Moment != receiptA.Moment+1 {
		t.Errorf("B sent again: %+v", again)
	}
	for range 3 { // further than what was lost
		must(t, in, h.note("more"))
		checkpoint(t, in)
	}
	if p := verify(t, in); len(p.Losses) != 1 || p.Covered != p.Losses[0].Size+4 {
		t.Errorf("proof %+v", p)
	}
}

// TestARestoreExcusesNothingElse: whoever alters or cuts off the log cannot hide behind a restore.
func TestARestoreExcusesNothingElse(t *testing.T) {
	h := newHome(t)
	seal, opening := keys(t)
	in := h.open(t, installation.Options{})
	h.furnish(t, in)
	must(t, in, h.note("one"))
	must(t, in, h.note("two"))
	checkpoint(t, in)
	made := h.backUp(t, in, seal)
	must(t, in, h.note("three"))
	checkpoint(t, in)
	closeIt(t, in)
	restore := func(name string) *home {
		t.Helper()
		anew := h.at2(filepath.Join(h.root, name))
		outside := anew.dir + "-checkpoints"
		if err := os.CopyFS(outside, os.DirFS(h.dir+"-checkpoints")); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Restore(t.Context(), backup.Restoring{Opening: opening, File: made.Path, Dir: anew.dir, Now: anew.now, Logger: quiet}); err != nil {
			t.Fatal(err)
		}
		return anew
	}
	broken := func(anew *home, says string) {
		t.Helper()
		in := anew.open(t, installation.Options{})
		defer closeIt(t, in)
		if _, err := in.Verify(t.Context(), nil); standard.KindOf(err) != standard.Broken || !strings.Contains(err.Error(), says) {
			t.Errorf("verify says %v, want %q", err, says)
		}
	}
	tamper := func(anew *home, statement string) {
		t.Helper()
		db, err := sql.Open("sqlite3", "file:"+installation.DatabasePath(anew.dir))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("cut off behind the restore", func(t *testing.T) {
		anew := restore("cut")
		tamper(anew, `DELETE FROM contribution WHERE moment = (SELECT max(moment) FROM contribution)`)
		broken(anew, "the end of the log is missing")
	})
	t.Run("cut off later", func(t *testing.T) {
		anew := restore("later")
		in := anew.open(t, installation.Options{})
		must(t, in, anew.note("four"))
		checkpoint(t, in)
		closeIt(t, in)
		tamper(anew, `DELETE FROM contribution WHERE moment = (SELECT max(moment) FROM contribution)`)
		tamper(anew, `DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)`)
		broken(anew, "the end of the log is missing")
	})
	t.Run("the statement is not beside the checkpoints", func(t *testing.T) {
		anew := restore("alone")
		statements, err := filepath.Glob(anew.dir + "-checkpoints/*.restorations.ndjson")
		if err != nil || len(statements) != 1 {
			t.Fatal(statements, err)
		}
		if err := os.Remove(statements[0]); err != nil {
			t.Fatal(err)
		}
		broken(anew, "the end of the log is missing")
	})
	t.Run("a forged statement", func(t *testing.T) {
		anew := restore("forged")
		tamper(anew, `UPDATE restoration SET signed = replace(signed, '2026', '2025')`)
		broken(anew, "signature")
	})
}

func TestABadBackupLeavesNothingBehind(t *testing.T) {
	h := newHome(t)
	seal, opening := keys(t)
	_, other := keys(t)
	in := h.open(t, installation.Options{})
	h.furnish(t, in)
	must(t, in, h.note("one"))
	made := h.backUp(t, in, seal)
	plain, err := backup.Make(t.Context(), in, backup.Options{To: filepath.Join(h.root, "plain"), Seal: backup.Seal{Unencrypted: true}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Database.Read().ExecContext(t.Context(), `SELECT 1`); err != nil {
		t.Fatal(err)
	}
	closeIt(t, in)
	db, _ := sql.Open("sqlite3", "file:"+installation.DatabasePath(h.dir))
	if _, err := db.ExecContext(t.Context(), `UPDATE migration_log SET version_id = 99 WHERE version_id = (SELECT max(version_id) FROM migration_log)`); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	whole, _ := os.ReadFile(made.Path)
	unsealed, _ := os.ReadFile(plain.Path)
	flipped := func(data []byte, at int) []byte { c := bytes.Clone(data); c[at] ^= 1; return c }
	tests := []struct {
		name    string
		content []byte
		opening backup.Opening
		kind    standard.Kind
		says    string
	}{
		{"another key", whole, other, standard.Forbidden, "does not open the backup"},
		{"a passphrase", whole, backup.Opening{Passphrase: "a wrong passphrase"}, standard.Forbidden, "does not open"},
		{"no key", whole, backup.Opening{}, standard.Invalid, "no key was given"},
		{"half", whole[:len(whole)/2], opening, standard.Broken, "damaged or cut off"},
		{"all but the last byte", whole[:len(whole)-1], opening, standard.Broken, "damaged or cut off"},
		{"something behind the end", append(bytes.Clone(whole), "more"...), opening, standard.Broken, "damaged"},
		{"a flipped bit", flipped(whole, len(whole)/2), opening, standard.Broken, "damaged"},
		{"a flipped bit at the end", flipped(whole, len(whole)-5), opening, standard.Broken, "damaged"},
		{"a flipped bit, unencrypted", flipped(unsealed, len(unsealed)/2), backup.Opening{}, standard.Broken, "damaged"},
		{"half, unencrypted", unsealed[:len(unsealed)/2], backup.Opening{}, standard.Broken, "damaged"},
		{"a picture", []byte("\x89PNG and so on and on and on"), opening, standard.Invalid, "not a backup"},
		{"nothing", nil, opening, standard.Invalid, "not a backup"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			file := filepath.Join(folder, "backup")
			if err := os.WriteFile(file, tt.content, 0o600); err != nil {
				t.Fatal(err)
			}
			into := filepath.Join(folder, "into")
			_, err := backup.Restore(t.Context(), backup.Restoring{Opening: tt.opening, File: file, Dir: filepath.Join(into, "data"), Now: h.now, Logger: quiet})
			if standard.KindOf(err) != tt.kind || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("restore says %v, want %s with %q", err, tt.kind, tt.says)
			}
			if left, _ := os.ReadDir(into); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			if _, err := backup.Check(t.Context(), backup.Checking{Opening: tt.opening, File: file, Now: h.now, Logger: quiet}); standard.KindOf(err) != tt.kind {
				t.Errorf("check says %v", err)
			}
		})
	}
	t.Run("a folder that is not empty", func(t *testing.T) {
		if _, err := backup.Restore(t.Context(), backup.Restoring{Opening: opening, File: made.Path, Dir: h.dir, Now: h.now, Logger: quiet}); standard.KindOf(err) != standard.Conflict {
			t.Errorf("restore says %v", err)
		}
	})
}

// TestAKeyIsNoUseForABackupThatIsNotSealed: whoever gives one believes that the backup is sealed; one that is not may have been put in its place.
func TestAKeyIsNoUseForABackupThatIsNotSealed(t *testing.T) {
	h := newHome(t)
	_, opening := keys(t)
	in := h.open(t, installation.Options{})
	h.furnish(t, in)
	made := h.backUp(t, in, backup.Seal{Unencrypted: true})
	closeIt(t, in)
	for _, o := range []backup.Opening{opening, {Passphrase: "long enough a passphrase"}} {
		into := filepath.Join(h.root, "into")
		_, err := backup.Restore(t.Context(), backup.Restoring{Opening: o, File: made.Path, Dir: into, Now: h.now, Logger: quiet})
		if standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), "is not sealed") {
			t.Errorf("restore says %v", err)
		}
		if _, err := os.Stat(into); !os.IsNotExist(err) {
			t.Errorf("something was left: %v", err)
		}
	}
}

func TestABackupOfANewerVersionIsRefused(t *testing.T) {
	for name, statement := range map[string]string{
		"a room further on":    `UPDATE migration_log SET version_id = 99 WHERE version_id = (SELECT max(version_id) FROM migration_log)`,
		"a room not yet known": `CREATE TABLE migration_medicines (id INTEGER PRIMARY KEY, version_id INTEGER)`,
	} {
		t.Run(name, func(t *testing.T) {
			h := newHome(t)
			in := h.open(t, installation.Options{})
			h.furnish(t, in)
			db, err := sql.Open("sqlite3", "file:"+installation.DatabasePath(h.dir))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
			_ = db.Close()
			made := h.backUp(t, in, backup.Seal{Unencrypted: true})
			closeIt(t, in)
			into := filepath.Join(h.root, "into")
			_, err = backup.Restore(t.Context(), backup.Restoring{File: made.Path, Dir: filepath.Join(into, "data"), Now: h.now, Logger: quiet})
			if standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), "newer version of Rosemary") {
				t.Errorf("restore says %v", err)
			}
			if left, _ := os.ReadDir(into); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestBesideARunningServer: what is committed meanwhile waits for nobody, and every backup is whole and proves itself.
func TestBesideARunningServer(t *testing.T) {
	h := newHome(t)
	seal, opening := keys(t)
	server := h.open(t, installation.Options{})
	defer closeIt(t, server)
	h.furnish(t, server)
	ctx, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	committed := 0
	writing.Go(func() {
		for ctx.Err() == nil {
			if _, err := commit(t.Context(), server, h.note(strings.Repeat("tea ", 500))); err != nil {
				t.Error(err)
				return
			}
			committed++
			if committed%5 == 0 {
				if _, err := server.Notary.Checkpoint(t.Context()); err != nil {
					t.Error(err)
				}
			}
		}
	})
	var last record.Moment
	for range 3 {
		beside := h.open(t, installation.Options{Beside: true, Existing: true})
		made := h.backUp(t, beside, seal)
		closeIt(t, beside)
		checked, err := backup.Check(t.Context(), backup.Checking{Opening: opening, File: made.Path, Deep: true, Now: h.now, Logger: quiet})
		if err != nil || record.Moment(checked.Proof.Contributions) != made.Moment || made.Moment <= last {
			t.Errorf("a backup of %d contributions: %d proved, %v", made.Moment, checked.Proof.Contributions, err)
		}
		last = made.Moment
	}
	stop()
	writing.Wait()
	if left, _ := filepath.Glob(filepath.Join(h.dir, "snapshot-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestAnEncryptedFolderStaysEncrypted: nothing legible lies in the backup or in the restored folder.
func TestAnEncryptedFolderStaysEncrypted(t *testing.T) {
	h := newHome(t)
	in := h.open(t, installation.Options{})
	h.furnish(t, in)
	must(t, in, h.note("Peggy likes her tea sweet"))
	closeIt(t, in)
	keyFile := filepath.Join(h.root, "key")
	if _, err := installation.Encrypt(t.Context(), installation.Encryption{Dir: h.dir, KeyFile: keyFile, Confirm: func(string) error { return nil }}); err != nil {
		t.Fatal(err)
	}
	h.keyFile = keyFile
	in = h.open(t, installation.Options{})
	made := h.backUp(t, in, backup.Seal{Passphrase: "violet harbour at seven"})
	closeIt(t, in)
	opening := backup.Opening{Passphrase: "violet harbour at seven"}
	o := backup.Restoring{Opening: opening, File: made.Path, Dir: filepath.Join(h.root, "anew"), Now: h.now, Logger: quiet}
	if _, err := backup.Restore(t.Context(), o); standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), "of an encrypted data folder") {
		t.Errorf("without the key file: %v", err)
	}
	o.KeyFile = keyFile
	if _, err := backup.Restore(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(o.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if data, _ := os.ReadFile(path); bytes.Contains(data, []byte("Peggy")) || bytes.Contains(data, []byte("PRIVATE+KEY")) {
			t.Errorf("%s is legible", d.Name())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	anew := h.at2(o.Dir)
	in = anew.open(t, installation.Options{})
	verify(t, in)
	closeIt(t, in)

	o.KeyFile, o.Plain, o.Dir = "", true, filepath.Join(h.root, "plain")
	if _, err := backup.Restore(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	anew = h.at2(o.Dir)
	anew.keyFile = ""
	in = anew.open(t, installation.Options{})
	verify(t, in)
	closeIt(t, in)
}

func TestWhatIsNotSaidIsNotGuessed(t *testing.T) {
	h := newHome(t)
	in := h.open(t, installation.Options{})
	defer closeIt(t, in)
	h.furnish(t, in)
	seal, _ := keys(t)
	for _, tt := range []struct {
		name, to, says string
		seal           backup.Seal
	}{
		{"no seal", filepath.Join(h.root, "b"), "would not be encrypted", backup.Seal{}},
		{"no place", "", "where the backup goes", seal},
		{"a short passphrase", filepath.Join(h.root, "b"), "too short", backup.Seal{Passphrase: "tea"}},
		{"two seals", filepath.Join(h.root, "b"), "not both", backup.Seal{Passphrase: "a long enough one", Recipient: seal.Recipient}},
		{"no public key", filepath.Join(h.root, "b"), "not a public key", backup.Seal{Recipient: "age1tea"}},
	} {
		_, err := backup.Make(t.Context(), in, backup.Options{To: tt.to, Seal: tt.seal})
		if standard.KindOf(err) != standard.Invalid || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	file := filepath.Join(h.root, "there")
	if err := os.WriteFile(file, []byte("something"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Make(t.Context(), in, backup.Options{To: file, Seal: seal}); standard.KindOf(err) != standard.Conflict {
		t.Errorf("over a file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := backup.Make(ctx, in, backup.Options{To: filepath.Join(h.root, "b"), Seal: seal, Progress: func(string, int64, int64) { cancel() }})
	if err == nil {
		t.Error("a backup that was broken off was made")
	}
	if left, _ := filepath.Glob(filepath.Join(h.root, "b*")); len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	if state, err := in.State(t.Context()); err != nil || !state.BackedUpAt.IsZero() {
		t.Errorf("a backup is said to have been made: %+v, %v", state, err)
	}
	if _, err := os.Stat("/dev/full"); errors.Is(err, os.ErrNotExist) {
		t.Skip("no full disk here")
	}
}

func TestTheNewestAreKept(t *testing.T) {
	h := newHome(t)
	in := h.open(t, installation.Options{})
	defer closeIt(t, in)
	h.furnish(t, in)
	folder := filepath.Join(h.root, "backups")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"rosemary-ffffffff-20200101T000000Z.backup", "letter.backup", "rosemary-" + in.Identity.System[:8] + "-mine.backup"} {
		if err := os.WriteFile(filepath.Join(folder, other), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ours := func() []string {
		all, _ := filepath.Glob(filepath.Join(folder, "rosemary-"+in.Identity.System[:8]+"-*Z.backup"))
		return all
	}
	for _, year := range []string{"2999", "3000"} { // made while the clock was wrong
		if err := os.WriteFile(filepath.Join(folder, "rosemary-"+in.Identity.System[:8]+"-"+year+"0101T000000Z.backup"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	seals := 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		backup.Schedule{Every: time.Nanosecond, To: folder, Keep: 2, Seal: func() (backup.Seal, error) {
			if seals++; seals > 4 {
				cancel()
			}
			return backup.Seal{Unencrypted: true}, nil
		}}.Run(ctx, in)
	}()
	<-done
	all, _ := os.ReadDir(folder)
	if kept := ours(); len(kept) != 2 || len(all) != 5 || strings.Contains(strings.Join(kept, " "), "0101T") {
		t.Errorf("kept %v of %v", kept, all)
	}
}
