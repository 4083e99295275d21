package record

import (
	"context"
	"time"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Brings reports whether a change brings the first of the versions that are left of its contribution: it creates it, or ratifies one that was not here
// before. A change that ratifies a version that is here already brings none.
func (ch *Change) Brings(left []*Version) bool {
	return ch.Type.MakesVersion() || ch.Type == Ratify && len(left) > 0 && left[0].VersionID == ch.Version
}

// Continues reports whether a version that another system made goes on from the one that stands here. If not, the two systems have both gone on from a
// common one: a fork, beside which what stands here stays. Here tells whether a version is here. Stands is nil when the record is new.
func Continues(id VersionID, stands *VersionID, here func(VersionID) bool) bool {
	switch {
	case stands == nil:
		return true
	case id.Number != stands.Number+1:
		return false
	}
	before := VersionID{Record: id.Record, System: id.System, Number: id.Number - 1}
	return before == *stands || !here(before)
}

// Ratification is one contribution by which versions of another system become part of a stream here.
type Ratification struct {
	ID      uuid.UUID // of the contribution; zero: minted
	Stream  uuid.UUID
	Opens   standard.Stream  // person or directory when it opens the stream
	Origin  *Origin          // what the sender wrote about them; nil: an earlier contribution of this ratification says it
	Brought []*Version       // no two of one record; bytes, salts and hashes are the sender's
	Changes []ProposedChange // what this provider records with it
	Joins   uuid.UUID        // the other record of the person with which it is joined in the same transaction: it may have the same NHS number
	Why     string
}

// PrepareRatification checks and encodes. What the other system wrote is not validated by the class files of this one: it is taken as it stands.
func (r *Recorder) PrepareRatification(ctx context.Context, by Committer, rat Ratification) (*Prepared, error) {
	p := &Proposal{ID: rat.ID, Stream: rat.Stream, Opens: rat.Opens, Description: rat.Why, Changes: rat.Changes}
	out := &Prepared{Opens: rat.Opens, Joins: rat.Joins, Contribution: Contribution{ID: p.ID, Stream: p.Stream, System: r.System, Committer: by, Digest: p.Digest()}}
	if out.ID == uuid.Nil {
		out.ID, out.Minted = uuid.Must(uuid.NewV7()), true
	}
	d := &drafting{recorder: r, by: by, proposal: p, out: out, made: map[uuid.UUID]*standard.Class{}, seen: map[uuid.UUID]bool{}, kind: rat.Opens}
	if rat.Opens == "" {
		info, err := r.Log.Stream(ctx, rat.Stream)
		if err != nil {
			return nil, err
		}
		d.kind = info.Kind
	}
	if rat.Origin != nil {
		if err := d.origin(rat); err != nil {
			return nil, err
		}
	}
	for _, v := range rat.Brought {
		content, err := v.Decoded(r.Catalogue)
		if err != nil {
			return nil, err
		}
		brought := *v
		brought.Stream = rat.Stream
		var index Index
		if v.Destroyed == uuid.Nil {
			index = IndexOf(content, v.Recorded, r.Zone)
		}
		out.Versions, out.Indexes = append(out.Versions, &brought), append(out.Indexes, index)
		out.Changes = append(out.Changes, Change{Type: Ratify, Version: v.VersionID, Class: v.Class, Hash: v.Hash, Description: rat.Why})
		if v.Record == rat.Stream {
			out.OpensAs = v.Class
		}
	}
	var faults []standard.Problem
	for i := range rat.Changes {
		found, err := d.change(ctx, &rat.Changes[i])
		if err != nil {
			return nil, err
		}
		faults = append(faults, found...)
	}
	found, err := d.references(ctx)
	if err != nil {
		return nil, err
	}
	return out, standard.Refuse("This could not be ratified. Nothing was changed.", append(faults, found...))
}

// origin adds the record that says where the versions came from. It is held closely: the sender's contributions name every record that they touched.
func (d *drafting) origin(rat Ratification) error {
	r := d.recorder
	classes := r.Catalogue.ClassesWithRole(standard.ClassRoleRatification)
	if len(classes) == 0 {
		return &standard.Fault{Kind: standard.Unavailable, Message: "Nothing can be ratified here: the class files have no class for it."}
	}
	class := classes[0]
	text, err := rat.Origin.AppendJSON(class, d.by.Actor, rat.Why)
	if err != nil {
		return err
	}
	content, err := standard.ReadContent(class, text)
	if err != nil {
		return err
	}
	v := &Version{
		VersionID: VersionID{Record: uuid.Must(uuid.NewV7()), Number: 1}, Status: Complete, Sensitivity: Confidential, Author: d.by.Actor, Minted: true,
		Recorded: r.Now().In(r.Zone).Format(time.RFC3339), Release: r.Catalogue.Release().Version, ClassFile: class.Hash, Content: content.AppendJSON(nil),
	}
	d.finish(&ProposedChange{Type: Create, Description: rat.Why}, class, v, IndexOf(content, v.Recorded, r.Zone))
	return nil
}
