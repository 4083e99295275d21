package access

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// destruction reads a certificate, or a request, as it stands now.
func (g *Guard) destruction(ctx context.Context, uid uuid.UUID) (*record.Version, *Destruction, error) {
	head, _, err := g.config.Log.Head(ctx)
	if err != nil {
		return nil, nil, err
	}
	versions, _, err := g.config.Log.Versions(ctx, record.Query{
		Stream: uid, Record: uid, At: head, Which: record.All, Errors: true, Order: record.NumberAsc, Scope: record.Scope{Everything: true},
	})
	if err != nil {
		return nil, nil, err
	}
	if len(versions) == 0 || !g.certificate[versions[0].Class] {
		return nil, nil, notFound()
	}
	last := versions[len(versions)-1]
	content, err := last.Decoded(g.config.Catalogue)
	if err != nil {
		return nil, nil, err
	}
	c, err := record.CertificateOf(content)
	if err != nil {
		return nil, nil, err
	}
	d := &Destruction{ID: uid, Certificate: *c, Asked: versions[0].Committed}
	if last.Status != record.Incomplete {
		d.Decided = last.Committed
	}
	if last.Status == record.EnteredInError {
		d.Refused = g.whyNot(ctx, uid)
	}
	return last, d, nil
}

// whyNot is why something that was asked for was not destroyed.
func (g *Guard) whyNot(ctx context.Context, uid uuid.UUID) string {
	why := "Not carried out."
	_ = g.config.Log.Contributions(ctx, uid, 0, math.MaxInt64, func(sealed *record.Sealed) error {
		for _, ch := range sealed.Changes {
			if ch.Type == record.MarkError && ch.Description != "" {
				why = ch.Description
			}
		}
		return nil
	})
	return why
}

// destructions reads all certificates and requests, the latest first.
func (g *Guard) destructions(ctx context.Context) ([]*Destruction, error) {
	var classes []string
	for id := range g.certificate {
		classes = append(classes, id)
	}
	if len(classes) == 0 {
		return nil, nil
	}
	head, _, err := g.config.Log.Head(ctx)
	if err != nil {
		return nil, err
	}
	entries, err := g.config.Register.Directory(ctx, classes, head)
	if err != nil {
		return nil, err
	}
	var all []*Destruction
	for _, e := range entries {
		_, d, err := g.destruction(ctx, e.UID)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	slices.SortStableFunc(all, func(a, b *Destruction) int { return b.Asked.Compare(a.Asked) })
	return all, nil
}

// carried reports whether nothing is left of what a certificate says.
func (g *Guard) carried(ctx context.Context, d *Destruction) (bool, error) {
	_, err := g.config.Log.Stream(ctx, d.Stream)
	if kind := standard.KindOf(err); kind == standard.Gone || kind == standard.NotFound {
		return true, nil
	}
	if err != nil || d.Whole() {
		return false, err
	}
	for _, one := range d.Versions {
		after := record.Cursor{Number: one.Version.Number - 1, From: record.Forever}
		near, _, err := g.config.Log.Versions(ctx, record.Query{
			Stream: d.Stream, Record: one.Version.Record, At: record.Forever - 1, Which: record.All, Errors: true, Order: record.NumberAsc, After: &after,
			Scope: record.Scope{Everything: true},
		})
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(near, func(v *record.Version) bool { return v.VersionID == one.Version && v.Destroyed == uuid.Nil }) {
			return false, nil
		}
	}
	return true, nil
}

// asked gives the requests that wait for a whole record, by person.
func (s *Session) asked(ctx context.Context) (map[uuid.UUID]uuid.UUID, error) {
	all, err := s.guard.destructions(ctx)
	asked := map[uuid.UUID]uuid.UUID{}
	for _, d := range all {
		if d.Decided.IsZero() && d.Whole() {
			asked[d.Stream] = d.ID
		}
	}
	return asked, err
}

// Destructions lists the requests that this session may decide about, and all certificates: what was destroyed is known to every manager, for the
// record that it was of tells nobody any more.
func (s *Session) Destructions(ctx context.Context) ([]*Destruction, error) {
	entry := Entry{Action: "destructions"}
	if !s.May(ToDestroy) {
		return nil, s.denied(ctx, entry, forbidden("With the role "+s.principal.RoleName+" you cannot see what was destroyed.", "Ask the manager of the home."))
	}
	all, err := s.guard.destructions(ctx)
	if err != nil {
		return nil, err
	}
	var shown []*Destruction
	for _, d := range all {
		if d.Done() || s.may(ctx, ToDestroy, d.Stream) {
			if d.Own, err = s.asker(ctx, d.ID); err != nil {
				return nil, err
			}
			shown = append(shown, d)
		}
	}
	entry.Count = len(shown)
	s.note(ctx, entry)
	return shown, nil
}

// Destruction gives one of them.
func (s *Session) Destruction(ctx context.Context, uid uuid.UUID) (*Destruction, error) {
	entry := Entry{Action: "destruction"}
	_, d, err := s.guard.destruction(ctx, uid)
	if err == nil && (!s.May(ToDestroy) || !d.Done() && !s.may(ctx, ToDestroy, d.Stream)) {
		err = notFound()
	}
	if err == nil {
		d.Own, err = s.asker(ctx, uid)
	}
	if err != nil {
		return nil, s.denied(ctx, entry, err)
	}
	entry.Stream, entry.Count = d.Stream, 1
	s.note(ctx, entry)
	return d, nil
}

// Gone says what stands in the place of a version whose content was destroyed: when, and, for those who may destroy or read the certificate, on whose word
// and why.
type Gone struct {
	When       time.Time
	Basis      string
	Why        string // "" for who may not know
	AskedBy    string
	ApprovedBy string
}

// Gone tells it of a version that the view has shown.
func (v *View) Gone(ctx context.Context, version *record.Version) (Gone, error) {
	if version.Destroyed == uuid.Nil {
		return Gone{}, errors.New("access: this version stands")
	}
	entry := Entry{Action: "destruction", Stream: version.Stream, Record: version.Record, Class: version.Class}
	if _, err := v.readable(ctx, entry); err != nil {
		return Gone{}, err
	}
	_, d, err := v.session.guard.destruction(ctx, version.Destroyed)
	if err != nil {
		return Gone{}, err
	}
	gone := Gone{When: d.Decided, Basis: standard.Display(d.Basis, nil)}
	if v.session.May(ToDestroy) {
		gone.Why, gone.AskedBy, gone.ApprovedBy = d.Reason, d.AskedBy, d.ApprovedBy
		entry.Count = 1
		v.note(ctx, entry)
	}
	return gone, nil
}

// Certificates calls fn for the contributions of the certificates by which versions of a stream were destroyed: they go out with an export of it, so that
// whoever takes it in can prove that what is missing was lawfully destroyed.
func (g *Guard) Certificates(ctx context.Context, ids []uuid.UUID, fn func(*record.Sealed) error) error {
	for _, uid := range ids {
		if err := g.config.Log.Contributions(ctx, uid, 0, math.MaxInt64, fn); err != nil {
			return err
		}
	}
	return nil
}
