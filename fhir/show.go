package fhir

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// target is what a reference points at, as FHIR calls it.
type target struct{ kind, id string }

// versionName is what a version is called in FHIR: its number; with a word for the system, where that is another.
func versionName(here string, v record.VersionID) string {
	if v.System == here {
		return strconv.Itoa(v.Number)
	}
	sum := sha256.Sum256([]byte(v.System))
	return strconv.Itoa(v.Number) + "-" + hex.EncodeToString(sum[:4])
}

// tag is the entity tag of a version.
func (c *call) tag(v *record.Version) string { return `W/"` + c.versionID(v) + `"` }

// drawn is the resource of a version as it was made once, and what its references pointed at for whoever asked then: another may not know of it.
type drawn struct {
	by      *mapping.Mapper
	class   *standard.Class
	refs    []uuid.UUID
	targets []target
	node    *resource.Node
}

// show gives the resource of a version, for this request alone.
func (c *call) show(v *record.Version) (*resource.Node, error) {
	n, err := c.shared(v)
	if err != nil {
		return nil, err
	}
	return n.Packed(), nil
}

// shared gives the resource of a version. It may belong to other requests too: it is read and not changed. What is made of the record alone is left with a version that the
// store remembers; whether the asker may see the version has been decided before, and is no part of it.
func (c *call) shared(v *record.Version) (*resource.Node, error) {
	said, err := c.kept(v)
	if err != nil {
		return nil, err
	}
	if d, ok := v.Left().(*drawn); ok && said.body == nil && d.by == c.m {
		if err := c.learnOf(v.Stream, d.class, d.refs); err != nil {
			return nil, err
		}
		if c.still(d) {
			return d.node, nil
		}
	}
	content, err := v.Decoded(c.Catalogue)
	if err != nil {
		return nil, err
	}
	refs := uidsOf(content)
	if err := c.learnOf(v.Stream, content.Class, refs); err != nil {
		return nil, err
	}
	h := mapping.Head{
		ID: mapping.ID(v.Stream, v.Record), Version: c.versionID(v), Updated: v.Committed,
		Mistake: v.Status == record.EnteredInError, Incomplete: v.Status == record.Incomplete,
	}
	if content.Class != nil && v.Stream != v.Record && content.Class.ByRole(standard.RoleSubject) == nil {
		h.Person = "Patient/" + v.Stream.String()
	}
	switch v.Sensitivity {
	case record.Sensitive:
		h.Sensitive = mapping.Restricted
	case record.Confidential:
		h.Sensitive = mapping.VeryRestricted
	}
	if said.body != nil {
		return c.given(v, content, h, said), nil
	}
	n := c.m.Write(content, h, c.links(v.Stream))
	if c.passing {
		return n, nil
	}
	d := &drawn{by: c.m, class: content.Class, refs: refs, node: n.Packed()}
	for _, uid := range refs {
		d.targets = append(d.targets, c.targets[uid])
	}
	v.Leave(d)
	return d.node, nil
}

// still says whether references point at the same for this asker.
func (c *call) still(d *drawn) bool {
	for i, uid := range d.refs {
		if c.targets[uid] != d.targets[i] {
			return false
		}
	}
	return true
}

func uidsOf(content *standard.Content) []uuid.UUID {
	var uids []uuid.UUID
	for _, ref := range content.References() {
		uids = append(uids, ref.UID)
	}
	return uids
}

// given writes the resource of a version of which a client once said more: as it said it, where the record says just that, or else of the record, with the rest of what it said.
// What it told in a text of its own goes when the record has changed since: nobody could put that right.
func (c *call) given(v *record.Version, content *standard.Content, h mapping.Head, beside beside) *resource.Node {
	links := c.links(v.Stream)
	class, ok := c.m.ByClass(v.Class)
	if !ok {
		return c.m.Write(content, h, links)
	}
	said, problems := c.m.Definitions.ReadJSON(beside.body)
	if len(problems) > 0 || said.Type != class.Resource { // kept under definitions or a mapping that have changed since
		return c.m.Write(content, h, links)
	}
	taken, _ := c.m.ReadAs(class, said, links)
	n := c.m.WriteWith(taken.Rest(), content, h, links)
	if now, faults := class.Decode(taken.Content, standard.DecodeOptions{Subject: v.Stream}); len(faults) == 0 && !h.Mistake && string(now.AppendJSON(nil)) == string(v.Content) {
		n = taken.As(n)
	} else if beside.number != v.Number {
		n.Remove(func(e *resource.Node) bool { return e.Field.Name == "text" })
	}
	if beside.number != v.Number {
		n.Remove(isCarried)
	}
	return n
}

// beside is what stands beside one version.
type beside struct {
	number int
	body   []byte
}

// kept gives what stands beside the content of a version. No body when nothing does.
func (c *call) kept(v *record.Version) (beside, error) {
	if len(v.Beside) > 0 {
		return beside{v.BesideOf, v.Beside}, nil
	}
	return c.apart(v)
}

// apart gives what earlier programs, which had no place for it in the log, kept apart from a version, or from the latest before it that the asker may see: an earlier one may be
// shut to them though this one is not. No body when nothing is.
func (c *call) apart(v *record.Version) (beside, error) {
	if v.System != c.System {
		return beside{}, nil
	}
	if _, asked := c.beside[v.Record]; !asked {
		if err := c.ask([]*record.Version{v}); err != nil {
			return beside{}, err
		}
	}
	for _, b := range slices.Backward(c.beside[v.Record]) {
		if b.number == v.Number {
			return b, nil
		}
		if b.number > v.Number {
			continue
		}
		view, err := c.view()
		if err != nil {
			return beside{}, err
		}
		earlier := v.VersionID
		earlier.Number = b.number
		if shown, err := view.Shows(c.ctx, v.Stream, earlier); shown || err != nil {
			return b, err
		}
	}
	return beside{}, nil
}

// ask finds out what stands beside versions, one question for each stream.
func (c *call) ask(versions []*record.Version) error {
	if c.beside == nil {
		c.beside = make(map[uuid.UUID][]beside, len(versions))
	}
	byStream := map[uuid.UUID][]uuid.UUID{}
	for _, v := range versions {
		if _, asked := c.beside[v.Record]; asked || v.System != c.System {
			continue
		}
		c.beside[v.Record] = nil
		recs := byStream[v.Stream]
		if recs == nil {
			recs = make([]uuid.UUID, 0, len(versions))
		}
		byStream[v.Stream] = append(recs, v.Record)
	}
	for stream, recs := range byStream {
		err := c.Beside.Kept(c.ctx, stream, recs, func(rec uuid.UUID, number int, body []byte) {
			c.beside[rec] = append(c.beside[rec], beside{number, body})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// links is what the mapping is told about the world around a record.
func (c *call) links(stream uuid.UUID) mapping.Links {
	if c.linked.Target != nil {
		c.linked.Subject = stream
		return c.linked
	}
	c.linked = mapping.Links{
		Zone: c.Zone, Here: c.base(), Subject: stream, Resolve: c.resolve, SHA1: c.sha1Of, Room: &resource.Room{},
		Target: func(uid uuid.UUID) (kind, id string) {
			t := c.targets[uid]
			return t.kind, t.id
		},
	}
	return c.linked
}

// learn finds out what the references of a content point at, as far as the reader may know.
func (c *call) learn(stream uuid.UUID, content *standard.Content) error {
	return c.learnOf(stream, content.Class, uidsOf(content))
}

func (c *call) learnOf(stream uuid.UUID, of *standard.Class, refs []uuid.UUID) error {
	if c.targets == nil {
		c.targets = map[uuid.UUID]target{}
	}
	var unknown []uuid.UUID
	for _, uid := range refs {
		if _, known := c.targets[uid]; known {
			continue
		}
		switch class, ok := c.entries.Load(uid); {
		case ok:
			c.point(uid, uid, class.(string))
		case uid == stream:
			c.targets[stream] = target{"Patient", stream.String()}
			if of != nil && of.Stream == standard.DirectoryStream {
				c.point(stream, stream, of.ID)
			}
		default:
			c.targets[uid] = target{}
			unknown = append(unknown, uid)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	view, err := c.view()
	if err != nil {
		return err
	}
	found, err := view.Targets(c.ctx, stream, unknown)
	for uid, t := range found {
		c.point(t.Stream, uid, t.Class)
		if t.Stream == uid && uid != stream {
			c.entries.Store(uid, t.Class)
		}
	}
	return err
}

func (c *call) point(stream, uid uuid.UUID, class string) {
	if m, ok := c.m.ByClass(class); ok {
		c.targets[uid] = target{m.Resource.Name, mapping.ID(stream, uid)}
	}
}

// addressed reads which record the path names: stream and record.
func (c *call) addressed() (stream, rec uuid.UUID, err error) {
	stream, rec, ok := mapping.ParseID(c.words["id"])
	if !ok {
		return stream, rec, errNothingHere()
	}
	return stream, rec, nil
}

// mustBe refuses a record of another type than the address says, as if it did not exist.
func (c *call) mustBe(v *record.Version) error {
	m, ok := c.m.ByClass(v.Class)
	if !ok || m.Resource.Name != c.words["type"] {
		return errNothingHere()
	}
	return nil
}

// shown is the reply of one resource, with what tells its version.
func (c *call) shown(status int, v *record.Version) (*reply, error) {
	n, err := c.shared(v)
	if err != nil {
		return nil, err
	}
	return &reply{status: status, header: c.stamped(v), node: n}, nil
}

func (c *call) stamped(v *record.Version) http.Header {
	return http.Header{
		"Cache-Control": {"private, no-cache"}, "Etag": {c.tag(v)}, "Last-Modified": {v.Committed.UTC().Format(http.TimeFormat)},
	}
}

// holds says whether the asker has the version already, by If-None-Match or else If-Modified-Since.
func (c *call) holds(v *record.Version) bool {
	if given := strings.Join(c.r.Header["If-None-Match"], ","); given != "" {
		for part := range strings.SplitSeq(given, ",") {
			if part = strings.TrimSpace(part); part == c.tag(v) || part == "*" {
				return true
			}
		}
		return false
	}
	since, err := http.ParseTime(c.r.Header.Get("If-Modified-Since"))
	return err == nil && !v.Committed.Truncate(time.Second).After(since) // as exactly as Last-Modified says it
}
