package fhir

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
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

// show makes the resource of a version.
func (c *call) show(v *record.Version) (*resource.Node, error) {
	content, err := v.Decoded(c.Catalogue)
	if err != nil {
		return nil, err
	}
	if err := c.learn(v.Stream, content); err != nil {
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
		h.Sensitive = "R"
	case record.Confidential:
		h.Sensitive = "V"
	}
	return c.given(v, content, h)
}

// given writes the resource of a version: as a client said it, where the record says just that, or else of the record, with the rest of what a client once said.
func (c *call) given(v *record.Version, content *standard.Content, h mapping.Head) (*resource.Node, error) {
	links := c.links(v.Stream)
	if v.System != c.System || content.Class == nil {
		return c.m.Write(content, h, links), nil
	}
	body, err := c.kept(v)
	if err != nil {
		return nil, err
	}
	class, ok := c.m.ByClass(v.Class)
	if body == nil || !ok {
		return c.m.Write(content, h, links), nil
	}
	said, problems := c.m.Definitions.ReadJSON(body)
	if len(problems) > 0 || said.Type != class.Resource { // kept under definitions or a mapping that have changed since
		return c.m.Write(content, h, links), nil
	}
	taken, _ := c.m.ReadAs(class, said, links)
	n := c.m.WriteWith(taken.Rest(), content, h, links)
	if now, faults := class.Decode(taken.Content, standard.DecodeOptions{Subject: v.Stream}); len(faults) == 0 && !h.Mistake && string(now.AppendJSON(nil)) == string(v.Content) {
		return taken.As(n), nil
	}
	return n, nil
}

// beside is what stands beside one version.
type beside struct {
	number int
	body   []byte
}

// kept gives what stands beside a version, or the latest before it; nil when nothing does.
func (c *call) kept(v *record.Version) (body []byte, err error) {
	if _, asked := c.beside[v.Record]; !asked {
		err = c.ask([]*record.Version{v})
	}
	for _, b := range c.beside[v.Record] {
		if b.number <= v.Number {
			body = b.body
		}
	}
	return body, err
}

// ask finds out what stands beside versions, one question for each stream.
func (c *call) ask(versions []*record.Version) error {
	if c.beside == nil {
		c.beside = map[uuid.UUID][]beside{}
	}
	byStream := map[uuid.UUID][]uuid.UUID{}
	for _, v := range versions {
		if _, asked := c.beside[v.Record]; !asked && v.System == c.System {
			c.beside[v.Record] = nil
			byStream[v.Stream] = append(byStream[v.Stream], v.Record)
		}
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
		Zone: c.Zone, Here: c.base(), Subject: stream, Resolve: c.resolve, Room: &resource.Room{},
		Target: func(uid uuid.UUID) (kind, id string) {
			t := c.targets[uid]
			return t.kind, t.id
		},
	}
	return c.linked
}

// learn finds out what the references of a content point at, as far as the reader may know.
func (c *call) learn(stream uuid.UUID, content *standard.Content) error {
	if c.targets == nil {
		c.targets = map[uuid.UUID]target{}
	}
	var unknown []uuid.UUID
	for _, ref := range content.References() {
		if _, known := c.targets[ref.UID]; known {
			continue
		}
		switch class, ok := c.entries.Load(ref.UID); {
		case ok:
			c.point(ref.UID, ref.UID, class.(string))
		case ref.UID == stream:
			c.targets[stream] = target{"Patient", stream.String()}
			if content.Class != nil && content.Class.Stream == standard.DirectoryStream {
				c.point(stream, stream, content.Class.ID)
			}
		default:
			c.targets[ref.UID] = target{}
			unknown = append(unknown, ref.UID)
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
	n, err := c.show(v)
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
