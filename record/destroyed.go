package record

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Certificate is what a record of the role destruction-certificate says: what was lawfully destroyed, and on whose word. It holds nothing of the content.
type Certificate struct {
	Stream     uuid.UUID
	Versions   []DestroyedVersion // none: the whole stream
	Count      int64              // contributions of the whole stream
	Digest     Hash               // of the hashes of the whole stream's contributions (StreamDigest)
	Basis      standard.Coded
	Reason     string
	AskedBy    string
	ApprovedBy string
}

// DestroyedVersion is one version whose content was destroyed.
type DestroyedVersion struct {
	Version     VersionID
	Hash        Hash
	Moment      Moment
	Sensitivity Sensitivity
}

// Whole reports whether the whole stream was destroyed.
func (c *Certificate) Whole() bool { return len(c.Versions) == 0 }

// Covers finds what a certificate says of a version.
func (c *Certificate) Covers(id VersionID) (DestroyedVersion, bool) {
	for _, d := range c.Versions {
		if d.Version == id {
			return d, true
		}
	}
	return DestroyedVersion{}, false
}

// CertificateOf reads a certificate, or the request for one.
func CertificateOf(content *standard.Content) (*Certificate, error) {
	if content.Class == nil || !content.Class.HasRole(standard.ClassRoleCertificate) {
		return nil, errors.New("this is no certificate of a destruction")
	}
	c := &Certificate{Reason: content.Words(standard.RoleReason), AskedBy: content.Words(standard.RoleAskedBy), ApprovedBy: content.Words(standard.RoleApprovedBy)}
	basis, _ := content.First(standard.RoleDestructionBasis)
	c.Basis, _ = basis.(standard.Coded)
	var err error
	if c.Stream, err = uuid.Parse(content.Words(standard.RoleDestroyedStream)); err != nil {
		return nil, fmt.Errorf("certificate: whose record: %w", err)
	}
	for _, entry := range content.Entries {
		for _, v := range entry.Values {
			group, ok := v.(*standard.Group)
			if !ok {
				continue
			}
			d, err := destroyedVersion(group)
			if err != nil {
				return nil, err
			}
			c.Versions = append(c.Versions, d)
		}
	}
	if digest := content.Words(standard.RoleDestroyedDigest); digest != "" {
		if c.Digest, err = ParseHash(digest); err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		if c.Count, err = whole(&content.Group, standard.RoleDestroyedCount); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func destroyedVersion(g *standard.Group) (d DestroyedVersion, err error) {
	text := func(role string) string {
		v, _ := g.First(role)
		s, _ := v.(standard.Text)
		return string(s)
	}
	if d.Version, err = ParseVersionID(text(standard.RoleDestroyedVersion)); err != nil {
		return d, fmt.Errorf("certificate: %w", err)
	}
	if d.Hash, err = ParseHash(text(standard.RoleDestroyedHash)); err != nil {
		return d, fmt.Errorf("certificate: %w", err)
	}
	moment, err := whole(g, standard.RoleDestroyedMoment)
	if err != nil {
		return d, err
	}
	var ok bool
	if d.Sensitivity, ok = ParseSensitivity(text(standard.RoleDestroyedSensitivity)); !ok {
		return d, errors.New("certificate: the sensitivity is unknown")
	}
	d.Moment = Moment(moment)
	return d, nil
}

func whole(g *standard.Group, role string) (int64, error) {
	v, _ := g.First(role)
	n, ok := v.(standard.Number)
	if !ok {
		return 0, errors.New("certificate: a number is missing")
	}
	i, err := n.Decimal.Int64()
	if err != nil {
		return 0, fmt.Errorf("certificate: %w", err)
	}
	return i, nil
}

// Tombstone is what stands in the place of a version whose content was destroyed: which version it was, its hash, and the certificate. Its salt is zero.
func (v *Version) Tombstone(certificate uuid.UUID) *Version {
	return &Version{
		VersionID: v.VersionID, Stream: v.Stream, Class: v.Class, Status: v.Status, Sensitivity: v.Sensitivity, Hash: v.Hash, Destroyed: certificate,
		From: v.From, Until: v.Until, Committed: v.Committed, Happened: v.Committed.Unix(),
	}
}

// Stored gives the bytes that stand in the log for the version: its body, or its tombstone.
func (v *Version) Stored() []byte {
	if v.Destroyed == uuid.Nil {
		return v.Body
	}
	b := appendInt([]byte{'{'}, "format", Format)
	b = appendString(b, "destroyed", v.Destroyed.String())
	b = appendString(b, "record", v.Record.String())
	b = appendString(b, "system", v.System)
	b = appendInt(b, "number", int64(v.Number))
	b = appendString(b, "class", v.Class)
	b = appendString(b, "status", string(v.Status))
	b = appendString(b, "sensitivity", v.Sensitivity.String())
	return append(appendString(b, "hash", v.Hash.String()), '}')
}

// Tombstone is what stands in the place of a contribution of a stream that was destroyed: its place in the log and its hash, of which the proof is made.
func (c *Contribution) Tombstone(certificate uuid.UUID) *Contribution {
	t := &Contribution{
		ID: c.ID, Stream: c.Stream, System: c.System, Sequence: c.Sequence, Committed: c.Committed, Hash: c.Hash, Moment: c.Moment, Destroyed: certificate,
	}
	b := appendInt([]byte{'{'}, "format", Format)
	b = appendString(b, "destroyed", certificate.String())
	b = appendString(b, "id", c.ID.String())
	b = appendString(b, "stream", c.Stream.String())
	b = appendString(b, "system", c.System)
	b = appendInt(b, "sequence", c.Sequence)
	b = appendString(b, "committed", c.Committed.UTC().Format(timeForm))
	t.Header = append(appendString(b, "hash", c.Hash.String()), '}')
	return t
}

// ErrDestroyed says that something was here and was lawfully destroyed.
func ErrDestroyed() error {
	return &standard.Fault{Kind: standard.Gone, Message: "What was here has been lawfully destroyed.", Hint: "Ask the manager: a certificate says when, why, and who decided it."}
}

// StreamDigest chains the hash of a stream's next contribution to those before it.
func StreamDigest(before, next Hash) Hash {
	return HashVersion(Salt{}, append(append([]byte("rosemary stream\n"), before[:]...), next[:]...))
}

// roles gives what a certificate says of a version, by role.
func (d DestroyedVersion) roles() map[string]string {
	return map[string]string{
		standard.RoleDestroyedVersion: d.Version.String(), standard.RoleDestroyedHash: d.Hash.String(),
		standard.RoleDestroyedMoment: strconv.FormatInt(int64(d.Moment), 10), standard.RoleDestroyedSensitivity: d.Sensitivity.String(),
	}
}

// AppendJSON writes the certificate as content of its class.
func (c *Certificate) AppendJSON(class *standard.Class) ([]byte, error) {
	b := []byte{'{'}
	top := func(role string, write func(b []byte, id string) []byte) error {
		path := class.Path(role)
		if len(path) != 1 {
			return fmt.Errorf("class %s has no element of the role %s", class.ID, role)
		}
		b = write(b, path[0].ID)
		return nil
	}
	text := func(role, value string) error {
		if value == "" {
			return nil
		}
		return top(role, func(b []byte, id string) []byte { return appendString(b, id, value) })
	}
	err := errors.Join(
		text(standard.RoleDestroyedStream, c.Stream.String()), text(standard.RoleReason, c.Reason), text(standard.RoleAskedBy, c.AskedBy), text(standard.RoleApprovedBy, c.ApprovedBy),
		top(standard.RoleDestructionBasis, func(b []byte, id string) []byte {
			return append(appendString(append(appendKey(b, id), '{'), "code", c.Basis.Code), '}')
		}))
	if !c.Digest.IsZero() {
		err = errors.Join(err, text(standard.RoleDestroyedDigest, c.Digest.String()),
			top(standard.RoleDestroyedCount, func(b []byte, id string) []byte { return appendInt(b, id, c.Count) }))
	}
	if err == nil && len(c.Versions) > 0 {
		b, err = c.appendVersions(b, class)
	}
	return append(b, '}'), err
}

func (c *Certificate) appendVersions(b []byte, class *standard.Class) ([]byte, error) {
	path := class.Path(standard.RoleDestroyedVersion)
	if len(path) != 2 {
		return nil, fmt.Errorf("class %s has no place for destroyed versions", class.ID)
	}
	b = append(appendKey(b, path[0].ID), '[')
	for i, d := range c.Versions {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		values := d.roles()
		for _, e := range path[0].Block.Elements {
			if value, ok := values[e.Role]; ok && e.Value == standard.NumberValue {
				b = append(appendKey(b, e.ID), value...)
			} else if ok {
				b = appendString(b, e.ID, value)
			}
		}
		b = append(b, '}')
	}
	return append(b, ']'), nil
}
