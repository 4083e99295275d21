package access

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// Destroyer is what access needs of a store that can empty what the log holds.
type Destroyer interface {
	// Freeze checks, before a whole record goes, that it is the one of the certificate, and lets nothing more be written in it until it is released. Kinds: Conflict (what is
	// there is not what the certificate says), Busy, Unavailable.
	Freeze(ctx context.Context, c *record.Certificate) (release func(), err error)
	// Destroy empties, in one transaction, what a certificate says, and makes anew what is derived from it. It may be done again. Kinds: Conflict (what is
	// there is not what the certificate says; nothing was destroyed), Busy, Unavailable.
	Destroy(ctx context.Context, certificate uuid.UUID, c *record.Certificate) error
	// Scrub takes what was destroyed out of unused parts of the data file, unless the file is larger than most bytes (0: any size).
	Scrub(ctx context.Context, most int64) (done bool, err error)
}

// Forgetter keeps something beside the log that holds content: an index of words, drafts, files. Forget lets go of all that it keeps of some versions of a
// stream, or of the whole stream when there are none. It may be done again.
type Forgetter interface {
	Forget(ctx context.Context, stream uuid.UUID, versions []record.DestroyedVersion) error
}

// RecordsOf are the records that versions are of, each once.
func RecordsOf(versions []record.DestroyedVersion) []uuid.UUID {
	var records []uuid.UUID
	for _, v := range versions {
		if !slices.Contains(records, v.Version.Record) {
			records = append(records, v.Version.Record)
		}
	}
	return records
}

// scrubAtOnce is the size of a data file that is written anew while somebody waits; a larger one is at the next rebuild.
const scrubAtOnce = 1 << 30

// Destroying asks for something to be destroyed.
type Destroying struct {
	Stream   uuid.UUID
	Versions []record.VersionID // none: the whole record. System may be empty: this one
	Basis    string             // a code of the value set
	Why      string             // without a word of the content
}

// Destruction is a request, or what became of it.
type Destruction struct {
	ID uuid.UUID // of the certificate
	record.Certificate
	Asked   time.Time
	Decided time.Time // zero while it waits
	Refused string    // why it was not done; then Decided is when it was refused
	Own     bool      // asked for by this very account: somebody else must approve it
}

// Done reports that two people have approved it.
func (d *Destruction) Done() bool { return !d.Decided.IsZero() && d.Refused == "" }

// AskDestruction asks that versions, or a whole record, be destroyed. Nothing goes until somebody else has approved it. What may go: a version that no
// longer stands, because it was corrected or entered in error; a whole record whose time is over, or that a court has ordered to go. Nothing under a legal hold.
func (s *Session) AskDestruction(ctx context.Context, d Destroying) (uuid.UUID, error) {
	entry := Entry{Action: "ask-destruction", Stream: d.Stream}
	c := &record.Certificate{Stream: d.Stream, Basis: standard.Coded{Code: d.Basis}, Reason: strings.TrimSpace(d.Why), AskedBy: s.named()}
	if err := s.destroyable(ctx, c, d.Versions); err != nil {
		return uuid.Nil, s.denied(ctx, entry, err)
	}
	class, err := s.guard.classOf(standard.ClassRoleCertificate)
	if err != nil {
		return uuid.Nil, err
	}
	content, err := c.AppendJSON(class)
	if err != nil {
		return uuid.Nil, err
	}
	uid := uuid.Must(uuid.NewV7())
	_, err = s.guard.config.Recorder.Commit(ctx, s.committer(), &record.Proposal{Stream: uid, Opens: standard.DirectoryStream, Changes: []record.ProposedChange{{
		Type: record.Create, Record: uid, Class: class.ID, Status: record.Incomplete, Sensitivity: record.Confidential.String(), Content: content, Description: "Asked for",
	}}})
	if err != nil {
		return uuid.Nil, err
	}
	s.note(ctx, entry)
	return uid, nil
}

func (s *Session) named() string { return s.principal.Name + " (" + s.principal.Account + ")" }

func (s *Session) committer() record.Committer {
	return record.Committer{Actor: s.principal.Worker, Account: s.principal.Account, Role: string(s.principal.Role)}
}

func notDestroyed(path, rule, message string) error {
	return standard.Refuse("Nothing was destroyed.", []standard.Problem{{Path: path, Rule: rule, Message: message}})
}

// destroyable checks that what a request says may be destroyed now, and fills in what proves that it was there.
func (s *Session) destroyable(ctx context.Context, c *record.Certificate, versions []record.VersionID) error {
	sub, err := s.subject(ctx, c.Stream)
	if err != nil {
		return err
	}
	if !sub.reads {
		return notFound()
	}
	if !sub.person || !sub.may(ToDestroy, record.Normal) {
		return forbidden("With the role "+s.principal.RoleName+" you cannot destroy anything of this record.", "Ask the manager of the home.")
	}
	g := s.guard
	if g.config.Destroyer == nil || g.config.Retention == nil {
		return &standard.Fault{Kind: standard.Unavailable, Message: "Nothing can be destroyed here."}
	}
	if c.Reason == "" {
		return notDestroyed("/why", "must-occur", "Say why it must go, without a word of what it says.")
	}
	means, known := s.guard.basis(c.Basis.Code)
	if !known {
		return notDestroyed("/basis", "unknown-code", "Choose the legal basis.")
	}
	head, _, err := g.config.Log.Head(ctx)
	if err != nil {
		return err
	}
	together, err := g.config.Register.Together(ctx, []uuid.UUID{c.Stream}, head)
	if err != nil {
		return err
	}
	person := append(together[c.Stream], c.Stream)
	for _, uid := range person { // a hold is on the person, in whichever of their records it stands
		held, err := g.held(ctx, uid, head)
		if err != nil {
			return err
		}
		if held {
			return &standard.Fault{Kind: standard.Conflict, Message: "A legal hold stands on this record, or on one that is joined with it. Nothing of it may be destroyed.", Hint: "Look at the legal hold: whoever placed it must end it first."}
		}
	}
	if len(versions) > 0 {
		return s.destroyableVersions(ctx, sub, c, versions, head)
	}
	return s.destroyableWhole(ctx, c, means, person, head)
}

// basis tells what a code of the legal basis means.
func (g *Guard) basis(code string) (means string, known bool) {
	class, err := g.classOf(standard.ClassRoleCertificate)
	if err != nil {
		return "", false
	}
	e := class.ByRole(standard.RoleDestructionBasis)
	if e == nil || e.ValueSet == nil {
		return "", false
	}
	k, known := e.ValueSet.Code(code)
	if !known {
		return "", false
	}
	return k.Means, true
}

// Bases are the legal bases that there are.
func (s *Session) Bases() []standard.Code {
	class, err := s.guard.classOf(standard.ClassRoleCertificate)
	if err != nil {
		return nil
	}
	if e := class.ByRole(standard.RoleDestructionBasis); e != nil && e.ValueSet != nil {
		return e.ValueSet.Codes
	}
	return nil
}

func (s *Session) destroyableVersions(ctx context.Context, sub *subject, c *record.Certificate, asked []record.VersionID, head record.Moment) error {
	c.Versions = nil
	for _, id := range asked {
		if id.System == "" {
			id.System = s.guard.config.Recorder.System
		}
		all, _, err := s.guard.config.Log.Versions(ctx, record.Query{
			Stream: c.Stream, Record: id.Record, At: head, Which: record.All, Errors: true, Order: record.NumberAsc, Scope: sub.scope,
		})
		if err != nil {
			return err
		}
		var v *record.Version
		for _, one := range all {
			if one.VersionID == id {
				v = one
			}
		}
		switch {
		case v == nil:
			return notFound()
		case !sub.may(ToDestroy, v.Sensitivity):
			return forbidden("You cannot destroy a record that is held this closely.", "Ask another manager.")
		case v.Destroyed != uuid.Nil:
			return record.ErrDestroyed()
		case v.Until == record.Forever && v.Status != record.EnteredInError:
			return notDestroyed("/versions", "still-stands", "This version still stands. Correct the record first, or mark it as entered in error: then what it said before can be destroyed.")
		}
		if err := s.staysShut(v, all, asked); err != nil {
			return err
		}
		c.Versions = append(c.Versions, record.DestroyedVersion{Version: id, Hash: v.Hash, Moment: v.From, Sensitivity: v.Sensitivity})
	}
	return nil
}

// staysShut refuses to destroy the last version of a record when it alone says that somebody must not see the record, and earlier ones would stay: they would be
// open to them.
func (s *Session) staysShut(last *record.Version, all []*record.Version, asked []record.VersionID) error {
	if last.Until != record.Forever {
		return nil
	}
	shut, err := s.shutOut(last)
	if err != nil || len(shut) == 0 {
		return err
	}
	for _, v := range all {
		going := slices.ContainsFunc(asked, func(id record.VersionID) bool {
			return id.Record == v.Record && id.Number == v.Number && (id.System == v.System || id.System == "" && v.System == s.guard.config.Recorder.System)
		})
		if going || v.Destroyed != uuid.Nil {
			continue
		}
		also, err := s.shutOut(v)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(shut, func(worker uuid.UUID) bool { return !slices.Contains(also, worker) }) {
			return notDestroyed("/versions", "keeps-shut", "This version says who must not see the record. Without it, what the record said earlier would be open to them. Ask for the earlier versions too.")
		}
	}
	return nil
}

// shutOut are the care workers from whom a version is hidden.
func (s *Session) shutOut(v *record.Version) ([]uuid.UUID, error) {
	content, err := v.Decoded(s.guard.config.Catalogue)
	if err != nil {
		return nil, err
	}
	return record.IndexOf(content, v.Recorded, s.guard.config.Zone).Excluded, nil
}

// destroyableWhole checks that a whole record may go: its time is over, and that of all of the person, or it was ordered.
func (s *Session) destroyableWhole(ctx context.Context, c *record.Certificate, means string, person []uuid.UUID, head record.Moment) error {
	g := s.guard
	if means != standard.MeansTimeOver && means != standard.MeansOrdered {
		return notDestroyed("/basis", "whole-record", "A whole record can only go when its time is over, or when it was ordered. For one entry, choose its version.")
	}
	for _, uid := range person {
		kept, err := g.kept(ctx, uid, head)
		if err != nil {
			return err
		}
		if means == standard.MeansTimeOver && !kept.over(g.today()) {
			until := "while care goes on"
			if kept.Until != "" {
				until = "until " + kept.Until
			}
			return notDestroyed("/basis", "kept", "This record, or one that is joined with it, must be kept "+until+".")
		}
	}
	c.Count, c.Digest = 0, record.Hash{}
	return g.config.Log.Contributions(ctx, c.Stream, 0, math.MaxInt64, func(sealed *record.Sealed) error {
		c.Count, c.Digest = sealed.Sequence, record.StreamDigest(c.Digest, sealed.Hash)
		return nil
	})
}

// request finds a request that waits.
func (s *Session) request(ctx context.Context, uid uuid.UUID) (*record.Version, *Destruction, error) {
	v, d, err := s.guard.destruction(ctx, uid)
	if err != nil {
		return nil, nil, err
	}
	sub, err := s.subject(ctx, d.Stream)
	if err != nil {
		return nil, nil, err
	}
	if !sub.may(ToDestroy, record.Normal) {
		return nil, nil, notFound()
	}
	if !d.Decided.IsZero() {
		return nil, nil, &standard.Fault{Kind: standard.Conflict, Message: "This was decided already."}
	}
	return v, d, nil
}

// ApproveDestruction is the second person's word. Whoever approves proves who they are again, and is not who asked. The certificate is committed first; then the
// content goes. When the program is stopped in between, the next start goes on.
func (s *Session) ApproveDestruction(ctx context.Context, uid uuid.UUID, password string) error {
	v, d, err := s.request(ctx, uid)
	entry := Entry{Action: "destroy"}
	if err != nil {
		return s.denied(ctx, entry, err)
	}
	entry.Stream = d.Stream
	if own, err := s.asker(ctx, uid); err != nil {
		return err
	} else if own {
		return s.denied(ctx, entry, forbidden("You have asked for this yourself. Somebody else must approve it.", "Ask another manager."))
	}
	c := d.Certificate
	now := record.Certificate{Stream: c.Stream, Basis: c.Basis, Reason: c.Reason, AskedBy: c.AskedBy, ApprovedBy: s.named()}
	var versions []record.VersionID
	for _, one := range d.Versions {
		versions = append(versions, one.Version)
	}
	if err := s.destroyable(ctx, &now, versions); err != nil {
		return s.denied(ctx, entry, err)
	}
	if _, good, err := s.guard.prove(ctx, s.principal.Account, password, signedIn); err != nil {
		return err
	} else if !good {
		entry.Outcome = Refused
		s.note(ctx, entry)
		return notDestroyed("/password", "wrong-password", "The password is wrong. After five wrong tries you have to wait, up to 15 minutes, before the next one can work.")
	}
	class, err := s.guard.classOf(standard.ClassRoleCertificate)
	if err != nil {
		return err
	}
	content, err := now.AppendJSON(class)
	if err != nil {
		return err
	}
	if err := s.guard.book.disclose(ctx, s.entry(entry)); err != nil { // who destroyed what is on the disk before anything goes
		return err
	}
	_, err = s.guard.config.Recorder.Commit(ctx, s.committer(), &record.Proposal{Stream: uid, Changes: []record.ProposedChange{{
		Type: record.Finish, Record: uid, Expected: v.Number, Content: content, Description: "Approved",
	}}})
	if err != nil {
		return err
	}
	return s.guard.carryOut(context.WithoutCancel(ctx), uid, &now, s.committer())
}

// asker reports whether this very person has asked for a destruction.
func (s *Session) asker(ctx context.Context, uid uuid.UUID) (bool, error) {
	own := false
	err := s.guard.config.Log.Contributions(ctx, uid, 0, math.MaxInt64, func(sealed *record.Sealed) error {
		by := sealed.Committer
		if sealed.Sequence == 1 {
			own = by.Account == s.principal.Account || by.Actor != uuid.Nil && by.Actor == s.principal.Worker
		}
		return nil
	})
	return own, err
}

// RefuseDestruction takes a request back, or refuses that of somebody else.
func (s *Session) RefuseDestruction(ctx context.Context, uid uuid.UUID, why string) error {
	v, d, err := s.request(ctx, uid)
	entry := Entry{Action: "refuse-destruction"}
	if err != nil {
		return s.denied(ctx, entry, err)
	}
	if strings.TrimSpace(why) == "" {
		return notDestroyed("/why", "must-occur", "Say why it is not to be destroyed.")
	}
	entry.Stream = d.Stream
	if err := s.guard.void(ctx, s.committer(), uid, v.Number, why); err != nil {
		return err
	}
	s.note(ctx, entry)
	return nil
}

// void marks a certificate, or a request, as one that was not carried out.
func (g *Guard) void(ctx context.Context, by record.Committer, uid uuid.UUID, number int, why string) error {
	_, err := g.config.Recorder.Commit(ctx, by, &record.Proposal{Stream: uid, Changes: []record.ProposedChange{{
		Type: record.MarkError, Record: uid, Expected: number, Description: why,
	}}})
	return err
}

// carryOut does what a certificate says: the stream stands still, it is put on the list outside the data folder, whoever keeps something beside the log forgets
// it, and the log is emptied last, so that what was broken off is seen to be unfinished.
func (g *Guard) carryOut(ctx context.Context, uid uuid.UUID, c *record.Certificate, by record.Committer) error {
	release, err := g.config.Destroyer.Freeze(ctx, c)
	if err != nil {
		g.notCarriedOut(ctx, uid, by, err)
		return err
	}
	defer release()
	if g.config.Testify != nil {
		if err := g.config.Testify(ctx, uid); err != nil {
			return &standard.Fault{Kind: standard.Unavailable, Message: "The destruction was approved, but could not be written down outside the data folder yet. It goes on at the next start.", Err: err}
		}
	}
	for _, f := range g.config.Forgetters {
		if err := f.Forget(ctx, c.Stream, c.Versions); err != nil {
			return fmt.Errorf("destroying what is kept beside the log: %w", err)
		}
	}
	if err := g.config.Destroyer.Destroy(ctx, uid, c); err != nil {
		g.notCarriedOut(ctx, uid, by, err)
		return err
	}
	if err := g.config.Drafts.Forget(ctx, c.Stream, RecordsOf(c.Versions)...); err != nil { // what was typed meanwhile
		return fmt.Errorf("destroying what was typed and not saved: %w", err)
	}
	if done, err := g.config.Destroyer.Scrub(ctx, scrubAtOnce); err != nil || !done {
		g.config.Logger.Warn("what was destroyed may still stand in unused parts of the data file until it is written anew: run rosemary rebuild", "kind", string(standard.KindOf(err)))
	}
	return nil
}

// notCarriedOut marks a certificate whose record is not what it was when the destruction was approved.
func (g *Guard) notCarriedOut(ctx context.Context, uid uuid.UUID, by record.Committer, why error) {
	if standard.KindOf(why) != standard.Conflict {
		return
	}
	v, _, err := g.destruction(ctx, uid)
	if err == nil && v.Status == record.Complete {
		err = g.void(ctx, by, uid, v.Number, "Not carried out: something was written in the record meanwhile.")
	}
	if err == nil && g.config.Testify != nil {
		err = g.config.Testify(ctx, uid)
	}
	if err != nil {
		g.config.Logger.Error("a destruction that was not carried out could not be marked so", "kind", string(standard.KindOf(err)))
	}
}

// ResumeDestructions goes on with what was approved and then broken off. It is to be called at the start.
func (g *Guard) ResumeDestructions(ctx context.Context) (resumed int, err error) {
	if g.config.Destroyer == nil {
		return 0, nil
	}
	all, err := g.destructions(ctx)
	if err != nil {
		return 0, err
	}
	for _, d := range all {
		if !d.Done() {
			continue
		}
		carried, err := g.carried(ctx, d)
		if err != nil {
			return resumed, err
		}
		if carried {
			continue
		}
		err = g.carryOut(ctx, d.ID, &d.Certificate, record.Committer{})
		if standard.KindOf(err) == standard.Conflict { // it has been marked as not carried out
			g.config.Logger.Error("an approved destruction was not carried out, because something was written in the record since", "certificate", d.ID)
			continue
		}
		if err != nil {
			return resumed, fmt.Errorf("going on with the destruction %s: %w", d.ID, err)
		}
		resumed++
	}
	_, err = g.config.Destroyer.Scrub(ctx, scrubAtOnce)
	return resumed, err
}
