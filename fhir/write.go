package fhir

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// written is one resource on its way into the record.
type written struct {
	node   *resource.Node
	taken  *mapping.Taken
	said   *standard.Content // what was taken, where it has been read
	stream uuid.UUID
	rec    uuid.UUID
	opens  standard.Stream
	kind   standard.Stream
	number int // of the version that it will be
	change record.ProposedChange
	made   *record.Receipt // of the contribution that made it just now
	files  []*sentFile     // that came with it
	told   *said           // about it; nil: nothing
	// The contribution that made it, now or when it was sent before.
	contribution uuid.UUID
	at           string // where the resource stands in what was sent, as a FHIRPath expression that problems begin with
}

// faultless reads a resource into the content of a class, with the files that it brings or names, all faults of it at once.
func (c *call) faultless(n *resource.Node, as *mapping.Class, at string) (*mapping.Taken, []attached, []standard.Problem) {
	if problems := c.searched(n, at); len(problems) > 0 {
		return nil, nil, problems
	}
	files, wrong := c.attach(n, as, at)
	taken, problems := c.reading(n, as)
	for i := range problems {
		problems[i].Path = at + strings.TrimPrefix(problems[i].Path, n.Type.Name)
	}
	return taken, files, append(problems, wrong...)
}

// reading reads a resource into the content of a class; nil: of the class that it says, or that takes it.
func (c *call) reading(n *resource.Node, as *mapping.Class) (*mapping.Taken, []standard.Problem) {
	if as != nil {
		return c.m.ReadAs(as, n, c.links(uuid.Nil))
	}
	return c.m.Read(n, c.links(uuid.Nil))
}

// newRecord prepares a resource that becomes a new record, under ids that were minted for it.
func (c *call) newRecord(n *resource.Node, id uuid.UUID, at string) (*written, []standard.Problem) {
	taken, files, problems := c.faultless(n, nil, at)
	if taken == nil {
		return nil, problems
	}
	class := taken.Class.Class
	content, err := standard.ReadContent(class, taken.Content)
	if err != nil {
		return nil, append(problems, standard.Problem{Path: at, Rule: resource.RuleShape, Message: "What this says cannot be read as a " + class.Name + "."})
	}
	w := &written{node: n, taken: taken, said: content, rec: id, number: 1, at: at}
	subject, about := content.First(standard.RoleSubject)
	ref, _ := subject.(standard.Reference)
	if !about && class.Stream != standard.DirectoryStream {
		var problem bool
		if ref.UID, about, problem = c.placedWith(n); problem {
			problems = append(problems, notPlaced(at))
		}
	}
	switch {
	case class.HasRole(standard.ClassRolePerson):
		w.stream, w.opens, w.kind = id, standard.PersonStream, standard.PersonStream
	case about:
		w.stream, w.kind = ref.UID, standard.PersonStream
	case class.Stream == standard.PersonStream:
		return nil, append(problems, standard.Problem{Path: at, Rule: standard.RuleMustOccur,
			Message: "Say whom this is about: a reference to a Patient of this service. Patient?identifier= finds them by their NHS number."})
	default:
		w.stream, w.opens, w.kind = id, standard.DirectoryStream, standard.DirectoryStream
	}
	problems = append(problems, w.belong(files)...)
	if taken.Mistake {
		problems = append(problems, standard.Problem{Path: at, Rule: "entered-in-error", Message: "What was entered in error is not written for the first time. Leave it out."})
	}
	w.change = record.ProposedChange{Type: record.Create, Record: id, Class: class.ID, Content: taken.Content}
	labelled(&w.change, n)
	return w, problems
}

// changed prepares a resource that is the next version of a record.
func (c *call) changed(n *resource.Node, v *record.Version, at string) (*written, []standard.Problem) {
	as, ok := c.m.ByClass(v.Class)
	if !ok || as.Resource != n.Type {
		return nil, []standard.Problem{{Path: at, Rule: "class-changed", Message: "This is not the type of the resource that is there."}}
	}
	taken, files, problems := c.faultless(n, as, at)
	if taken == nil {
		return nil, problems
	}
	w := &written{node: n, taken: taken, stream: v.Stream, rec: v.Record, number: v.Number + 1, at: at}
	w.change = record.ProposedChange{Type: record.Modify, Record: v.Record, Expected: v.Number, Content: taken.Content}
	labelled(&w.change, n)
	problems = append(problems, w.belong(files)...)
	if person, said := placed(n); said && person != v.Stream {
		problems = append(problems, notPlaced(at))
	}
	if v.Status == record.Incomplete {
		w.change.Type = record.Finish
	}
	if taken.Mistake {
		w.change.Type, w.change.Content = record.MarkError, nil
	}
	return w, problems
}

func notPlaced(at string) standard.Problem {
	return standard.Problem{Path: at + ".extension", Rule: "other-subject", Message: "The extension " + mapping.PersonURL + " must be a reference to the Patient in whose record this stands."}
}

// commit writes all that was prepared, one contribution for each stream, all or nothing, and gives the contributions' receipts by stream.
func (c *call) commit(all []*written, key uuid.UUID, why string) error {
	if c.broken != nil {
		return c.broken
	}
	said, err := c.saidOf()
	if err != nil {
		return err
	}
	for _, w := range all {
		if w.told == nil {
			w.told = said
		}
		w.told.apply(w)
	}
	problems, err := c.misnamed(all)
	if err != nil {
		return err
	}
	if err := standard.Refuse("The author is named as something else. Nothing was changed.", problems); err != nil {
		return err
	}
	for _, w := range all {
		if err := c.besides(w); err != nil {
			return err
		}
	}
	var proposals []*record.Proposal
	byStream := map[uuid.UUID]*record.Proposal{}
	for _, w := range all {
		p := byStream[w.stream]
		if p == nil {
			p = &record.Proposal{Stream: w.stream, Kind: w.kind, Description: why}
			if key != uuid.Nil {
				p.ID = derived(key, len(proposals))
			}
			byStream[w.stream] = p
			proposals = append(proposals, p)
		}
		if w.opens != "" {
			p.Opens, p.Kind = w.opens, ""
		}
		w.change.Path = "/" + w.rec.String()
		if w.opens != "" { // who it is about comes first
			p.Changes = append([]record.ProposedChange{w.change}, p.Changes...)
		} else {
			p.Changes = append(p.Changes, w.change)
		}
	}
	for _, w := range all { // on the disk before a record names them
		for _, f := range w.files {
			if err := c.keep(f); err != nil {
				return err
			}
		}
	}
	receipts, err := c.session.Commit(c.ctx, proposals...)
	c.seen, c.beside = nil, nil // what was read before is no longer how it stands
	if err != nil {
		return c.translated(err, all)
	}
	for _, w := range all {
		for i := range receipts {
			if receipts[i].Stream != w.stream {
				continue
			}
			if w.contribution = receipts[i].Contribution; !receipts[i].Repeated {
				w.made = &receipts[i]
			}
		}
	}
	return nil
}

// fresh gives the first version of a record as it was committed just now, so that it need not be looked for; nil where somebody must look.
func (c *call) fresh(w *written) *record.Version {
	if w.made == nil || w.taken == nil || w.change.Type != record.Create {
		return nil
	}
	content, problems := w.taken.Class.Decode(w.taken.Content, standard.DecodeOptions{Subject: w.stream})
	sensitivity, known := record.ParseSensitivity(w.change.Sensitivity)
	if len(problems) > 0 || !known {
		return nil
	}
	v := &record.Version{Stream: w.stream, Class: w.taken.Class.ID, Status: cmp.Or(w.change.Status, record.Complete), Sensitivity: sensitivity, Committed: w.made.Committed}
	for _, ch := range w.made.Changes {
		if ch.Version.Record == w.rec {
			v.VersionID = ch.Version
		}
	}
	if v.Number != 1 {
		return nil
	}
	v.Content, v.Beside, v.BesideOf = content.AppendJSON(nil), w.change.Beside, v.Number
	v.Body = v.Content
	c.beside = map[uuid.UUID][]beside{w.rec: nil}
	return v
}

// besides has a change say what was sent, where that is more than its record can hold, or in other words.
func (c *call) besides(w *written) error {
	switch {
	case w.taken == nil || w.change.Content == nil:
	case !c.saysAll(w):
		w.change.Beside = w.node.AppendJSON(nil)
	case w.change.Type != record.Create:
		w.change.Beside = []byte(record.Nothing)
		before, err := c.apart(&record.Version{VersionID: record.VersionID{Record: w.rec, System: c.System, Number: w.number}, Stream: w.stream})
		if err != nil {
			return err
		}
		if before.body != nil { // what stands apart stands on, unless something is said
			w.change.Beside = []byte("{}")
		}
	}
	return nil
}

// saysAll reports whether the record alone says all that was sent, and in the same words: then nothing need be kept beside it.
func (c *call) saysAll(w *written) bool {
	if !w.taken.Whole {
		return false
	}
	content := w.said
	if content == nil {
		var err error
		if content, err = standard.ReadContent(w.taken.Class.Class, w.taken.Content); err != nil {
			return false
		}
	}
	if w.opens == "" && c.learn(w.stream, content) != nil {
		return false
	}
	return w.taken.Says(c.m.Write(content, mapping.Head{}, c.links(w.stream)))
}

// translated gives the faults of a commit the places of the resources that were sent.
func (c *call) translated(err error, all []*written) error {
	if standard.KindOf(err) != standard.Invalid {
		return err
	}
	f := *fault(err)
	f.Problems = append([]standard.Problem(nil), f.Problems...)
	for i := range f.Problems {
		for _, w := range all {
			rest, ok := strings.CutPrefix(f.Problems[i].Path, "/"+w.rec.String())
			if !ok {
				continue
			}
			f.Problems[i].Path = w.at
			if rest == "/author" || rest == "/informationProvider" || rest == "/recorded" {
				f.Problems[i].Path = w.told.at
			}
			if inside, ok := strings.CutPrefix(rest, "/content"); ok && w.taken != nil {
				f.Problems[i].Path = w.at + strings.TrimPrefix(w.taken.Expression(inside), w.node.Type.Name)
			}
		}
	}
	return &f
}

// derived makes an id that is always the same for the same key and place, in the time of the key.
func derived(key uuid.UUID, i int) uuid.UUID {
	h := sha256.New()
	h.Write(key[:])
	_ = binary.Write(h, binary.BigEndian, int64(i))
	var id uuid.UUID
	copy(id[:], h.Sum(nil))
	copy(id[:6], key[:6])
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id
}

// idempotencyKey reads the key under which the same request is answered again and not done twice.
func (c *call) idempotencyKey() (uuid.UUID, error) {
	text := c.r.Header.Get("Idempotency-Key")
	if text == "" {
		return uuid.Nil, nil
	}
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 || id == uuid.Nil {
		return uuid.Nil, &standard.Fault{Kind: badRequest, Message: "Idempotency-Key must be a UUID. Nothing was changed."}
	}
	return id, nil
}

// mint gives the i-th new id of a request: always the same for the same key.
func mint(key uuid.UUID, i int) uuid.UUID {
	if key == uuid.Nil {
		return uuid.Must(uuid.NewV7())
	}
	return derived(key, 1000+i)
}

// standsNow looks for what was written.
func (c *call) standsNow(w *written) (*record.Version, error) {
	view, err := c.view()
	if err != nil {
		return nil, err
	}
	return view.Record(c.ctx, w.stream, w.rec)
}

// done answers a write: as the client prefers, with the resource, an outcome, or nothing.
func (c *call) done(status int, w *written) (*reply, error) {
	address := c.base() + "/" + w.node.Type.Name + "/" + mapping.ID(w.stream, w.rec)
	v, err := c.fresh(w), error(nil)
	if v == nil {
		v, err = c.standsNow(w)
	}
	if standard.KindOf(err) == standard.NotFound { // whoever may write need not be able to read
		return &reply{status: status, header: http.Header{"Location": {address}}}, nil
	}
	if err != nil {
		return nil, err
	}
	out := &reply{status: status, header: c.stamped(v)}
	if status == http.StatusCreated {
		out.header.Set("Location", address+"/_history/"+c.versionID(v))
	}
	switch prefer := c.r.Header.Get("Prefer"); {
	case strings.Contains(prefer, "return=minimal"):
	case strings.Contains(prefer, "return=OperationOutcome"):
		out.node = newResource(c.m.Definitions, "OperationOutcome")
		issue(out.node, "information", "informational", "", "It is saved.", "")
	default:
		out.node, err = c.shared(v)
	}
	return out, err
}
