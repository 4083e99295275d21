package installation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/vault"
	"rosemary/record"
	"rosemary/standard"
	storedraft "rosemary/store/draft"
	"rosemary/transfer"
)

// destroyedFolder lies beside the copied checkpoints: one file for each certificate, a small export of it.
const destroyedFolder = "destroyed"

// testify puts a certificate on the list outside the data folder, so that a restore of an older backup can destroy again what was destroyed since.
func (in *Installation) testify(ctx context.Context, certificate uuid.UUID) error {
	folder := filepath.Join(in.checkpoints, destroyedFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	var text bytes.Buffer
	out, err := transfer.NewWriter(&text, transfer.Header{System: in.Identity.System, Keys: in.Identity.Keys, Exported: in.Now().UTC(), Streams: []uuid.UUID{certificate}})
	if err != nil {
		return err
	}
	if err := in.Log.Contributions(ctx, certificate, 0, math.MaxInt64, out.Add); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	path := filepath.Join(folder, in.Identity.System+"-"+certificate.String()+".ndjson")
	file, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text.Bytes())
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return vault.SyncFolder(folder) // it must be there before anything goes
}

// ReplayDestructions destroys again what the list outside the data folder says was destroyed: to be called once after an older backup was restored, before
// anybody reads. The certificates are taken into the log where the backup has none of them yet. It tells how many were carried out now.
func (in *Installation) ReplayDestructions(ctx context.Context) (int, error) {
	names, err := filepath.Glob(filepath.Join(in.checkpoints, destroyedFolder, in.Identity.System+"-*.ndjson"))
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		if err := in.replay(ctx, name); err != nil {
			return 0, fmt.Errorf("the certificate %s: %w", filepath.Base(name), err)
		}
	}
	return in.Guard.ResumeDestructions(ctx)
}

func (in *Installation) replay(ctx context.Context, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	var batch []*record.Sealed
	err = transfer.Read(file, func(h transfer.Header) error {
		if h.System != in.Identity.System {
			return &standard.Fault{Kind: standard.Invalid, Message: "This certificate belongs to another system."}
		}
		return nil
	}, func(s *record.Sealed) error {
		batch = append(batch, s)
		return nil
	})
	if err != nil {
		return err
	}
	_, err = in.Log.AppendSealed(ctx, batch)
	return err
}

// resumeDestructions goes on with what a stop of the program broke off.
func (in *Installation) resumeDestructions(ctx context.Context) error {
	if in.beside {
		return nil
	}
	n, err := in.Guard.ResumeDestructions(ctx)
	if n > 0 {
		in.Logger.Warn("destructions that had been approved and were broken off have been carried out", "certificates", n)
	}
	return err
}

// forgetters are all who keep content beside the log.
func (in *Installation) forgetters() []access.Forgetter {
	return []access.Forgetter{attachmentForgetter{in}, draftForgetter{in.Drafts}, in.Search, in.Transfers, in.devices, in.BesideFHIR, in.Accounts, in.bulkJobs, in.subscriptions, in.Leases}
}

// attachmentForgetter destroys the files of a whole record and their key, or those that only the versions name.
type attachmentForgetter struct{ in *Installation }

// Forget implements access.Forgetter. A file stays while another version names it.
func (f attachmentForgetter) Forget(ctx context.Context, stream uuid.UUID, versions []record.DestroyedVersion) error {
	if len(versions) == 0 {
		return f.in.Attachments.Destroy(ctx, stream)
	}
	going, staying := map[record.Hash]bool{}, map[record.Hash]bool{}
	err := f.in.Log.Contributions(ctx, stream, 0, math.MaxInt64, func(s *record.Sealed) error {
		for _, v := range s.Versions {
			content, err := v.Decoded(f.in.Catalogue)
			if err != nil {
				return err
			}
			into := staying
			if slices.ContainsFunc(versions, func(d record.DestroyedVersion) bool { return d.Version == v.VersionID }) {
				into = going
			}
			for _, named := range record.AttachmentsOf(&content.Group) {
				into[named.Hash] = true
			}
		}
		return nil
	})
	for file := range going {
		if err == nil && !staying[file] {
			err = f.in.Attachments.Remove(ctx, stream, file)
		}
	}
	return err
}

// draftForgetter lets go of what was typed about somebody whose whole record goes, or about a record of which versions go: it began with their words.
type draftForgetter struct{ *storedraft.Store }

// Forget implements access.Forgetter.
func (f draftForgetter) Forget(ctx context.Context, stream uuid.UUID, versions []record.DestroyedVersion) error {
	return f.Store.Forget(ctx, stream, access.RecordsOf(versions)...)
}
