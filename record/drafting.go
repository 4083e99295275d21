package record

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"rosemary/standard"
)

// drafting is one proposal on its way to a prepared contribution.
type drafting struct {
	recorder *Recorder
	by       Committer
	proposal *Proposal
	out      *Prepared
	kind     standard.Stream
	made     map[uuid.UUID]*standard.Class // records that the proposal creates
	seen     map[uuid.UUID]bool            // records that the proposal touches
	refs     []placedReference
	authors  []writer // other than the committer
	named    []NamedAttachment
}

// writer is somebody who is said to have written something, and where that was said.
type writer struct {
	uid  uuid.UUID
	path string
}

type placedReference struct {
	standard.ReferenceAt
	path string
}

// change checks and encodes one change. Problems are what the sender got wrong; an error is anything else.
func (d *drafting) change(ctx context.Context, ch *ProposedChange) ([]standard.Problem, error) {
	if ch.Record != uuid.Nil && d.seen[ch.Record] {
		return problem(ch.Path+"/record", "record-twice", ch.Record.String(),
			"One contribution can change a record only once. Put both changes into one."), nil
	}
	if faults := plainWords(ch.Path+"/description", "The reason", ch.Description, longestReason); faults != nil {
		return faults, nil
	}
	switch {
	case ch.Type == Create:
		return d.create(ch), nil
	case ch.Type == Attest || ch.Type == Ratify || ch.Type == Disclose:
		return d.naming(ctx, ch)
	case ch.Type.MakesVersion():
		return d.next(ctx, ch)
	}
	return problem(ch.Path+"/type", "unknown-change", string(ch.Type),
		"The kind of change must be create, modify, correct, complete, enter-in-error or attest."), nil
}

// add makes the versions that are worked out from those that were sent. What cannot be kept is left out: it stops nobody from recording what happened.
func (d *drafting) add(ctx context.Context) error {
	added, err := d.recorder.Adds(ctx, d.out)
	if err != nil {
		return err
	}
	sent := len(d.out.Versions)
	for i := range added {
		if _, err := d.change(ctx, &added[i]); err != nil {
			return err
		}
	}
	d.out.Added = len(d.out.Versions) - sent
	return nil
}

// create makes version 1 of a new record.
func (d *drafting) create(ch *ProposedChange) []standard.Problem {
	class, faults := d.class(ch, ch.Class)
	if class == nil {
		return faults
	}
	if ch.Expected != 0 {
		faults = append(faults, problem(ch.Path+"/expected", "expected-version", strconv.Itoa(ch.Expected),
			"A new record has no version before it. Leave the expected version out.")...)
	}
	uid, minted := ch.Record, ch.Record == uuid.Nil
	if minted {
		uid = uuid.Must(uuid.NewV7())
		if class.HasRole("person") {
			uid, minted = d.proposal.Stream, false
		}
	}
	if class.HasRole("person") && uid != d.proposal.Stream {
		faults = append(faults, problem(ch.Path+"/record", "person-once", uid.String(),
			"A person has one record of who they are, with the same id as the person.")...)
	}
	d.made[uid], d.seen[uid] = class, true
	return append(faults, d.version(ch, class, &Version{VersionID: VersionID{Record: uid, Number: 1}, Sensitivity: Normal, Minted: minted}, ch.Content)...)
}

// next makes the version that follows the expected one.
func (d *drafting) next(ctx context.Context, ch *ProposedChange) ([]standard.Problem, error) {
	before, faults, err := d.before(ctx, ch)
	if err != nil || before == nil {
		return faults, err
	}
	class, found := d.class(ch, before.Class)
	faults = append(faults, found...)
	if class == nil {
		return faults, nil
	}
	faults = append(faults, transition(ch, before)...)
	d.seen[ch.Record] = true
	v := &Version{VersionID: VersionID{Record: ch.Record, Number: ch.Expected + 1}, Sensitivity: before.Sensitivity, Beside: before.Beside, BesideOf: before.BesideOf}
	if ch.Type == MarkError {
		found, err := d.wrong(ch, class, v, before)
		return append(faults, found...), err
	}
	content := ch.Content
	if ch.Type == Finish && content == nil {
		content = before.Content
	}
	return append(faults, d.version(ch, class, v, content)...), nil
}

// wrong makes the version that says that a record should never have been there. It repeats the content as it stands, whatever today's class
// file thinks of it: what is wrong must always be possible to mark.
func (d *drafting) wrong(ch *ProposedChange, class *standard.Class, v, before *Version) ([]standard.Problem, error) {
	v.Status = EnteredInError
	v.InformationProvider = before.InformationProvider
	if faults := d.envelope(ch, v); len(faults) > 0 {
		return faults, nil
	}
	content, err := standard.ReadContent(class, before.Content)
	if err != nil {
		return nil, fmt.Errorf("record %s, version %d: %w", before.Record, before.Number, err)
	}
	v.Release, v.ClassFile, v.Content = before.Release, before.ClassFile, before.Content
	d.finish(ch, class, v, IndexOf(content, v.Recorded, d.recorder.Zone))
	return nil, nil
}

// naming makes a change log entry that names a version and creates none.
func (d *drafting) naming(ctx context.Context, ch *ProposedChange) ([]standard.Problem, error) {
	named, faults, err := d.before(ctx, ch)
	if err != nil || named == nil {
		return faults, err
	}
	if ch.Type == Attest && ch.Attestation == nil {
		return nil, &standard.Fault{Kind: standard.Forbidden, Message: "A record can only be signed by somebody who has just proved who they are."}
	}
	d.seen[ch.Record] = true
	d.out.Changes = append(d.out.Changes, Change{
		Type: ch.Type, Version: named.VersionID, Class: named.Class, Hash: named.Hash,
		Description: d.reason(ch), Attestation: ch.Attestation,
	})
	return nil, nil
}

// before finds the version that a change was made on.
func (d *drafting) before(ctx context.Context, ch *ProposedChange) (*Version, []standard.Problem, error) {
	if ch.Record == uuid.Nil {
		return nil, problem(ch.Path+"/record", "must-occur", "", "Say which record is to be changed."), nil
	}
	if ch.Expected < 1 {
		return nil, problem(ch.Path+"/expected", "expected-version", strconv.Itoa(ch.Expected),
			"Say which version of the record the change was made on."), nil
	}
	versions, _, err := d.recorder.Log.Versions(ctx, Query{
		Stream: d.proposal.Stream, Record: ch.Record, At: Forever - 1, Which: All, Order: NumberAsc, Errors: true, Scope: Scope{Everything: true},
	})
	if err != nil {
		return nil, nil, err
	}
	if len(versions) == 0 {
		return nil, problem(ch.Path+"/record", "unknown-record", ch.Record.String(), "There is no such record in this person's record."), nil
	}
	for _, stands := range []bool{true, false} { // the one that stands, whoever made it, before another of the same number
		for _, v := range versions {
			if v.Number == ch.Expected && (stands && v.Until == Forever || v.System == d.recorder.System) {
				return v, nil, nil
			}
		}
	}
	return nil, nil, ErrConflict(versions[len(versions)-1:])
}

// ErrConflict refuses a change of a record that has moved on; current is what stands there now.
func ErrConflict(current []*Version) error {
	return &standard.Fault{
		Kind: standard.Conflict, Message: "Somebody changed this record after you opened it. Nothing was changed.",
		Hint: "Look at what stands there now, and make your change again on that.", Detail: current,
	}
}

// transition checks that the kind of change fits the status of the version before.
func transition(ch *ProposedChange, before *Version) []standard.Problem {
	var faults []standard.Problem
	if before.Status == EnteredInError {
		faults = append(faults, problem(ch.Path+"/type", "entered-in-error", string(ch.Type),
			"This record was marked as entered in error and can no longer be changed. Write a new record.")...)
	}
	if ch.Type == Finish && before.Status != Incomplete {
		faults = append(faults, problem(ch.Path+"/type", "not-incomplete", string(ch.Type), "This record is complete already.")...)
	}
	if ch.Type == MarkError && ch.Content != nil {
		faults = append(faults, problem(ch.Path+"/content", "content-not-taken", "",
			"A record marked as entered in error keeps its content. Leave the content out.")...)
	}
	return faults
}

// class checks that a class exists, may be committed and may stand in this kind of stream.
func (d *drafting) class(ch *ProposedChange, id string) (*standard.Class, []standard.Problem) {
	if ch.Class != "" && ch.Class != id {
		return nil, problem(ch.Path+"/class", "class-changed", ch.Class, "A record keeps its class for ever. Write a new record instead.")
	}
	class, ok := d.recorder.Catalogue.Class(id)
	switch {
	case !ok:
		return nil, problem(ch.Path+"/class", "unknown-class", id, "There is no class of this name. See the list under /api/standard/classes.")
	case class.Kind != standard.KindRecord:
		return nil, problem(ch.Path+"/class", "not-a-record", id, class.Name+" is part of other records and cannot be recorded by itself.")
	case class.Stream != standard.EitherStream && class.Stream != d.kind:
		if class.Stream == standard.DirectoryStream {
			return nil, problem(ch.Path+"/class", "wrong-stream", id, class.Name+" belongs to the directory, not to a person's record.")
		}
		return nil, problem(ch.Path+"/class", "wrong-stream", id, class.Name+" belongs to a person's record, not to the directory.")
	}
	return class, nil
}

// version validates the content and fills in, encodes and hashes the version.
func (d *drafting) version(ch *ProposedChange, class *standard.Class, v *Version, sent []byte) []standard.Problem {
	r := d.recorder
	v.Status = d.status(ch)
	var faults []standard.Problem
	faults = append(faults, d.envelope(ch, v)...)
	if len(sent) == 0 {
		return append(faults, problem(ch.Path+"/content", "must-occur", "", "The content of the record is missing.")...)
	}
	faults = append(faults, v.stands(ch)...)
	opts := standard.DecodeOptions{Prefix: ch.Path + "/content", AllowIncomplete: v.Status != Complete}
	if d.kind == standard.PersonStream {
		opts.Subject = d.proposal.Stream
	}
	content, found := class.Decode(sent, opts)
	if faults = append(faults, found...); len(faults) > 0 {
		return faults
	}
	for _, ref := range content.References() {
		d.refs = append(d.refs, placedReference{ReferenceAt: ref, path: ch.Path + "/content" + ref.Path})
	}
	d.names(content, ch.Path+"/content")
	index := IndexOf(content, v.Recorded, r.Zone)
	if today := r.Now().In(r.Zone).Format(time.DateOnly); index.Person != nil && index.Person.Born > today {
		return problem(ch.Path+"/content", "in-the-future", index.Person.Born, "The date of birth lies in the future. Check it for a slip.")
	}
	v.Release, v.ClassFile = r.Catalogue.Release().Version, class.Hash
	v.Content = content.AppendJSON(nil)
	d.finish(ch, class, v, index)
	return nil
}

// finish encodes and hashes a version whose content stands, and notes the change.
func (d *drafting) finish(ch *ProposedChange, class *standard.Class, v *Version, index Index) {
	v.Stream, v.System, v.Class = d.proposal.Stream, d.recorder.System, class.ID
	v.Body = EncodeVersion(v)
	v.Salt = NewSalt()
	v.Hash = HashVersion(v.Salt, v.Body)
	d.out.Versions = append(d.out.Versions, v)
	d.out.Indexes = append(d.out.Indexes, index)
	d.out.Paths = append(d.out.Paths, ch.Path)
	d.out.Changes = append(d.out.Changes, Change{Type: ch.Type, Version: v.VersionID, Class: class.ID, Hash: v.Hash, Description: d.reason(ch)})
}

func (d *drafting) status(ch *ProposedChange) Status {
	if ch.Status == Incomplete && ch.Type != Finish {
		return Incomplete
	}
	return Complete
}

func (d *drafting) reason(ch *ProposedChange) string {
	if ch.Description != "" {
		return ch.Description
	}
	return d.proposal.Description
}

// opening checks that the first contribution of a stream creates the record that the stream is about.
func (d *drafting) opening() []standard.Problem {
	if d.proposal.Opens == "" {
		return nil
	}
	class := d.made[d.proposal.Stream]
	switch {
	case class == nil:
		return problem("/changes", "opening-record", "", "The first contribution must create the record that this is about, with the same id.")
	case d.proposal.Opens == standard.PersonStream && !class.HasRole("person"):
		return problem("/changes", "opening-record", class.ID, "A person's record begins with who the person is.")
	}
	d.out.OpensAs = class.ID
	return nil
}

func problem(path, rule, value, message string) []standard.Problem {
	if len(value) > 100 {
		value = value[:100] + "…"
	}
	return []standard.Problem{{Path: path, Rule: rule, Value: value, Message: message}}
}
