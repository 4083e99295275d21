package demo

import (
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"fmt"
	"path"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/uuid"

	"rosemary/record"
)

//go:embed data/*.yaml
var files embed.FS

// readData reads one of the data files strictly.
func readData(name string, into any) error {
	text, err := files.ReadFile(path.Join("data", name))
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(text, into, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// instantForm is how the files write an instant.
const instantForm = "2006-01-02T15:04Z07:00"

// contributionText is one contribution as a file tells it.
type contributionText struct {
	At      string       `yaml:"at"`
	By      string       `yaml:"by"`     // account
	Person  string       `yaml:"person"` // local name of who it is about; "" for the directory
	Why     string       `yaml:"why"`
	Changes []changeText `yaml:"changes"`
}

// changeText is one change as a file tells it: one of the first six names a record.
type changeText struct {
	Create              string `yaml:"create"`
	Modify              string `yaml:"modify"`
	Correct             string `yaml:"correct"`
	Complete            string `yaml:"complete"`
	Error               string `yaml:"error"`
	Attest              string `yaml:"attest"`
	Class               string `yaml:"class"`
	Status              string `yaml:"status"`
	Sensitivity         string `yaml:"sensitivity"`
	InformationProvider string `yaml:"informationProvider"`
	Author              string `yaml:"author"`
	Why                 string `yaml:"why"`
	Content             tree   `yaml:"content"`
}

// contribution is one contribution on its way to the session.
type contribution struct {
	at      time.Time
	by      string // account
	person  string // local name of the person; "" for the directory
	why     string
	changes []change
	files   []attachment // sent first, for the records to name
}

// change is one change of a record. Its text has been filled in.
type change struct {
	kind record.ChangeType
	name string // local name of the record
	changeText
}

// readScript reads a file of contributions.
func readScript(name string) ([]contribution, error) {
	var texts []contributionText
	if err := readData(name, &texts); err != nil {
		return nil, err
	}
	var all []contribution
	for _, text := range texts {
		at, err := time.Parse(instantForm, text.At)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		c := contribution{at: at, by: text.By, person: text.Person, why: text.Why}
		for _, ch := range text.Changes {
			one, err := ch.change()
			if err != nil {
				return nil, fmt.Errorf("%s: at %s: %w", name, text.At, err)
			}
			c.changes = append(c.changes, one)
		}
		all = append(all, c)
	}
	return all, nil
}

// change finds out what sort of change a text tells of.
func (t changeText) change() (change, error) {
	out := change{changeText: t}
	for kind, name := range map[record.ChangeType]string{
		record.Create: t.Create, record.Modify: t.Modify, record.Correct: t.Correct, record.Finish: t.Complete, record.MarkError: t.Error, record.Attest: t.Attest,
	} {
		switch {
		case name == "":
		case out.name != "":
			return out, fmt.Errorf("%s and %s in one change", out.name, name)
		default:
			out.kind, out.name = kind, name
		}
	}
	if out.name == "" {
		return out, fmt.Errorf("a change names no record")
	}
	if (out.kind == record.Create) != (t.Class != "") {
		return out, fmt.Errorf("%s: a class belongs to a create, and to nothing else", out.name)
	}
	return out, nil
}

// known is a record that the demonstration makes, by its local name.
type known struct {
	uid      uuid.UUID
	stream   uuid.UUID
	class    string
	version  int    // how many versions have been committed
	content  tree   // of the last, as long as it will be changed
	later    int    // changes still to come
	provider string // who told what the last says
}

// register finds records by their local names.
type register struct {
	seed  uint64
	names map[string]*known
	base  *register // where else to look; nil: nowhere
}

// fullName is the name of a record inside a person's record; the person's own, and the directory's, stand alone.
func fullName(person, name string) string {
	if person == "" || person == name {
		return name
	}
	return person + "/" + name
}

// find looks a name up: among a person's own records, then among people and the directory.
func (r *register) find(person, name string) (*known, bool) {
	if k, ok := r.names[fullName(person, name)]; ok {
		return k, true
	}
	k, ok := r.names[name]
	if !ok && r.base != nil {
		return r.base.find("", name)
	}
	return k, ok
}

// declare gives every record that the contributions create its uid.
func (r *register) declare(all []contribution) error {
	for _, c := range all {
		for _, ch := range c.changes {
			if ch.kind != record.Create {
				if k, ok := r.find(c.person, ch.name); ok {
					k.later++
				}
				continue
			}
			name := fullName(c.person, ch.name)
			if r.names[name] != nil {
				return fmt.Errorf("%s is created twice", name)
			}
			k := &known{uid: r.mint(c.at, name), class: ch.Class}
			if k.stream = k.uid; c.person != "" && c.person != ch.name {
				person := r.names[c.person]
				if person == nil {
					return fmt.Errorf("%s is created before %s", name, c.person)
				}
				k.stream = person.uid
			}
			r.names[name] = k
		}
	}
	return nil
}

// mint makes a uid of the form of UUIDv7: the time, and what follows from seed and name.
func (r *register) mint(at time.Time, name string) uuid.UUID {
	sum := hashOf(r.seed, name)
	var uid uuid.UUID
	copy(uid[:], sum[:])
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli()))
	copy(uid[:6], ms[2:])
	uid[6] = uid[6]&0x0f | 0x70
	uid[8] = uid[8]&0x3f | 0x80
	return uid
}

func hashOf(seed uint64, name string) [32]byte {
	return sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, seed), name...))
}
