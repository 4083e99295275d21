package record

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"rosemary/standard"
)

// Attachment is a file that is kept beside a record, as the record names it: by the hash of exactly what it holds.
type Attachment struct {
	Hash      Hash   // SHA-256 of its plain content
	MediaType string // what it was recognised as
	Size      int64  // in bytes
}

// Attachments is what the core needs to know of the files that are kept beside records. Nobody can commit a record that names a file that is not kept.
type Attachments interface {
	// Attachment tells about one that is kept for a stream. NotFound when there is none that the committer may use.
	Attachment(ctx context.Context, stream uuid.UUID, hash Hash) (Attachment, error)
}

// NamedAttachment is an attachment that a content names, and where.
type NamedAttachment struct {
	Path string // JSON Pointer of the block inside the content
	Attachment
	Name    string // of the file, as it was sent
	Caption string
}

// AttachmentsOf finds the attachments that a group names, in the order in which they stand, blocks inside blocks too.
func AttachmentsOf(g *standard.Group) []NamedAttachment {
	var named []NamedAttachment
	g.Walk("", func(path string, e *standard.Element, v standard.Value) {
		if block, ok := v.(*standard.Group); ok && e.Block.HasRole(standard.ClassRoleAttachment) {
			if a, ok := AttachmentOf(block); ok {
				a.Path = path
				named = append(named, a)
			}
		}
	})
	return named
}

// AttachmentOf reads one block with the role attachment; false when it names no file.
func AttachmentOf(block *standard.Group) (NamedAttachment, bool) {
	var a NamedAttachment
	var err error
	if a.Hash, err = ParseHash(text(block, standard.RoleAttachmentHash)); err != nil {
		return a, false
	}
	a.MediaType, a.Name, a.Caption = text(block, standard.RoleAttachmentType), text(block, standard.RoleAttachmentName), text(block, standard.RoleAttachmentCaption)
	if v, ok := block.First(standard.RoleAttachmentSize); ok {
		if n, ok := v.(standard.Number); ok {
			a.Size, _ = strconv.ParseInt(n.String(), 10, 64)
		}
	}
	return a, true
}

func text(g *standard.Group, role string) string {
	v, _ := g.First(role)
	t, _ := v.(standard.Text)
	return string(t)
}

// attachments checks that every file that a content names is kept, and is what the content says.
func (d *drafting) attachments(ctx context.Context) ([]standard.Problem, error) {
	var faults []standard.Problem
	for _, named := range d.named {
		if d.recorder.Attachments == nil {
			return append(faults, unkept(named)...), nil
		}
		kept, err := d.recorder.Attachments.Attachment(ctx, d.proposal.Stream, named.Hash)
		switch {
		case standard.KindOf(err) == standard.NotFound:
			faults = append(faults, unkept(named)...)
		case err != nil:
			return nil, err
		case kept.MediaType != named.MediaType:
			faults = append(faults, problem(named.Path, "attachment-differs", named.MediaType,
				fmt.Sprintf("The file that is kept is %s, not %s. Give the type that it was kept with.", kept.MediaType, named.MediaType))...)
		case kept.Size != named.Size:
			faults = append(faults, problem(named.Path, "attachment-differs", strconv.FormatInt(named.Size, 10),
				fmt.Sprintf("The file that is kept has %d bytes, not %d. Give the size that it was kept with.", kept.Size, named.Size))...)
		}
	}
	return faults, nil
}

func unkept(named NamedAttachment) []standard.Problem {
	return problem(named.Path, "attachment-not-kept", named.Hash.String(), "This file has not been kept here for this person. Add the file first, then save again.")
}

// names notes the files that a content names, for when the whole proposal is checked.
func (d *drafting) names(content *standard.Content, path string) {
	if content.Class == nil || !content.Class.NamesFiles() {
		return
	}
	for _, a := range AttachmentsOf(&content.Group) {
		a.Path = path + a.Path
		d.named = append(d.named, a)
	}
}

// attached lists the hashes that a content names, each once.
func attached(content *standard.Content) []Hash {
	if content.Class == nil || !content.Class.NamesFiles() {
		return nil
	}
	var hashes []Hash
	for _, a := range AttachmentsOf(&content.Group) {
		if !slices.Contains(hashes, a.Hash) {
			hashes = append(hashes, a.Hash)
		}
	}
	return hashes
}
