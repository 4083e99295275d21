package installation

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/care"
	"rosemary/record"
	"rosemary/standard"
	"rosemary/transfer"
	"rosemary/transfer/folder"
)

// Left says what a provider took away.
type Left struct {
	Contributions int64
	People        int
	Entries       int // of the directory
}

// partSuffix marks a folder that is still being written.
const partSuffix = ".part"

// Leave writes everything that the installation holds into a new folder, for whoever takes over: what another system takes in, pages that anybody can read, tables, and
// a description of it all. The folder appears under its name when it is whole. It is a disclosure, kept before the first byte.
func (in *Installation) Leave(ctx context.Context, to string, progress func(done, total int64)) (left Left, err error) {
	part, err := in.emptyPart(to)
	if err != nil {
		return left, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(part))
		}
	}()
	sink, err := folder.NewDirectory(part)
	if err != nil {
		return left, err
	}
	l := &leaving{in: in, sink: sink, tables: folder.NewTables(sink, in.Catalogue), part: part, kinds: map[uuid.UUID]standard.Stream{}, folders: map[uuid.UUID]string{}, progress: progress}
	if err := errors.Join(l.write(ctx), l.tables.Close(), sink.Close()); err != nil {
		return left, err
	}
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return left, fmt.Errorf("the folder %s: %w", to, err)
	}
	if err := os.Rename(part, to); err != nil {
		return left, fmt.Errorf("the folder %s: %w", to, err)
	}
	return l.left, nil
}

// emptyPart makes the folder in which is written. One that an earlier attempt left behind goes; anything else that is in the way stays.
func (in *Installation) emptyPart(to string) (string, error) {
	path, err := filepath.Abs(to)
	if err != nil {
		return "", fmt.Errorf("the folder %s: %w", to, err)
	}
	refuse := func(message, hint string) (string, error) {
		return "", &standard.Fault{Kind: standard.Conflict, Message: message, Hint: hint}
	}
	if rel, err := filepath.Rel(in.Dir, path); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return refuse("The folder lies inside the data folder.", "Name a folder outside it.")
	}
	switch there, err := os.ReadDir(path); {
	case err == nil && len(there) > 0:
		return refuse("The folder "+to+" is not empty. Nothing was written.", "Name a folder that is empty, or that is not there yet.")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("the folder %s: %w", to, err)
	}
	part := path + partSuffix
	if there, err := os.ReadDir(part); err == nil && len(there) > 0 {
		if _, err := os.Stat(filepath.Join(part, folder.SumsFile)); err != nil {
			return refuse("The folder "+to+partSuffix+" is in the way. Nothing was written.", "Move it somewhere else.")
		}
		if err := os.RemoveAll(part); err != nil {
			return "", fmt.Errorf("what an earlier attempt left behind: %w", err)
		}
	}
	if err := os.MkdirAll(part, 0o700); err != nil {
		return "", fmt.Errorf("the folder %s: %w", to, err)
	}
	return part, nil
}

// leaving is a provider on its way out.
type leaving struct {
	in       *Installation
	sink     *folder.Directory
	tables   *folder.Tables
	part     string
	head     record.Moment
	made     time.Time
	kinds    map[uuid.UUID]standard.Stream // of what was not destroyed
	streams  []uuid.UUID                   // in the order in which they began
	folders  map[uuid.UUID]string          // of people
	people   []folder.PersonLink
	entries  map[uuid.UUID]bool // records of the directory
	left     Left
	done     int64
	progress func(done, total int64)
}

func (l *leaving) write(ctx context.Context) error {
	var err error
	if l.head, _, err = l.in.Log.Head(ctx); err != nil {
		return err
	}
	l.made = l.in.Now()
	for _, step := range []func(context.Context) error{l.everything, l.order, l.plan, l.directory, l.everybody, l.proof, l.trail, l.standard, l.describe} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// step tells how far it has come: every contribution is read three times.
func (l *leaving) step() {
	if l.done++; l.progress != nil {
		l.progress(l.done, 3*int64(l.head))
	}
}

// file writes one file.
func (l *leaving) file(name string, write func(io.Writer) error) error {
	out, err := l.sink.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(out), out.Close())
}

// everything writes the one file that another system takes in. That all of it goes out is kept in the log of who saw what in front of it.
func (l *leaving) everything(ctx context.Context) error {
	return l.file("everything.ndjson", func(w io.Writer) (err error) {
		l.left.Contributions, err = l.in.Export(ctx, w, nil, func(int64, int64) { l.step() })
		return err
	})
}

// order lists all contributions with their hashes, and finds out whose they are.
func (l *leaving) order(ctx context.Context) error {
	seen := map[uuid.UUID]bool{}
	return l.file("proof/order.csv", func(w io.Writer) error {
		out := csv.NewWriter(w)
		failed := out.Write([]string{"moment", "committed", "stream", "sequence", "contribution", "hash", "destroyed"})
		err := l.in.Log.Contributions(ctx, uuid.Nil, 0, l.head, func(s *record.Sealed) error {
			l.step()
			gone := ""
			if s.Destroyed != uuid.Nil {
				gone = s.Destroyed.String()
			}
			if !seen[s.Stream] {
				seen[s.Stream] = true
				l.streams = append(l.streams, s.Stream)
			}
			return out.Write([]string{
				strconv.FormatInt(int64(s.Moment), 10), s.Committed.UTC().Format(time.RFC3339Nano), s.Stream.String(), strconv.FormatInt(s.Sequence, 10), s.ID.String(), s.Hash.String(), gone,
			})
		})
		out.Flush()
		return errors.Join(failed, err, out.Error())
	})
}

// plan finds out which streams are people and which are entries of the directory, and gives each person a folder. What was destroyed has none.
func (l *leaving) plan(ctx context.Context) error {
	l.entries = map[uuid.UUID]bool{}
	for _, stream := range l.streams {
		info, err := l.in.Log.Stream(ctx, stream)
		if standard.KindOf(err) == standard.Gone {
			continue
		}
		if err != nil {
			return err
		}
		l.kinds[stream] = info.Kind
		if info.Kind == standard.DirectoryStream {
			l.entries[stream] = true
			l.left.Entries++
			continue
		}
		card, err := l.card(ctx, stream)
		if err != nil {
			return err
		}
		name := folder.SafeName(card.Family + " " + card.Given)
		l.folders[stream] = "people/" + strings.TrimPrefix(name+"-", "-") + stream.String() + "/"
		l.left.People++
	}
	return nil
}

// card is who a person is, today.
func (l *leaving) card(ctx context.Context, stream uuid.UUID) (record.PersonCard, error) {
	found, _, err := l.in.Log.People(ctx, access.Selection{
		UID: stream, All: true, RestrictedToo: true, Limit: 1, At: l.head, Day: l.made.In(l.in.Zone).Format(time.DateOnly), Scope: record.Scope{Everything: true},
	})
	if err != nil || len(found) == 0 {
		return record.PersonCard{}, err
	}
	return found[0].Card, nil
}

// names finds what to call entries of the directory, and other people.
func (l *leaving) names(ctx context.Context) func([]uuid.UUID) (map[uuid.UUID]string, error) {
	return func(uids []uuid.UUID) (map[uuid.UUID]string, error) {
		found, err := l.in.Log.Names(ctx, uuid.Nil, uids, l.head, record.Scope{Everything: true})
		if err != nil {
			return nil, err
		}
		for _, uid := range uids {
			if l.folders[uid] == "" {
				continue
			}
			card, err := l.card(ctx, uid)
			if err != nil {
				return nil, err
			}
			found[uid] = care.FullName(card)
		}
		return found, nil
	}
}

// directory writes the pages and the export of the directory.
func (l *leaving) directory(ctx context.Context) error {
	var streams []uuid.UUID
	for _, stream := range l.streams {
		if l.kinds[stream] == standard.DirectoryStream {
			streams = append(streams, stream)
		}
	}
	_, err := l.pages(ctx, streams, folder.About{Title: "Directory", Prefix: "directory/", Facts: []string{"The homes and branches, organisations and care workers, and the certificates of what was destroyed."}})
	return err
}

// everybody writes the pages and the export of each person.
func (l *leaving) everybody(ctx context.Context) error {
	for _, stream := range l.streams {
		if l.kinds[stream] != standard.PersonStream {
			continue
		}
		card, err := l.card(ctx, stream)
		if err != nil {
			return err
		}
		name := strings.TrimSpace(care.FullName(card))
		if name == "" {
			name = "Somebody without a name"
		}
		count, err := l.pages(ctx, []uuid.UUID{stream}, folder.About{Title: name, Prefix: l.folders[stream], Facts: folder.FactsOf(card),
			Elsewhere: func(uid uuid.UUID) string {
				switch {
				case l.entries[uid]:
					return "../../directory/records/" + uid.String() + ".html"
				case l.folders[uid] != "":
					return "../../" + l.folders[uid] + "index.html"
				}
				return ""
			}})
		if err != nil {
			return err
		}
		l.people = append(l.people, folder.PersonLink{Name: name, Born: card.Born, NHSNumber: card.NHSNumber, Folder: l.folders[stream], Contributions: count})
	}
	slices.SortFunc(l.people, func(a, b folder.PersonLink) int { return strings.Compare(a.Name+a.Folder, b.Name+b.Folder) })
	return nil
}

// pages writes the pages, the tables' rows and the export of some streams, in one reading.
func (l *leaving) pages(ctx context.Context, streams []uuid.UUID, about folder.About) (count int64, err error) {
	in := l.in
	about.Catalogue, about.Zone, about.Made, about.System, about.Names = in.Catalogue, in.Zone, l.made, in.Identity.System, l.names(ctx)
	about.Extra = []folder.File{{Name: "record.ndjson", Words: "The same as another system takes it in"}}
	pages, err := folder.NewPages(l.sink, about, filepath.Dir(l.part))
	if err != nil {
		return 0, err
	}
	defer pages.Abandon()
	err = l.file(about.Prefix+"record.ndjson", func(w io.Writer) error {
		out, err := transfer.NewWriter(w, transfer.Header{System: in.Identity.System, Keys: in.Identity.Keys, Exported: l.made.UTC(), Streams: streams})
		if err != nil {
			return err
		}
		var certificates []uuid.UUID
		for _, stream := range streams {
			if certificates, err = l.stream(ctx, stream, out, pages, certificates); err != nil {
				return err
			}
		}
		if about.Prefix != "directory/" { // the directory has its certificates itself
			if err := in.Guard.Certificates(ctx, certificates, out.Add); err != nil {
				return err
			}
		}
		count = out.Count()
		return out.Close()
	})
	if err != nil {
		return 0, err
	}
	return count, pages.Close()
}

// stream reads one stream, and gives the certificates of what was destroyed of it.
func (l *leaving) stream(ctx context.Context, stream uuid.UUID, out *transfer.Writer, pages *folder.Pages, certificates []uuid.UUID) ([]uuid.UUID, error) {
	files, err := access.FilesOf(ctx, l.in.Log, l.in.Attachments, stream, l.head, nil)
	if err != nil {
		return nil, err
	}
	attach := func(of uuid.UUID, file record.Attachment, content io.Reader) error {
		return pages.AttachmentToo(file, content, func(r io.Reader) error { return out.Attach(of, file, r) })
	}
	err = l.in.Log.Contributions(ctx, stream, 0, l.head, func(s *record.Sealed) error {
		l.step()
		if err := files.Before(ctx, s.Moment, attach); err != nil {
			return err
		}
		for _, v := range s.Versions {
			if err := l.tables.Add(s, v); err != nil {
				return err
			}
			if v.Destroyed != uuid.Nil && !slices.Contains(certificates, v.Destroyed) {
				certificates = append(certificates, v.Destroyed)
			}
		}
		return errors.Join(out.Add(s), pages.Contribution(s))
	})
	return certificates, err
}

// proof writes what everything is proved by.
func (l *leaving) proof(ctx context.Context) error {
	notes, err := l.in.copiedCheckpoints()
	if err != nil {
		return err
	}
	last, err := l.in.Log.LastCheckpoint(ctx)
	if err != nil {
		return err
	}
	if last.Signed != "" && !slices.Contains(notes, last.Signed) {
		notes = append(notes, last.Signed)
	}
	return errors.Join(
		l.file("proof/checkpoints.txt", func(w io.Writer) error {
			_, err := io.WriteString(w, strings.Join(notes, "\n"))
			return err
		}),
		l.file("proof/keys.txt", func(w io.Writer) error {
			_, err := io.WriteString(w, strings.Join(l.in.Identity.Keys, "\n")+"\n")
			return err
		}))
}

// trail writes the log of who saw what, and the chain over it.
func (l *leaving) trail(ctx context.Context) error {
	return l.file("proof/access-batches.csv", func(chain io.Writer) error {
		return l.file("proof/access-log.ndjson", func(lines io.Writer) error {
			out := csv.NewWriter(chain)
			failed := out.Write([]string{"batch", "previous", "hash", "bytes"})
			err := l.in.Accounts.Batches(ctx, 0, func(b access.Batch) error {
				_, err := lines.Write(b.Lines)
				return errors.Join(err, out.Write([]string{strconv.FormatInt(b.Seq, 10), b.Previous.String(), b.Hash.String(), strconv.Itoa(len(b.Lines))}))
			})
			out.Flush()
			return errors.Join(failed, err, out.Error())
		})
	})
}

// standard copies the class files, value sets and forms that were in use.
func (l *leaving) standard(context.Context) error {
	if err := l.copyFiles(standard.Files(), "standard/"); err != nil {
		return err
	}
	if own := l.in.own(); own != nil {
		return l.copyFiles(own, "standard/own/")
	}
	return nil
}

func (l *leaving) copyFiles(files fs.FS, prefix string) error {
	return fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return l.file(prefix+path, func(w io.Writer) error {
			_, err := w.Write(content)
			return err
		})
	})
}

// describe writes the description of it all.
func (l *leaving) describe(context.Context) error {
	var own []string
	for _, f := range l.in.Catalogue.Own() {
		own = append(own, "standard/own/"+f.Name)
	}
	return folder.Describe(l.sink, folder.Provider{
		Catalogue: l.in.Catalogue, Tables: l.tables, System: l.in.Identity.System, Keys: l.in.Identity.Keys, Made: l.made, Zone: l.in.Zone,
		Contributions: l.left.Contributions, Streams: len(l.kinds), People: l.people, OwnFiles: own,
	})
}
