package installation

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/go-json-experiment/json"

	"rosemary/record"
)

// copied is one line of a file of signed checkpoints outside the data folder.
type copied struct {
	Size   record.Moment `json:"size"`
	Signed string        `json:"signed"`
}

// copyCheckpoint adds a signed checkpoint to the month's file outside the data folder, where whoever alters the folder does not reach it. The file may
// lie on another disk, or be carried away.
func (in *Installation) copyCheckpoint(cp record.Checkpoint) error {
	if err := os.MkdirAll(in.checkpoints, 0o700); err != nil {
		return err
	}
	line, err := json.Marshal(copied{Size: cp.Size, Signed: cp.Signed})
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%s.ndjson", in.Identity.System, cp.At.Format("2006-01"))
	file, err := os.OpenFile(filepath.Join(in.checkpoints, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(line, '\n'))
	return errors.Join(err, file.Sync(), file.Close())
}

// checkpointFiles names the files of signed checkpoints of this system that lie outside the data folder, the oldest month first.
func (in *Installation) checkpointFiles() ([]string, error) {
	names, err := filepath.Glob(filepath.Join(in.checkpoints, in.Identity.System+"-*.ndjson"))
	slices.Sort(names)
	return names, err
}

// copiedCheckpoints reads the signed checkpoints of this system that lie outside the data folder.
func (in *Installation) copiedCheckpoints() ([]string, error) {
	names, err := in.checkpointFiles()
	if err != nil {
		return nil, err
	}
	var notes []string
	for _, name := range names {
		all, err := copiesIn(name)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			notes = append(notes, c.Signed)
		}
	}
	return notes, nil
}

// copiesIn reads one file of signed statements. A last line that a power cut tore is passed over.
func copiesIn(name string) (all []copied, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var c copied
		if json.Unmarshal(lines.Bytes(), &c) == nil {
			all = append(all, c)
		}
	}
	return all, errors.Join(lines.Err(), file.Close())
}
