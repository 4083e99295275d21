// Package downtime puts the downtime pack where staff find it when the program does not run: every hour, whole or not at all, and says when it cannot.
//
// A pack is a folder of its own below the one that the operator names, and appears under its name when it is whole and on the disk; then the index beside the packs is
// replaced, which leads into the newest. So at no moment is there half a pack, and whoever has one open can go on reading it until the next but one. Who may read the folder, and whether
// its disk is encrypted, is the operator's matter.
package downtime

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"rosemary/access"
	care "rosemary/care/downtime"
	"rosemary/internal/installation"
	"rosemary/standard"
)

// The names in the operator's folder.
const (
	prefix     = "pack-"
	nameForm   = "20060102T150405Z"
	partSuffix = ".part"
	index      = "index.html"
)

// kept is how many packs stay: the newest, and the one before it for whoever has it open.
const kept = 2

// sinceDays is how far back doses, drinks and readings go.
const sinceDays = 7

// Made says what was made.
type Made struct {
	At     time.Time
	Path   string // of the index that is opened
	People int
	Homes  int
	Bytes  int64
}

// Make makes a pack at once. Every is how long until the next, as the pages say; 0 where nobody has said.
func Make(ctx context.Context, in *installation.Installation, to string, every time.Duration) (made Made, err error) {
	folder, err := Folder(in.Dir, to)
	if err != nil {
		return made, err
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return made, inWords(err, folder)
	}
	now := in.Now()
	last, there := Latest(folder)
	err = in.Guard.OperatorDowntime(ctx, access.DowntimeAsk{
		Since: now.AddDate(0, 0, -sinceDays), Each: !there || !sameDay(last, now, in.Zone),
		Write: func(d *access.Downtime) error {
			pages, err := care.Pages(of(in, d, now, every))
			if err != nil {
				return err
			}
			made.At, made.People, made.Homes, made.Path = now, len(d.People), len(pages)-1, filepath.Join(folder, index)
			made.Bytes, err = write(folder, now, pages)
			return err
		},
	})
	if err != nil {
		return Made{}, inWords(err, folder)
	}
	return made, prune(folder)
}

// inWords says what stood in the way of writing into the folder, and what became of the pack before.
func inWords(err error, folder string) error {
	f := &standard.Fault{Kind: standard.Unavailable, Message: "No downtime pack could be written into " + folder + ". The one before it, if there is one, is as it was.", Err: err}
	var path *fs.PathError
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		f.Message, f.Hint = "There is no room for a downtime pack in "+folder+". The one before it is as it was.", "Make room there, or name another folder in downtime.to."
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		f.Hint = "The folder cannot be written. Let Rosemary’s user write there, and look whether its disk was mounted to be read only."
	case errors.As(err, &path):
		f.Hint = "Look whether its disk is there, and whether something else has its name."
	default:
		return err
	}
	return f
}

func sameDay(a, b time.Time, zone *time.Location) bool {
	return a.In(zone).Format(time.DateOnly) == b.In(zone).Format(time.DateOnly)
}

// Folder is where the packs go; one inside the data folder is refused: what is lost with the computer is no help.
func Folder(data, to string) (string, error) {
	if to == "" {
		return "", &standard.Fault{Kind: standard.Invalid, Message: "It is not said where the downtime pack goes.", Hint: "Name a folder with --to, or with downtime.to in the configuration."}
	}
	path, err := filepath.Abs(to)
	if err != nil {
		return "", fmt.Errorf("the folder %s: %w", to, err)
	}
	for _, pair := range [][2]string{{data, path}, {real(data), real(path)}} {
		if rel, err := filepath.Rel(pair[0], pair[1]); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return "", &standard.Fault{Kind: standard.Conflict, Message: "The folder of the downtime pack lies inside the data folder. Nothing was written.",
				Hint: "Name one on another disk or computer: it must be there when this one is not."}
		}
	}
	return path, nil
}

// real follows links as far as the path is there.
func real(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	rest := ""
	for dir := absolute; ; dir = filepath.Dir(dir) {
		if resolved, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(resolved, rest)
		}
		if dir == filepath.Dir(dir) {
			return absolute
		}
		rest = filepath.Join(filepath.Base(dir), rest)
	}
}

func of(in *installation.Installation, d *access.Downtime, now time.Time, every time.Duration) care.Of {
	out := care.Of{Catalogue: in.Catalogue, Names: d.Names, Made: now.In(in.Zone)}
	if every > 0 {
		out.Next = out.Made.Add(every)
	}
	for _, p := range d.People {
		out.People = append(out.People, care.Person{Card: p.Card, Place: p.PlaceName, Room: p.Room, Hidden: p.Hidden, Versions: p.Versions, Unproved: p.Unproved})
	}
	return out
}

// write puts the pages into a folder that takes its name when it is whole, and then the index beside it.
func write(folder string, now time.Time, pages []care.File) (bytes int64, err error) {
	name := prefix + now.UTC().Format(nameForm)
	part := filepath.Join(folder, name+partSuffix)
	if err := errors.Join(os.RemoveAll(part), os.Mkdir(part, 0o750)); err != nil {
		return 0, fmt.Errorf("the downtime pack: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(part))
		}
	}()
	for _, page := range pages {
		if err := writeFile(filepath.Join(part, page.Name), page.Body); err != nil {
			return 0, err
		}
		bytes += int64(len(page.Body))
	}
	whole := filepath.Join(folder, name)
	if err := errors.Join(syncDir(part), os.RemoveAll(whole), os.Rename(part, whole), syncDir(folder)); err != nil {
		return 0, fmt.Errorf("the downtime pack: %w", err)
	}
	defer func() {
		if err != nil { // nothing leads to it: the next attempt makes another
			err = errors.Join(err, os.RemoveAll(whole))
		}
	}()
	last := pages[len(pages)-1].Body // the index leads to its neighbours: seen from the folder above they lie in the pack
	outside := strings.ReplaceAll(string(last), `<a href="`, `<a href="`+name+`/`)
	if err := writeFile(filepath.Join(folder, index+partSuffix), []byte(outside)); err != nil {
		return 0, err
	}
	if err := errors.Join(os.Rename(filepath.Join(folder, index+partSuffix), filepath.Join(folder, index)), syncDir(folder)); err != nil {
		return 0, fmt.Errorf("the index of the downtime pack: %w", err)
	}
	return bytes, nil
}

func writeFile(path string, body []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return fmt.Errorf("the downtime pack: %w", err)
	}
	_, err = file.Write(body)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("the downtime pack: %w", err)
	}
	return nil
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// packs are the whole packs of a folder, the newest first.
func packs(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if _, ok := timeOf(e.Name()); ok && e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(b, a) })
	return names, nil
}

func timeOf(name string) (time.Time, bool) {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return time.Time{}, false
	}
	at, err := time.Parse(nameForm, rest)
	return at, err == nil
}

// Latest is when the pack was made that the index of a folder leads to: what nobody is led to is no pack. An index that was copied without its pack leads nowhere.
func Latest(folder string) (time.Time, bool) {
	text, err := os.ReadFile(filepath.Join(folder, index))
	if err != nil {
		return time.Time{}, false
	}
	names, err := packs(folder)
	if err != nil {
		return time.Time{}, false
	}
	for _, name := range names {
		if strings.Contains(string(text), `<a href="`+name+`/`) {
			return timeOf(name)
		}
	}
	return time.Time{}, false
}

// prune removes the packs that need not stay, and what a broken attempt has left. Nothing else in the folder is touched.
func prune(folder string) error {
	names, err := packs(folder)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		whole, broken := strings.CutSuffix(e.Name(), partSuffix)
		if _, ours := timeOf(whole); broken && (ours || whole == index) {
			names = append(names, e.Name())
		}
	}
	var faults []error
	for i, name := range names {
		if i >= kept || strings.HasSuffix(name, partSuffix) {
			faults = append(faults, os.RemoveAll(filepath.Join(folder, name)))
		}
	}
	return errors.Join(faults...)
}
