package record

import (
	"fmt"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Reckoning holds what was destroyed against the certificates that say so, over a walk of the log in any order of streams.
type Reckoning struct {
	Catalogue *standard.Catalogue // reads the certificates; nil: there are none

	certificates map[uuid.UUID]*Certificate
	versions     []destroyedAt
	streams      map[uuid.UUID]*destroyedStream
}

type destroyedAt struct {
	version *Version
	id      uuid.UUID // of the contribution
}

type destroyedStream struct {
	certificate uuid.UUID
	first       Moment
	count       int64
	digest      Hash
}

// Destroyed is how much was destroyed, all of it with certificates.
type Destroyed struct {
	Versions int64 // single ones
	Streams  int64 // whole records
}

// Add looks at a contribution for what was destroyed and for certificates.
func (r *Reckoning) Add(s *Sealed) error {
	if s.Destroyed != uuid.Nil {
		return r.stream(s)
	}
	for _, v := range s.Versions {
		if v.Destroyed != uuid.Nil {
			at := *v
			at.Stream, at.From = s.Stream, s.Moment
			r.versions = append(r.versions, destroyedAt{&at, s.ID})
			continue
		}
		if err := r.certificate(s, v); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reckoning) stream(s *Sealed) error {
	if r.streams == nil {
		r.streams = map[uuid.UUID]*destroyedStream{}
	}
	d := r.streams[s.Stream]
	if d == nil {
		d = &destroyedStream{certificate: s.Destroyed, first: s.Moment}
		r.streams[s.Stream] = d
	}
	if d.certificate != s.Destroyed || d.count+1 != s.Sequence {
		return &Broken{Moment: s.Moment, Stream: s.Stream, Contribution: s.ID, What: "it is not what is left of a record that was destroyed as a whole"}
	}
	d.count, d.digest = s.Sequence, StreamDigest(d.digest, s.Hash)
	return nil
}

// certificate remembers a finished certificate; its first finished version counts.
func (r *Reckoning) certificate(s *Sealed, v *Version) error {
	if r.Catalogue == nil || v.Status != Complete || v.Record != s.Stream {
		return nil
	}
	class, ok := r.Catalogue.Class(v.Class)
	if !ok || !class.HasRole(standard.ClassRoleCertificate) {
		return nil
	}
	content, err := v.Decoded(r.Catalogue)
	if err != nil {
		return err
	}
	c, err := CertificateOf(content)
	if err != nil {
		return &Broken{Moment: s.Moment, Stream: s.Stream, Contribution: s.ID, Version: v.VersionID.String(), What: err.Error()}
	}
	if r.certificates == nil {
		r.certificates = map[uuid.UUID]*Certificate{}
	}
	if r.certificates[v.Record] == nil {
		r.certificates[v.Record] = c
	}
	return nil
}

// Finish reports what was destroyed. The error is a *Broken that names the first content that is missing without a certificate.
func (r *Reckoning) Finish() (Destroyed, error) {
	for _, d := range r.versions {
		v := d.version
		broken := &Broken{Moment: v.From, Stream: v.Stream, Contribution: d.id, Version: v.VersionID.String()}
		c := r.certificates[v.Destroyed]
		if c == nil || c.Stream != v.Stream {
			broken.What = "its content is missing, and no certificate says that it was lawfully destroyed"
			return Destroyed{}, broken
		}
		if said, ok := c.Covers(v.VersionID); !ok || said.Hash != v.Hash || said.Sensitivity != v.Sensitivity {
			broken.What = fmt.Sprintf("its content is missing, and the certificate %s does not cover it like that", v.Destroyed)
			return Destroyed{}, broken
		}
	}
	for stream, d := range r.streams {
		c := r.certificates[d.certificate]
		if c == nil || !c.Whole() || c.Stream != stream || c.Count != d.count || c.Digest != d.digest {
			return Destroyed{}, &Broken{Moment: d.first, Stream: stream, What: "a whole record is missing, and no certificate says that it was lawfully destroyed like that"}
		}
	}
	return Destroyed{Versions: int64(len(r.versions)), Streams: int64(len(r.streams))}, nil
}

// Certificate gives a finished certificate that was met on the walk.
func (r *Reckoning) Certificate(uid uuid.UUID) (*Certificate, bool) {
	c, ok := r.certificates[uid]
	return c, ok
}
