package backup

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rosemary/internal/vault"
)

// copyMissing brings what one folder of checkpoints has and another lacks into the other: files, and lines of the files at its top, which only ever grow. Nothing
// that is there is altered or removed.
func copyMissing(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == from {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		within, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, within)
		theirs, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		ours, err := os.ReadFile(target)
		missing := errors.Is(err, fs.ErrNotExist)
		if err != nil && !missing {
			return err
		}
		if !missing {
			if filepath.Base(within) != within || !strings.HasSuffix(within, ".ndjson") {
				return nil
			}
			joined := joinLines(ours, theirs)
			if bytes.Equal(joined, ours) {
				return nil
			}
			theirs = joined
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		return vault.Replace(target, theirs)
	})
}

// joinLines puts the lines that are missing behind the ones that are there. A last line that was torn stays torn.
func joinLines(ours, theirs []byte) []byte {
	have := map[string]bool{}
	for line := range bytes.SplitSeq(ours, []byte("\n")) {
		have[string(line)] = true
	}
	joined := bytes.Clone(ours)
	for line := range bytes.SplitSeq(theirs, []byte("\n")) {
		if have[string(line)] {
			continue
		}
		if len(joined) > 0 && joined[len(joined)-1] != '\n' {
			joined = append(joined, '\n')
		}
		joined = append(append(joined, line...), '\n')
		have[string(line)] = true
	}
	return joined
}
