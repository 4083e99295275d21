package installation

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"rosemary/care/language"
	"rosemary/standard"
)

// ownFolder is where a data folder keeps a provider's own forms, classes and value sets.
const ownFolder = "standard"

// own is the provider's own folder; nil where there is none.
func (in *Installation) own() fs.FS {
	folder := filepath.Join(in.Dir, ownFolder)
	if info, err := os.Lstat(folder); err != nil || !info.IsDir() {
		return nil
	}
	return os.DirFS(folder)
}

// loadStandard compiles the standard together with the provider's own files, and says in the log what of those was set aside.
func (in *Installation) loadStandard() error {
	if info, err := os.Lstat(filepath.Join(in.Dir, ownFolder)); err == nil && !info.IsDir() {
		in.Logger.Warn("the provider's own forms and classes are not in use: where their folder should be stands a link or a file, which no backup holds", "folder", ownFolder)
	}
	var err error
	if in.Catalogue, err = standard.EmbeddedWith(in.own()); err != nil {
		return fmt.Errorf("the standard's files: %w", err)
	}
	for _, f := range in.Catalogue.Faults() {
		in.Logger.LogAttrs(context.Background(), slog.LevelWarn, "a form or class of the provider's own is not in use",
			slog.String("file", ownFolder+"/"+f.File), slog.Int("line", f.Line), slog.Int("column", f.Column), slog.String("fault", f.Message))
	}
	return nil
}

// ReadOwn reads the provider's own folder as it stands now, and judges each file. What is in use stays what the installation was opened with.
func (in *Installation) ReadOwn() ([]standard.OwnFile, error) {
	catalogue, err := standard.EmbeddedWith(in.own())
	if err != nil {
		return nil, err
	}
	return catalogue.Own(), nil
}

// CheckOwn judges a text as if it stood in the provider's own folder. Nothing is kept.
func (in *Installation) CheckOwn(text []byte) (standard.OwnFile, error) {
	return standard.CheckOwn(in.own(), "", text)
}

// OwnLanguages reads the provider's own language files as they lie there now.
func (in *Installation) OwnLanguages() ([]language.Source, error) { return language.Folder(in.own()) }
