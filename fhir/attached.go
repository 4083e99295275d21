package fhir

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/media"
	"rosemary/record"
	"rosemary/standard"
)

// sentFile is a file that came inside a resource, whole.
type sentFile struct {
	record.Attachment
	content []byte
	sha1    []byte
	at      string    // where it stands in what was sent
	owner   uuid.UUID // in whose record it belongs, where somebody said
	kept    bool
}

// attached is an Attachment of a resource that a record will name.
type attached struct {
	file   *sentFile      // nil: it is kept here already
	owner  uuid.UUID      // in whose record one belongs that is kept
	url    *resource.Node // where it says which file it is
	hash   record.Hash
	at     string
	listed string // where the url is, for faults
}

// attach finds the files that a resource brings or names and a record of it will name, holds each against what is said of it, and writes each as the file of a Binary. What a record has no
// place for (a picture in a Patient) stays as it was sent.
func (c *call) attach(n *resource.Node, as *mapping.Class, at string) (all []attached, problems []standard.Problem) {
	if !has(n, "Attachment") { // as nearly always
		return nil, nil
	}
	for _, p := range c.places(n, as, at) {
		a, faults := c.attachment(p.n, p.at)
		if problems = append(problems, faults...); a != nil {
			all = append(all, *a)
		}
	}
	return all, problems
}

// has says whether there is an element of a type in a resource.
func has(n *resource.Node, kind string) bool {
	return slices.ContainsFunc(n.Nodes, func(e *resource.Node) bool {
		return e.Field.Name != "contained" && (e.Type.Name == kind || has(e, kind))
	})
}

type spot struct {
	n  *resource.Node
	at string
}

// places finds the Attachments of which a record will name the file: those of a copy in which each is one that nobody can mistake, and out of which the mapping reads a record.
func (c *call) places(n *resource.Node, as *mapping.Class, at string) (found []spot) {
	all, probe := attachments(n, at), n.Clone()
	for i, a := range attachments(probe, at) {
		a.n.Nodes = nil
		a.n.Set("url", mapping.FileURL(uuid.Nil, numbered(i)))
		a.n.Set("contentType", "text/plain")
		a.n.Set("size", "1")
	}
	taken, _ := c.reading(probe, as)
	if taken == nil {
		return nil
	}
	content, err := standard.ReadContent(taken.Class.Class, taken.Content)
	if err != nil {
		return nil
	}
	for _, named := range record.AttachmentsOf(&content.Group) {
		for i := range all {
			if named.Hash == numbered(i) {
				found = append(found, all[i])
			}
		}
	}
	return found
}

// numbered is a hash that no file has.
func numbered(i int) (h record.Hash) {
	binary.BigEndian.PutUint64(h[:], uint64(i)+1)
	return h
}

func attachments(n *resource.Node, at string) (all []spot) {
	n.Walk(at, func(path string, e *resource.Node) bool {
		if e.Type.Name == "Attachment" {
			all = append(all, spot{e, path})
		}
		return e == n || e.Type.Name != "Attachment" && e.Field.Name != "contained"
	})
	return all
}

// attachment reads one, and writes it as the file of a Binary. It is nil for one that says itself which file of the record it is, or that there is none.
func (c *call) attachment(n *resource.Node, at string) (*attached, []standard.Problem) {
	url := n.First("url")
	if namesItself(n) {
		return nil, nil
	}
	a := &attached{at: at, listed: at + ".url"}
	data := n.First("data")
	switch {
	case data != nil && data.Has:
		file, problems := inline(data.Value, n.Text("contentType"), at)
		if len(problems) > 0 {
			return nil, problems
		}
		if _, same, ours := mapping.ParseFileURL(n.Text("url"), c.base()); url != nil && (!ours || record.Hash(same) != file.Hash) {
			return nil, []standard.Problem{{Path: at + ".url", Rule: "two-files", Value: url.Value, Message: "The file is said in two ways. Send it as data, or name a Binary of this service in url."}}
		}
		a.file, a.listed = file, at+".data"
	case url == nil:
		return nil, []standard.Problem{{Path: at, Rule: standard.RuleMustOccur, Message: "There is no file. Send it as data (base64), or send it as a Binary first and name that in url."}}
	case c.bundled[url.Value] != nil:
		a.file = c.bundled[url.Value]
	default:
		return c.keptAlready(n, a)
	}
	a.hash = a.file.Hash
	return a, c.described(n, a, a.file.Attachment, a.file.sha1)
}

// namesItself says whether an Attachment says which file it is as the record does, or that there is none.
func namesItself(n *resource.Node) bool {
	url := n.First("url")
	return n.Extension(mapping.AbsentURL) != nil || n.Extension(mapping.ElementPrefix+"attachment.contentHash") != nil || url != nil && url.Extension(mapping.ExactURL) != nil
}

// keptAlready finds a file that is kept here.
func (c *call) keptAlready(n *resource.Node, a *attached) (*attached, []standard.Problem) {
	url := n.Text("url")
	fault := func(rule, words string) (*attached, []standard.Problem) {
		return nil, []standard.Problem{{Path: a.listed, Rule: rule, Value: url, Message: words}}
	}
	owner, hash, ours := mapping.ParseFileURL(url, c.base())
	switch {
	case !ours && strings.HasPrefix(url, "urn:"):
		return fault(resource.RuleTarget, "No entry of this Bundle is a Binary with this fullUrl.")
	case !ours:
		return fault("elsewhere", "This file is not kept here, and nothing is fetched from elsewhere. Send the file itself, as data or as a Binary.")
	}
	about, err := c.session.Usable(c.ctx, owner, hash)
	if standard.KindOf(err) == standard.NotFound {
		return fault(resource.RuleTarget, "There is no such file here, or none that you may see. Send it first, as a Binary.")
	}
	sum, sumErr := c.session.SHA1(c.ctx, owner, hash)
	if err = errors.Join(err, sumErr); err != nil {
		c.broken = err
		return nil, nil
	}
	a.owner, a.hash = owner, hash
	return a, c.described(n, a, about, sum)
}

// described holds what an Attachment says of its file against what it is, and writes what it is.
func (c *call) described(n *resource.Node, a *attached, about record.Attachment, sum []byte) (problems []standard.Problem) {
	fault := func(part, rule, value, words string) {
		problems = append(problems, standard.Problem{Path: a.at + "." + part, Rule: rule, Value: value, Message: words})
	}
	if said := n.Text("contentType"); !media.Anything(said) {
		if t, known := media.ByName(said); !known || t.Name != about.MediaType {
			fault("contentType", "attachment-differs", said, "The file is "+about.MediaType+". Say that, or leave it out.")
		}
	}
	if said := n.Text("size"); said != "" && said != strconv.FormatInt(about.Size, 10) {
		fault("size", "attachment-differs", said, fmt.Sprintf("The file has %d bytes, not %s: it did not arrive whole, or it is another. Send it again.", about.Size, said))
	}
	if said := n.Text("hash"); said != "" {
		given, err := base64.StdEncoding.DecodeString(said)
		switch {
		case err != nil || len(given) != sha1.Size:
			fault("hash", "hash-differs", said, "FHIR's hash is the SHA-1 of the file, in base64: 28 signs. Say that, or leave it out.")
		case sum == nil:
			fault("hash", "hash-differs", said, "The SHA-1 of this file is not known here, so that it cannot be held against it. Leave it out.")
		case !bytes.Equal(given, sum):
			fault("hash", "hash-differs", said, "The file is not what its hash says: it was changed or cut on its way, or it is another. Send it again.")
		}
	}
	n.Remove(func(e *resource.Node) bool {
		return slices.Contains([]string{"data", "url", "hash", "contentType", "size"}, e.Field.Name)
	})
	n.Set("contentType", about.MediaType)
	n.Set("size", strconv.FormatInt(about.Size, 10))
	a.url = n.Set("url", mapping.FileURL(a.owner, a.hash))
	if sum != nil {
		n.Set("hash", base64.StdEncoding.EncodeToString(sum))
	}
	return problems
}

// inline reads a file that stands in a resource.
func inline(data, mediaType, at string) (*sentFile, []standard.Problem) {
	fault := func(part, rule, words string) (*sentFile, []standard.Problem) {
		return nil, []standard.Problem{{Path: at + "." + part, Rule: rule, Message: words}}
	}
	content, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(data), ""))
	if err != nil {
		return fault("data", "cut-off", "This is no base64, or not all of it. Send it again.")
	}
	var in media.Inspector
	_, _ = in.Write(content)
	found, err := in.As(mediaType)
	var misdeclared media.Misdeclared
	switch {
	case errors.As(err, &misdeclared):
		return fault("contentType", "media-type-differs", misdeclared.Error())
	case err != nil:
		return fault("data", "media-type", "This file cannot be kept. "+err.Error())
	case found.Picture:
		if err := media.Check(bytes.NewReader(content), found); err != nil {
			return fault("data", "media-type", "This picture cannot be kept. "+err.Error())
		}
	}
	old := sha1.Sum(content)
	return &sentFile{
		Attachment: record.Attachment{Hash: sha256.Sum256(content), MediaType: found.Name, Size: int64(len(content))}, content: content, sha1: old[:], at: at + ".data",
	}, nil
}

// belong says of the files of a resource whose they are, once that is known.
func (w *written) belong(all []attached) (problems []standard.Problem) {
	fault := func(a attached, rule, words string) {
		problems = append(problems, standard.Problem{Path: a.listed, Rule: rule, Message: words})
	}
	for _, a := range all {
		switch {
		case a.file == nil && a.owner != w.stream, a.file != nil && a.file.owner != uuid.Nil && a.file.owner != w.stream:
			fault(a, "other-subject", "This file belongs to the record of somebody else. Send it for this person.")
			continue
		case a.file == nil:
			continue
		case w.opens != "":
			fault(a, "no-record", "The record that the file belongs to is only opened with this. Open it first, then send the file.")
			continue
		}
		a.file.owner = w.stream
		a.url.Value = mapping.FileURL(w.stream, a.hash)
		w.files = append(w.files, a.file)
	}
	return problems
}

// keep keeps a file that was sent inside a resource, so that a record can name it.
func (c *call) keep(f *sentFile) error {
	if f.kept { // for several records of one request
		return nil
	}
	_, err := c.session.Attach(c.ctx, f.owner, bytes.NewReader(f.content), access.Said{MediaType: f.MediaType, Hash: &f.Hash, Size: f.Size})
	f.kept = err == nil
	return atFile(err, f.at, f.at)
}

// atFile gives the faults of a file that was not kept their place in what was sent.
func atFile(err error, data, mediaType string) error {
	if standard.KindOf(err) != standard.Invalid {
		return err
	}
	said := *fault(err)
	said.Problems = slices.Clone(said.Problems)
	for i := range said.Problems {
		if said.Problems[i].Path == "/mediaType" {
			said.Problems[i].Path = mediaType
		} else {
			said.Problems[i].Path = data
		}
	}
	return &said
}

// sha1Of gives the SHA-1 of a file of the record that is being written, as FHIR has it; "" where it is not known.
func (c *call) sha1Of(file [32]byte) string {
	sum, err := c.session.SHA1(c.ctx, c.linked.Subject, file)
	if err != nil {
		c.Log.Warn("the SHA-1 of a file could not be read, and is left out", "cause", err.Error())
	}
	return base64.StdEncoding.EncodeToString(sum)
}
