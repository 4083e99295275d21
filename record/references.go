package record

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"rosemary/standard"
)

// references checks that every author is known, and that every reference points at a record of the same person or of the directory, of a class it may point at.
func (d *drafting) references(ctx context.Context) ([]standard.Problem, error) {
	var ask []uuid.UUID
	for _, ref := range d.refs {
		if d.made[ref.UID] == nil && ref.Element.Role != standard.RoleSamePerson {
			ask = append(ask, ref.UID)
		}
	}
	for _, w := range d.authors {
		ask = append(ask, w.uid)
	}
	targets := map[uuid.UUID]Target{}
	if len(ask) > 0 {
		var err error
		if targets, err = d.recorder.Log.Targets(ctx, d.proposal.Stream, ask); err != nil {
			return nil, err
		}
	}
	var faults []standard.Problem
	for _, ref := range d.refs {
		if ref.Element.Role == standard.RoleSamePerson {
			found, err := d.samePerson(ctx, ref)
			if err != nil {
				return nil, err
			}
			faults = append(faults, found...)
			continue
		}
		faults = append(faults, d.reference(ref, targets)...)
	}
	for _, w := range d.authors {
		faults = append(faults, d.author(w, targets)...)
	}
	return faults, nil
}

func (d *drafting) reference(ref placedReference, targets map[uuid.UUID]Target) []standard.Problem {
	class, latest := d.made[ref.UID], 1
	if class == nil {
		t, ok := targets[ref.UID]
		if !ok {
			return problem(ref.path, "unknown-reference", ref.UID.String(),
				ref.Element.Name+" points at something that is neither in this person's record nor in the directory.")
		}
		class, _ = d.recorder.Catalogue.Class(t.Class)
		latest = t.Latest
	}
	if class == nil || !ref.Element.Accepts(class) {
		name := "a record of an unknown class"
		if class != nil {
			name = "a record of the class " + class.Name
		}
		return problem(ref.path, "wrong-target", ref.UID.String(), fmt.Sprintf("%s cannot point at %s.", ref.Element.Name, name))
	}
	if (ref.System == "" || ref.System == d.recorder.System) && ref.Version > latest {
		return problem(ref.path, "unknown-version", strconv.Itoa(ref.Version), ref.Element.Name+" points at a version that does not exist.")
	}
	return nil
}

// samePerson checks the one reference that may point at another person's record: at the whole of it, to say that both are about one person.
func (d *drafting) samePerson(ctx context.Context, ref placedReference) ([]standard.Problem, error) {
	info, err := d.recorder.Log.Stream(ctx, ref.UID)
	switch {
	case standard.KindOf(err) == standard.NotFound || err == nil && info.Kind != standard.PersonStream:
		return problem(ref.path, "unknown-reference", ref.UID.String(), ref.Element.Name+" must be the record of a person who is known here."), nil
	case err != nil:
		return nil, err
	case ref.UID == d.proposal.Stream:
		return problem(ref.path, "same-record", ref.UID.String(), "A record cannot be joined with itself."), nil
	case ref.Version != 0:
		return problem(ref.path, "unknown-version", strconv.Itoa(ref.Version), ref.Element.Name+" is the whole record, not a version of it."), nil
	}
	return nil, nil
}

// author checks that who is said to have written something is somebody whom this record or the directory knows: a care worker, or another of the
// same category, such as the person or a relative.
func (d *drafting) author(w writer, targets map[uuid.UUID]Target) []standard.Problem {
	class := d.made[w.uid]
	t, ok := targets[w.uid]
	if t.Origin != "" && t.Stream != d.proposal.Stream {
		return problem(w.path, "wrong-target", w.uid.String(), "This is somebody of another provider. The author must be one of your own, the person, or somebody close to them.")
	}
	if class == nil && !ok {
		return problem(w.path, "unknown-reference", w.uid.String(), "The author is neither in this person's record nor in the directory. Leave the author out if it is you.")
	}
	if class == nil {
		class, _ = d.recorder.Catalogue.Class(t.Class)
	}
	for _, worker := range d.recorder.Catalogue.ClassesWithRole(standard.ClassRoleWorker) {
		if class != nil && class.Category == worker.Category {
			return nil
		}
	}
	return problem(w.path, "wrong-target", w.uid.String(), "This is nobody who can have written something. The author must be a care worker, the person, or somebody close to them.")
}
