package installation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	_ "time/tzdata" // Europe/London, wherever the binary runs

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/access/outbox"
	"rosemary/care"
	"rosemary/care/medicine"
	"rosemary/care/score"
	"rosemary/fhir/bulk"
	"rosemary/fhir/subscription"
	"rosemary/internal/vault"
	"rosemary/record"
	"rosemary/standard"
	storeaccess "rosemary/store/access"
	storeattachment "rosemary/store/attachment"
	storebulk "rosemary/store/bulk"
	storedraft "rosemary/store/draft"
	storefhir "rosemary/store/fhir"
	identity "rosemary/store/installation"
	storelease "rosemary/store/lease"
	storelog "rosemary/store/log"
	storeoutbox "rosemary/store/outbox"
	storesearch "rosemary/store/search"
	"rosemary/store/sqlite"
	storesubscription "rosemary/store/subscription"
	storetransfer "rosemary/store/transfer"
	"rosemary/transfer/exchange"
)

// The files of a data folder.
const (
	databaseFile = "rosemary.db"
	keyFile      = "signing.key"

	exportsFolder  = "exports"  // of many people's records, while they wait to be fetched; encrypted
	packagesFolder = "packages" // on their way to or from other systems, sealed
)

// Options say how to open an installation.
type Options struct {
	Dir             string           // the data folder
	KeyFile         string           // opens a data folder that is encrypted; "": it is not
	Readers         int              // connections that read; 0: what the store thinks right
	Checkpoints     string           // where signed checkpoints are copied; "": Dir with "-checkpoints" behind it
	Now             func() time.Time // the clock; nil: the machine's
	Logger          *slog.Logger     // nil: slog.Default()
	Catalogue       *standard.Catalogue
	AttachmentLimit int64              // how many bytes one attachment may have; 0: the usual
	Endpoints       subscription.Rules // where other programs may be told of what is committed
	Existing        bool               // there must be an installation already: none is founded
	Beside          bool               // beside a running server: for accounts, export and verify, never for what appends to the log
}

// Installation is one opened data folder.
type Installation struct {
	Dir         string
	Identity    identity.Identity
	Catalogue   *standard.Catalogue
	Database    *sqlite.DB
	Log         *storelog.Store
	Accounts    *storeaccess.Store
	Drafts      *storedraft.Store
	BesideFHIR  *storefhir.Store
	Bulk        *bulk.Desk // exports of many people's records
	Subscribed  *subscription.Desk
	Leases      *storelease.Store
	Attachments *storeattachment.Store
	Search      *storesearch.Store
	Transfers   *storetransfer.Store
	Outbox      *outbox.Desk // where devices report, and what they send arrives
	Recorder    *record.Recorder
	Guard       *access.Guard
	Exchange    *exchange.Exchange
	Notary      *record.Notary
	Keys        *record.Keys
	Zone        *time.Location
	Now         func() time.Time
	Logger      *slog.Logger

	identities      *identity.Store
	bulkJobs        *storebulk.Store
	subscriptions   *storesubscription.Store
	endpoints       subscription.Rules
	devices         *storeoutbox.Store
	vault           *vault.Vault // nil: not encrypted
	checkpoints     string
	attachmentLimit int64
	existing        bool
	beside          bool
}

// Open opens the installation in a data folder, and founds one where there is none, unless there must be one.
func Open(ctx context.Context, o Options) (*Installation, error) {
	in, err := prepare(o)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(in.Dir, databaseFile)); o.Existing && errors.Is(err, fs.ErrNotExist) {
		return nil, noData(o.Dir)
	}
	if err := in.openVault(o.KeyFile); err != nil {
		return nil, err
	}
	options := sqlite.Options{Beside: o.Beside, Readers: o.Readers, Key: in.databaseKey()}
	if in.Database, err = sqlite.Open(ctx, filepath.Join(in.Dir, databaseFile), options); err != nil {
		return nil, err
	}
	if err := in.assemble(ctx); err != nil {
		return nil, errors.Join(err, in.Database.Close())
	}
	return in, nil
}

func prepare(o Options) (*Installation, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("data folder %s: %w", o.Dir, err)
	}
	in := &Installation{Dir: dir, Catalogue: o.Catalogue, Now: o.Now, Logger: o.Logger, checkpoints: o.Checkpoints, attachmentLimit: o.AttachmentLimit, endpoints: o.Endpoints, existing: o.Existing, beside: o.Beside}
	if in.Now == nil {
		in.Now = time.Now
	}
	if in.Logger == nil {
		in.Logger = slog.Default()
	}
	if in.checkpoints == "" {
		in.checkpoints = dir + "-checkpoints"
	}
	if in.Zone, err = time.LoadLocation("Europe/London"); err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	if in.Catalogue == nil {
		if err := in.loadStandard(); err != nil {
			return nil, err
		}
	}
	return in, nil
}

func (in *Installation) assemble(ctx context.Context) error {
	var err error
	if in.vault != nil && !in.beside { // what an attempt to encrypt left open when it was broken off
		if err := sealSecrets(in.Dir, in.vault); err != nil {
			return err
		}
	}
	if in.identities, err = identity.Open(ctx, in.Database); err != nil {
		return err
	}
	if err := in.identify(ctx); err != nil {
		return err
	}
	if in.Log, err = storelog.Open(ctx, in.Database, storelog.Options{
		Catalogue: in.Catalogue, Zone: in.Zone, Now: in.Now, Log: in.Logger, System: in.Identity.System, Beside: in.beside,
	}); err != nil {
		return err
	}
	if in.Accounts, err = storeaccess.Open(ctx, in.Database, time.Now); err != nil {
		return err
	}
	if in.Drafts, err = storedraft.Open(ctx, in.Database); err != nil {
		return err
	}
	if in.BesideFHIR, err = storefhir.Open(ctx, in.Database); err != nil {
		return err
	}
	if in.bulkJobs, err = storebulk.Open(ctx, in.Database); err != nil {
		return err
	}
	in.Bulk = bulk.New(bulk.Config{Jobs: in.bulkJobs, Dir: filepath.Join(in.Dir, exportsFolder), Now: in.Now, Log: in.Logger})
	if in.subscriptions, err = storesubscription.Open(ctx, in.Database); err != nil {
		return err
	}
	in.Subscribed = subscription.New(subscription.Config{Book: in.subscriptions, Head: in.head, Now: in.Now, Log: in.Logger, Rules: in.endpoints, Note: in.noteSubscription})
	if in.Leases, err = storelease.Open(ctx, in.Database); err != nil {
		return err
	}
	if in.Attachments, err = storeattachment.Open(ctx, in.Database, storeattachment.Options{
		Dir: in.Dir, Limit: in.attachmentLimit, Now: in.Now, Log: in.Logger, Beside: in.beside, Named: in.Log.IsNamed,
		ReadKey: func() ([]byte, error) { return in.readSecret(storeattachment.KeyFile) },
		MakeKey: func(text string) error { return in.newSecret(storeattachment.KeyFile, text) },
	}); err != nil {
		return err
	}
	if in.Transfers, err = storetransfer.Open(ctx, in.Database, in.Now); err != nil {
		return err
	}
	if err = in.openOutbox(ctx); err != nil {
		return err
	}
	if in.Search, err = storesearch.Open(ctx, in.Database, in.Log, storesearch.Options{
		Catalogue: in.Catalogue, Zone: in.Zone, Now: in.Now, Log: in.Logger, Beside: in.beside,
	}); err != nil {
		return err
	}
	if err := in.Database.OnlyKnownRooms(ctx); err != nil {
		return err
	}
	if err := in.wire(); err != nil {
		return err
	}
	if err := in.takeOver(ctx); err != nil {
		return err
	}
	return in.resumeDestructions(ctx)
}

// head is the last moment that was committed.
func (in *Installation) head(ctx context.Context) (record.Moment, error) {
	head, _, err := in.Log.Head(ctx)
	return head, err
}

// wire joins the rooms over their stores.
func (in *Installation) wire() error {
	policy, err := access.StandardPolicy()
	if err != nil {
		return err
	}
	retention, err := access.StandardRetention()
	if err != nil {
		return err
	}
	in.Recorder = &record.Recorder{Catalogue: in.Catalogue, Log: in.Log, System: in.Identity.System, Now: in.Now, Zone: in.Zone, Attachments: in.Attachments}
	in.Notary = &record.Notary{Proofs: in.Log, System: in.Identity.System, Epoch: in.Identity.Epoch, Keys: in.Keys, Now: in.Now, Trail: in.trailHead, Copy: in.copyCheckpoint, Log: in.Logger}
	in.Guard, err = access.New(access.Config{
		Catalogue: in.Catalogue, Recorder: in.Recorder, Log: in.Log, Register: in.Log, Accounts: in.Accounts, Trail: in.Accounts, Passes: in.Accounts, Clients: in.Accounts, Holdings: in.Accounts, Drafts: in.Drafts, Attachments: in.Attachments,
		Leases: in.Leases, Unwritten: in.unwritten,
		Rules:         []record.Rule{medicine.Rules{Catalogue: in.Catalogue, Zone: in.Zone}, care.EatingRule{Catalogue: in.Catalogue}},
		Subscriptions: subscribed{in},
		Keepers:       []record.Keeper{score.Keeping{Catalogue: in.Catalogue, Zone: in.Zone}, care.EatingAlert{Catalogue: in.Catalogue, Zone: in.Zone}},
		Segments:      in.Transfers, Restorer: in.Attachments, Ratifier: in.Log,
		Destroyer: in.Log, Retention: retention, Forgetters: in.forgetters(), Testify: in.testify,
		Searcher: in.Search, Signer: in.Keys, Policy: policy, Now: in.Now, Zone: in.Zone, Logger: in.Logger,
	})
	if err != nil {
		return err
	}
	in.Exchange, err = exchange.New(exchange.Config{
		System: in.Identity.System, Keys: in.Keys, AllKeys: in.Identity.Keys, Book: in.Transfers.Exchange(), Guard: in.Guard, Catalogue: in.Catalogue, Zone: in.Zone, Now: in.Now, Log: in.Logger,
		Dir: filepath.Join(in.Dir, packagesFolder), Prove: in.ProofOf, Keep: retention.Requests(),
	})
	return err
}

// identify reads who this installation is and its signing key; a new one gets both. Beside a server no key is
// replaced.
func (in *Installation) identify(ctx context.Context) error {
	id, err := in.identities.Identity(ctx)
	if standard.KindOf(err) == standard.NotFound && !in.existing {
		return in.found(ctx)
	}
	if err != nil {
		return err
	}
	in.Identity = id
	secret, err := in.readSecret(keyFile)
	if errors.Is(err, fs.ErrNotExist) && in.beside {
		return &standard.Fault{
			Kind: standard.Unavailable, Message: "The signing key is missing from the data folder.", Hint: "Start the server once: it makes a new one.",
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return in.replaceKey(ctx)
	}
	if err != nil {
		return fmt.Errorf("the signing key: %w", err)
	}
	if in.Keys, err = record.ReadKeys(string(secret)); err != nil {
		return unreadableKey(err, "Put it back from the backup. If it is lost, take the file away: a new key is made, and what the old one signed stays verifiable.")
	}
	if in.beside || slices.Contains(in.Identity.Keys, in.Keys.Public()) || record.SystemOf(in.Keys.Public()) != in.Identity.System {
		return nil
	}
	in.Logger.Warn("the signing key is not among those that the data folder knows: it was being replaced when that was broken off", "file", keyFile)
	if err := in.identities.AddKey(ctx, in.Keys.Public(), in.Now()); err != nil {
		return err
	}
	in.Identity, err = in.identities.Identity(ctx)
	return err
}

// found gives a new installation its key and its identity. A key that is there already is taken: the first start was broken off behind it, or the database is gone, and then the copies of the
// checkpoints tell what is missing.
func (in *Installation) found(ctx context.Context) error {
	secret, err := in.readSecret(keyFile)
	var system string
	switch {
	case errors.Is(err, fs.ErrNotExist):
		system = uuid.NewString()
		secret, err := in.newKey(system)
		if err != nil {
			return err
		}
		if err := in.newSecret(keyFile, secret+"\n"); err != nil {
			return fmt.Errorf("keeping the signing key: %w", err)
		}
	case err != nil:
		return fmt.Errorf("the signing key: %w", err)
	default:
		if in.Keys, err = record.ReadKeys(string(secret)); err != nil {
			return unreadableKey(err, "This data folder holds no records. If it never held any, take the file away and start again; if it did, restore a backup into another folder.")
		}
		system = record.SystemOf(in.Keys.Public())
	}
	if err := in.identities.Found(ctx, system, in.Keys.Public(), in.Now()); err != nil {
		return err
	}
	in.Identity, err = in.identities.Identity(ctx)
	return err
}

func unreadableKey(err error, hint string) error {
	return &standard.Fault{Kind: standard.Unavailable, Message: "The signing key in the data folder (" + keyFile + ") cannot be read. Nothing was changed.", Hint: hint, Err: err}
}

// replaceKey makes a new key where the old one is gone: what the old one signed stays verifiable by its public half.
func (in *Installation) replaceKey(ctx context.Context) error {
	in.Logger.Warn("the signing key was missing; a new one was made")
	secret, err := in.newKey(in.Identity.System)
	if err != nil {
		return err
	}
	return in.keepKey(ctx, secret)
}

// keepKey puts a new key of an installation that has an identity into the data folder, and its public half into the identity.
func (in *Installation) keepKey(ctx context.Context, secret string) error {
	if err := in.newSecret(keyFile, secret+"\n"); err != nil {
		return fmt.Errorf("keeping the signing key: %w", err)
	}
	if err := in.identities.AddKey(ctx, in.Keys.Public(), in.Now()); err != nil {
		return err
	}
	var err error
	in.Identity, err = in.identities.Identity(ctx)
	return err
}

func (in *Installation) newKey(system string) (secret string, err error) {
	in.Keys, secret, err = record.GenerateKeys(system)
	return secret, err
}

// Run keeps the proof, the log of who saw what and the index of words up to date until the context ends.
func (in *Installation) Run(ctx context.Context) {
	var others sync.WaitGroup
	others.Go(func() { in.Guard.Run(ctx) })
	others.Go(func() { in.Search.Run(ctx) })
	others.Go(func() { in.sweep(ctx, 24*time.Hour) })
	others.Go(func() { in.Exchange.Run(ctx) })
	in.Notary.Run(ctx, time.Minute)
	others.Wait()
}

// Close writes what is waiting and closes the database.
func (in *Installation) Close() error {
	return errors.Join(in.Guard.Close(context.Background()), in.Database.Close())
}

// Ready reports whether the installation can answer.
func (in *Installation) Ready(ctx context.Context) error {
	_, err := in.identities.Identity(ctx)
	return err
}

// rekey replaces the signing key by one in the name of the system that was adopted, and wires the rooms anew.
func (in *Installation) rekey(ctx context.Context, secret string) error {
	if err := os.Remove(filepath.Join(in.Dir, keyFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("replacing the signing key: %w", err)
	}
	if err := in.keepKey(ctx, secret); err != nil {
		return err
	}
	return in.wire()
}
