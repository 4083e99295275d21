package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/installation"
	"rosemary/record"
	"rosemary/standard"
)

// home is what the bench works on: one home, one senior carer with a token, and people with records. It is kept beside the data folder.
type home struct {
	Token    string
	Place    uuid.UUID
	Worker   uuid.UUID
	People   []person
	Long     person // who has many versions
	Versions int
	Bytes    int64 // of the database when all had been loaded
}

// person has some records that are read.
type person struct {
	ID       uuid.UUID
	Records  []uuid.UUID
	Versions int
}

const (
	note          = "daily-note" // the class that is written and read: a note of a carer
	kept          = 25           // ids of records that are kept of each person, to be read
	benchPassword = "only for the bench"
	carerAccount  = "carer"
)

// furnish makes an installation with so many versions, or finds the one that a run before left.
func furnish(ctx context.Context, f *folder, o Options) (*home, error) {
	if text, err := os.ReadFile(f.manifest()); err == nil {
		h := &home{}
		if err := json.Unmarshal(text, h); err != nil {
			return nil, err
		}
		return h, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if f.encrypted {
		if err := encrypt(ctx, f); err != nil {
			return nil, err
		}
	}
	in, err := installation.Open(ctx, installation.Options{Dir: f.data(), KeyFile: f.keyFile(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	h, err := settle(ctx, in, o)
	if err == nil {
		err = index(ctx, in, o)
	}
	if err = errors.Join(err, in.Close()); err != nil {
		return nil, err
	}
	file, err := os.Stat(in.Database.Path())
	if err != nil {
		return nil, err
	}
	h.Bytes = file.Size()
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	return h, os.WriteFile(f.manifest(), text, 0o600)
}

// encrypt founds an installation and encrypts it, before anything is in it.
func encrypt(ctx context.Context, f *folder) error {
	in, err := installation.Open(ctx, installation.Options{Dir: f.data(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if err := in.Close(); err != nil {
		return err
	}
	_, err = installation.Encrypt(ctx, installation.Encryption{Dir: f.data(), KeyFile: f.keyFile(), Confirm: func(string) error { return nil }})
	return err
}

// index lets the index of words catch up, so that what is measured is not its work on what was loaded.
func index(ctx context.Context, in *installation.Installation, o Options) error {
	progress(o, "the index of words catches up")
	for {
		did, err := in.Search.Step(ctx)
		if err != nil || !did {
			return err
		}
	}
}

func progress(o Options, format string, args ...any) {
	if o.Progress != nil {
		fmt.Fprintf(o.Progress, format+"\n", args...)
	}
}

func settle(ctx context.Context, in *installation.Installation, o Options) (*home, error) {
	admin := access.NewAccount{Account: "admin", Name: "Bench administrator", Password: benchPassword, Role: "administrator"}
	if err := in.Guard.CreateAccount(ctx, admin); err != nil {
		return nil, err
	}
	session, err := in.Guard.Session(ctx, "admin", "administration")
	if err != nil {
		return nil, err
	}
	h := &home{Place: uuid.Must(uuid.NewV7()), Worker: uuid.Must(uuid.NewV7())}
	_, err = session.Commit(ctx,
		opening(h.Place, standard.DirectoryStream, "service-provider", `{"name":"Bench House","organisationIdentifier":"ZZBENCH"}`),
		opening(h.Worker, standard.DirectoryStream, "care-worker", `{"personName":{"personFirstName":"Sam","personFamilyName":"Okoro"}}`))
	if err != nil {
		return nil, err
	}
	carer := access.NewAccount{Account: carerAccount, Name: "Sam Okoro", Password: benchPassword, Role: "senior-carer", Worker: h.Worker, Places: []uuid.UUID{h.Place}}
	if err := in.Guard.CreateAccount(ctx, carer); err != nil {
		return nil, err
	}
	if h.Token, err = in.Guard.NewToken(ctx, carerAccount, "bench", 300*24*time.Hour); err != nil {
		return nil, err
	}
	return h, load(ctx, in, h, o)
}

// load registers the people and writes their notes: one contribution of two for one of many, which is about what a shift commits.
func load(ctx context.Context, in *installation.Installation, h *home, o Options) error {
	each := max(kept, o.Versions/o.People)
	h.People = make([]person, o.People)
	l := &loader{in: in, home: h, by: record.Committer{Actor: h.Worker, Account: carerAccount, Role: "senior-carer"}, options: o}
	var mu sync.Mutex
	var errs []error
	var all sync.WaitGroup
	for worker := range loaders {
		all.Go(func() {
			for i := worker; i < len(h.People); i += loaders {
				err := l.person(ctx, &h.People[i], i, each)
				mu.Lock()
				errs = append(errs, err)
				if h.Versions += h.People[i].Versions; i%max(1, o.People/20) == 0 {
					progress(o, "%d versions", h.Versions)
				}
				failed := err != nil
				mu.Unlock()
				if failed {
					return
				}
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil || o.Long == 0 {
		return err
	}
	err := l.person(ctx, &h.Long, o.People, o.Long)
	h.Versions += h.Long.Versions
	return err
}

// loaders is how many goroutines load: they share commits.
const loaders = 4

type loader struct {
	in      *installation.Installation
	home    *home
	by      record.Committer
	options Options
}

// atOnce is how many contributions are committed in one transaction, and how large one is: one record, as in a working day.
const atOnce = 50

// person registers one person and writes their notes, and some of everything else that a record can hold.
func (l *loader) person(ctx context.Context, p *person, n, versions int) error {
	p.ID = uuid.Must(uuid.NewV7())
	who := fmt.Sprintf(`{"personName":{"personFirstName":"Test","personFamilyName":"Person %d"},"personIdentification":{"nhsNumberStatusIndicator":{"code":"07"}},"personDemographics":{"dateOfBirth":"1940","genderIdentity":{"absent":"not-asked"},"ethnicity":{"absent":"not-asked"},"sexualOrientation":{"absent":"not-asked"}}}`, n)
	first := opening(p.ID, standard.PersonStream, "subject-of-care", who)
	first.Changes = append(first.Changes, record.ProposedChange{Type: record.Create, Path: "/changes/1", Class: "placement",
		Content: fmt.Appendf(nil, `{"serviceProvider":{"ref":"%s"},"from":"2026-01-01"}`, l.home.Place)})
	if _, err := l.in.Recorder.Commit(ctx, l.by, first); err != nil {
		return err
	}
	p.Versions = 2
	for p.Versions < versions {
		batch := make([]*record.Proposal, min(atOnce, versions-p.Versions))
		for i := range batch {
			batch[i] = &record.Proposal{Stream: p.ID, Changes: []record.ProposedChange{
				{Type: record.Create, Path: "/changes/0", Class: note, Content: noteContent(p.Versions + i)},
			}}
		}
		receipts, err := l.in.Recorder.Commit(ctx, l.by, batch...)
		if err != nil {
			return err
		}
		for i, receipt := range receipts {
			if (p.Versions+i)%max(1, versions/kept) == 0 && len(p.Records) < kept {
				p.Records = append(p.Records, receipt.Changes[0].Version.Record)
			}
		}
		p.Versions += len(batch)
	}
	return nil
}

func opening(stream uuid.UUID, kind standard.Stream, class, content string) *record.Proposal {
	return &record.Proposal{Stream: stream, Opens: kind, Changes: []record.ProposedChange{
		{Type: record.Create, Path: "/changes/0", Record: stream, Class: class, Content: []byte(content)},
	}}
}

// noteContent is a note of about 1 KB, in words that differ from note to note.
func noteContent(n int) []byte {
	when := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n%45_000) * 7 * time.Minute).Format(time.RFC3339)
	var text strings.Builder
	for i := 0; text.Len() < 900; i++ {
		text.WriteString(said[scatter(n, i)%len(said)])
		text.WriteByte(' ')
	}
	return fmt.Appendf(nil, `{"when":"%s","freeText":"%s","mood":{"code":"content"}}`, when, text.String())
}

// said is what notes are made of.
var said = []string{
	"Sat with them after tea and talked about the garden.",
	"Ate most of the porridge and half of the toast.",
	"Drank two cups of tea, 200 mL each.",
	"Slept well until four, then asked for the light.",
	"Walked to the lounge with the frame and one of us beside.",
	"Was glad to see the daughter, who brought photographs.",
	"The skin on the left heel is red and was left to rest on a pillow.",
	"Took all the tablets with water, one after the other.",
	"Said the knee hurts when it rains.",
	"Sang along with the choir and laughed about the words.",
	"Refused the shower and chose a wash at the basin instead.",
	"Watched the birds at the feeder for an hour.",
	"Was restless at dusk and calmed down with music.",
	"Phoned the surgery about the cream; they will ring back tomorrow.",
	"Wrote a birthday card for the grandson.",
	"Would like fish again on Friday.",
	"Mouth care done, dentures cleaned and put back.",
	"Changed the bed, the curtains stay open as asked.",
}
