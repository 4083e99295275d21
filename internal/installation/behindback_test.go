package installation_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rosemary/access"
	"rosemary/fhir/subscription"
	"rosemary/internal/fixture"
	"rosemary/internal/installation"
)

// notProved is what nobody can tell from the folder, and why: "table", "table.column", "table+" for a row that is put in, "table-" for one that is taken out. docs/running.md says it to
// operators.
var notProved = func() map[string]string {
	const (
		accounts = "accounts and what hangs on them are outside the proof (hazard 14)"
		working  = "work on its way: no part of a record until it is saved or ratified, and checked then like anything that comes in"
		abroad   = "only the other system knows, and says it again when it sends again"
		noticed  = "a note for people that nothing depends on"
		anew     = "says only whether something is made anew, and what was made is held against the log"
	)
	known := map[string]string{
		"attachment.kept": "when a file came: shown for a file that no record names, and nothing else hangs on it", "attachment.loose": "since when a file waits for a record: a file that a record names is never swept away",
		"attachment.going": "likewise", "attachment_sent.account": "who may look at a file before a record names it", "attachment_sent-": "likewise",
		"attachment_key.made": noticed, "attachment_key+": "a key for somebody who has no file locks nothing",
		"segment.provider": abroad, "segment.received": noticed, "segment.decided_by": "stands in the log of who saw what", "segment.decided_why": noticed,
		"segment_contribution.moment": abroad, "segment_contribution+": "what stands behind the end is a package that was broken off: nobody sees it, and the next one takes it away", "segment_version+": "likewise",
		"segment_version.happened": "worked out when it came, with the class files of then, to put a list in order", "segment_file": "which files to let go of with a package: those that a record names are never among them",
		"position":  "filled a few thousand at a time, so it is empty here: `store/log` tries every change of it against Compare",
		"projected": anew, "projected_class": anew, "scrub": anew, "search_state": anew,
		"subscription_taken_over-": "then they are taken over again, and one that was not there before is noticed: TestWhatAnEarlierVersionSubscribedIsTakenOverOnce",
		"beside":                   "what older programs kept beside a record, where it was no part of a version yet",
		"backup":                   "the backups are elsewhere: rosemary backup check looks at one",
		"signing_key+":             "a key that has signed nothing proves nothing; what is signed with it must still fit the copied checkpoints", "exchange_peer": "whom to exchange records with: managed like accounts", "exchange_case": working, "exchange_nonce": working,
		"bulk_job": working, "draft": working, "lease": working, "outbox_device": accounts, "outbox_key": accounts, "outbox_entry": working,
	}
	for _, table := range []string{"account", "account_change", "broken_glass", "client", "client_heard", "client_paper", "cookie_session", "held", "held_about", "let_in", "pass", "token", "try"} {
		known[table] = accounts
	}
	return known
}()

// column is one column of a table of the schema.
type column struct {
	name string
	kind string // as SQLite stores it
	key  bool
}

// stopped is a data folder that nobody has open.
type stopped struct {
	t   *testing.T
	dir string
}

// copied gives a copy of its own to alter.
func (s stopped) copied() stopped {
	s.t.Helper()
	dir := filepath.Join(s.t.TempDir(), "data")
	for from, to := range map[string]string{s.dir: dir, s.dir + "-checkpoints": dir + "-checkpoints"} {
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			s.t.Fatal(err)
		}
	}
	return stopped{s.t, dir}
}

func (s stopped) database() *sql.DB {
	s.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(s.dir, "rosemary.db"))
	if err != nil {
		s.t.Fatal(err)
	}
	return db
}

// verify opens the folder as the command does; that it cannot be opened says that something is wrong, too.
func (s stopped) verify() error {
	s.t.Helper()
	in, err := installation.Open(s.t.Context(), installation.Options{Dir: s.dir, Beside: true, Existing: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer closeIt(s.t, in)
	return verify(s.t, in)
}

// tables reads the schema: every table that is not SQLite's own or a part of the index of words.
func tables(t *testing.T, db *sql.DB) map[string][]column {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT t.name, c.name, c.type, c.pk > 0 FROM pragma_table_list t JOIN pragma_table_info(t.name) c
		WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	all := map[string][]column{}
	for rows.Next() {
		var table string
		var c column
		if err := rows.Scan(&table, &c.name, &c.kind, &c.key); err != nil {
			t.Fatal(err)
		}
		all[table] = append(all[table], c)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// changed is an expression for another value of a column: of a time a day later, of a number one more, of text and bytes another end.
func (c column) changed() string {
	n := c.name
	return `CASE typeof(` + n + `) WHEN 'integer' THEN CASE WHEN ` + n + ` > 100000000000000 AND ` + n + ` < 9000000000000000000 THEN ` + n + ` + 86400000000 WHEN ` + n + ` > 9000000000000000000 THEN 1 ELSE ` + n + ` + 1 END
		WHEN 'text' THEN ` + n + ` || 'x' WHEN 'blob' THEN CASE length(` + n + `) WHEN 0 THEN x'01' ELSE CAST(substr(` + n + `, 1, length(` + n + `) - 1) || CASE substr(` + n + `, -1) WHEN x'55' THEN x'56' ELSE x'55' END AS BLOB) END
		ELSE CASE '` + c.kind + `' WHEN 'INTEGER' THEN 1 WHEN 'BLOB' THEN x'01' ELSE 'x' END END`
}

// one is a condition that holds for one row in the middle of a table.
func one(t *testing.T, db *sql.DB, table string, columns []column) string {
	t.Helper()
	var keys []string
	for _, c := range columns {
		if c.key {
			keys = append(keys, c.name)
		}
	}
	if len(keys) == 0 {
		keys = []string{"rowid"}
	}
	list := strings.Join(keys, ", ")
	return fmt.Sprintf(`(%s) = (SELECT %s FROM %s ORDER BY %s LIMIT 1 OFFSET (SELECT count(*) / 2 FROM %s))`, list, list, table, list, table)
}

// TestVerifyNoticesWhateverIsChangedBehindItsBack goes through the schema: in every table it changes one cell of each column, takes a row out and puts one in, and verify says so or it is known why not.
func TestVerifyNoticesWhateverIsChangedBehindItsBack(t *testing.T) {
	s := stopped{t, wholeFolder(t)}
	if err := s.copied().verify(); err != nil {
		t.Fatalf("before: %v", err)
	}
	db := s.database()
	defer func() { _ = db.Close() }()
	schema := tables(t, db)
	used := map[string]bool{}
	skip := func(name string) bool { used[name] = true; return notProved[name] != "" }
	for table, columns := range schema {
		if skip(table) || strings.HasPrefix(table, "search_") || strings.HasPrefix(table, "migration_") {
			continue // of the index of words what it finds is held against the log, and of the migrations the schema is what they made
		}
		var n int
		if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil || n == 0 {
			t.Errorf("%s: nothing in it that could be changed (%v): furnish it, or say why it is not proved", table, err)
			continue
		}
		where := one(t, db, table, columns)
		try := func(name, statement string) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := stopped{t, s.dir}.copied()
				db := s.database()
				result, err := db.ExecContext(context.Background(), statement)
				_ = db.Close()
				if err != nil {
					t.Skip(err) // the schema itself forbids it
				}
				if n, _ := result.RowsAffected(); n != 1 {
					t.Fatalf("%s changed %d rows", statement, n)
				}
				if err := s.verify(); err == nil {
					t.Errorf("verify does not notice: %s", statement)
				}
			})
		}
		var names, values []string
		for _, c := range columns {
			if !skip(table + "." + c.name) {
				try(table+"."+c.name, `UPDATE `+table+` SET `+c.name+` = `+c.changed()+` WHERE `+where)
			}
			names, values = append(names, c.name), append(values, c.name)
			if unique(t, db, table, c.name) {
				values[len(values)-1] = c.changed()
			}
		}
		if !skip(table + "-") {
			try(table+" without a row", `DELETE FROM `+table+` WHERE `+where)
		}
		if !skip(table + "+") {
			try(table+" with a row", `INSERT INTO `+table+` (`+strings.Join(names, ", ")+`) SELECT `+strings.Join(values, ", ")+` FROM `+table+` WHERE `+where)
		}
	}
	for name := range notProved {
		if !used[name] {
			t.Errorf("%s is said not to be proved, and is not in the schema", name)
		}
	}
}

// unique tells whether a column is part of a key, so that a second row needs another value in it.
func unique(t *testing.T, db *sql.DB, table, name string) bool {
	t.Helper()
	var n int
	err := db.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM pragma_index_list($1) l JOIN pragma_index_info(l.name) i WHERE l."unique" AND i.name = $2)
		+ (SELECT count(*) FROM pragma_table_info($1) WHERE pk > 0 AND name = $2)`, table, name).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n > 0
}

// wholeFolder furnishes a folder in which there is something of everything that is proved, and gives its place.
func wholeFolder(t *testing.T) string {
	t.Helper()
	ctx := t.Context()
	w := newTwo(t)
	m, in := w.margaret(), w.new
	w.admits(w.received(w.sends(m.person)))
	waits := w.old.MoveIn("manager", w.old.Home, "Ida", "Crane", "9990000042", "Room 4")
	w.old.Write("carer", waits, "daily-note", fixture.NoteContent("Ate well."))
	w.old.Write("carer", waits, "daily-note", fixture.NoteContent("Slept well."))
	w.received(w.sends(waits))

	twin := in.MoveIn("manager", in.Home, "Peggy", "Whitlock", "9990000050", "Room 7")
	if _, err := in.Session("manager").Link(ctx, access.Joining{A: in.Person, B: twin, Why: "Her daughter was asked", Differences: "One has no number"}); err != nil {
		t.Fatal(err)
	}
	in.Write("manager", in.Person, "provides-care-for", fmt.Sprintf(`{"careWorker":{"ref":%q},"role":{"text":"Key worker"}}`, in.Workers["carer"]))
	note := in.Write("senior", in.Person, "daily-note", fmt.Sprintf(`{"when":"2026-03-16T08:00:00+00:00","freeText":"Not for Sam.","excludedViewer":[{"ref":%q}]}`, in.Workers["carer"]))
	if _, err := in.Session("nurse").Attest(ctx, in.Person, note, 1, "I have seen it.", fixture.Password); err != nil {
		t.Fatal(err)
	}
	named, err := in.Attachments.Keep(ctx, in.Person, "senior", strings.NewReader("Dear Ruth"), access.Said{})
	if err != nil {
		t.Fatal(err)
	}
	in.Write("senior", in.Person, "document", fmt.Sprintf(`{"documentTitle":"Letter","files":[{"contentHash":%q,"mediaType":%q,"size":%d}]}`, named.Hash, named.MediaType, named.Size))
	if _, err := in.Attachments.Keep(ctx, in.Person, "senior", strings.NewReader("A draft"), access.Said{}); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Notary.Checkpoint(ctx); err != nil {
		t.Fatal(err)
	}
	subscribed(t, in)
	head, _, err := in.Log.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := in.OpenEpoch(ctx, installation.Restored{Moment: head, Made: in.Clock.Now(), AccountsStayOpen: true}); err != nil { // as if a backup had just been restored
		t.Fatal(err)
	}
	in.Write("senior", in.Person, "daily-note", fixture.NoteContent("The new epoch."))
	if err := in.Guard.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Notary.Checkpoint(ctx); err != nil {
		t.Fatal(err)
	}
	return in.Dir
}

// subscribed lets a program ask to be told of notes, and finds one event for it.
func subscribed(t *testing.T, in *fixture.World) {
	t.Helper()
	ctx := t.Context()
	s, err := in.Subscribed.Begin(ctx, subscription.Asked{Account: "manager", Endpoint: "https://records.example.org/hook", Headers: []string{"Authorization: Bearer x"}, Content: subscription.IDOnly})
	if err != nil {
		t.Fatal(err)
	}
	rec := in.Write("senior", in.Person, "daily-note", fixture.NoteContent("To be told."))
	head, at, err := in.Log.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	event := subscription.Event{At: at, Moment: head, Stream: in.Person, Record: rec, Class: "daily-note", Change: subscription.Created}
	if err := in.Subscribed.Book.Advance(ctx, s.ID, s.Moment, head, []subscription.Event{event}); err != nil {
		t.Fatal(err)
	}
}
