package log

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/store/sqlite"
)

const (
	sqlHead   = `SELECT moment, committed FROM contribution ORDER BY moment DESC LIMIT 1`
	sqlInsert = `INSERT INTO contribution (moment, stream, sequence, id, committed, hash, header, salts, bodies)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
)

// Append commits the prepared contributions in one transaction, in order, all or none. See record.Log.
func (s *Store) Append(ctx context.Context, batch []*record.Prepared) ([]record.Receipt, error) {
	receipts := make([]record.Receipt, len(batch))
	write := s.db.Write
	if len(batch) == 1 { // all that may be at fault is looked at before anything is written
		write = s.db.WriteRepeatably
	}
	err := write(ctx, func(tx *sqlite.Tx) error {
		a := &appending{store: s, tx: tx}
		if err := a.start(); err != nil {
			return err
		}
		for i, p := range batch {
			receipt, err := a.one(p)
			if err != nil {
				return err
			}
			receipts[i] = receipt
		}
		a.finish()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return receipts, nil
}

// appending is one batch under the lock of the log.
type appending struct {
	store *Store
	tx    *sqlite.Tx
	ends  *ends
	end   head
	ended map[uuid.UUID]record.StreamInfo // streams that were read or written in this batch, as they are now
	touch []touch
}

// ends are where the log and its streams end, for the next batch of the same connection.
type ends struct {
	log     head
	streams map[uuid.UUID]record.StreamInfo
}

// endsMost is how many streams' ends are remembered; beyond, all are forgotten.
const endsMost = 4096

func (a *appending) start() error {
	a.ended = map[uuid.UUID]record.StreamInfo{}
	if known, ok := a.tx.Remembered().(*ends); ok && len(known.streams) < endsMost {
		a.ends, a.end = known, known.log
		return nil
	}
	err := a.tx.QueryRow(sqlHead).Scan(&a.end.moment, &a.end.committed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("end of the log: %w", err)
	}
	a.ends = &ends{log: a.end, streams: map[uuid.UUID]record.StreamInfo{}}
	return nil
}

// finish remembers the new end of the log, and of its streams, for the next batch, and shows them to readers once they have reached the disk.
func (a *appending) finish() {
	a.ends.log = a.end
	maps.Copy(a.ends.streams, a.ended)
	a.tx.Remember(a.ends)
	if len(a.touch) > 0 {
		a.tx.AfterCommit(func() {
			a.store.known.committed(a.touch)
			a.store.positionsCommitted(a.touch)
			a.store.head.Store(&a.end)
		})
	}
}

// known gives what is remembered of a stream: by this batch, or by those before.
func (a *appending) known(stream uuid.UUID) (info record.StreamInfo, known bool) {
	if info, known = a.ended[stream]; !known {
		info, known = a.ends.streams[stream]
	}
	return info, known
}

// endOf finds where a stream ends.
func (a *appending) endOf(stream uuid.UUID) (record.StreamInfo, error) {
	if info, known := a.known(stream); known {
		return info, nil
	}
	info, err := a.store.streamInfo(a.tx.Query, stream)
	if err == nil {
		a.ended[stream] = info
	}
	return info, err
}

// grew takes down that a contribution was written.
func (a *appending) grew(t touch, at record.Instant) {
	a.end = head{t.info.Last, at}
	a.touch = append(a.touch, t)
	if info, known := a.known(t.info.UID); known {
		info.Sequence, info.Hash, info.Last = t.info.Sequence, t.info.Hash, t.info.Last
		a.ended[t.info.UID] = info
	}
}

// one gives a prepared contribution its place, or finds the receipt of its earlier sending.
func (a *appending) one(p *record.Prepared) (record.Receipt, error) {
	receipt, err := a.earlier(p)
	if err != nil || receipt != nil {
		return deref(receipt), err
	}
	last, err := a.place(p.Stream, p.Opens)
	if err != nil {
		return record.Receipt{}, err
	}
	before, err := a.expected(p)
	if err != nil {
		return record.Receipt{}, err
	}
	if err := a.idsFree(p, before); err != nil {
		return record.Receipt{}, err
	}
	if err := a.numbersFree(p.Stream, p.Joins, p.Versions, p.Indexes); err != nil {
		return record.Receipt{}, err
	}
	at, behind := record.NextCommit(a.end.committed, a.store.Now())
	if behind {
		a.store.warnBehind(a.end.moment)
	}
	sealed := p.Seal(last, a.end.moment+1, at)
	return sealed.Receipt(), a.insert(sealed, p.Indexes, before, at, p.Opens)
}

// warnBehind tells the operator, at the first such commit and then every thousandth moment.
func (s *Store) warnBehind(at record.Moment) {
	if last := s.warned.Load(); last == 0 || int64(at)-last >= 1000 {
		s.warned.Store(int64(at))
		s.Log.Warn("this computer's clock is behind the last commit; commit times go on from there", "moment", int64(at))
	}
}

func deref(r *record.Receipt) record.Receipt {
	if r == nil {
		return record.Receipt{}
	}
	return *r
}

// earlier finds the first answer to a contribution id that is known already.
func (a *appending) earlier(p *record.Prepared) (*record.Receipt, error) {
	if p.Minted {
		return nil, nil
	}
	known, err := findContribution(a.tx.Query, p.ID)
	if err != nil || known == nil {
		return nil, err
	}
	if known.Destroyed != uuid.Nil {
		return nil, record.ErrDestroyed()
	}
	if !known.SameSending(p.Digest, p.Committer) {
		return nil, record.ErrReused()
	}
	receipt := known.Receipt()
	receipt.Repeated = true
	return &receipt, nil
}

// place finds the end of the stream. A stream that is to be opened must not exist.
func (a *appending) place(stream uuid.UUID, opens standard.Stream) (record.StreamInfo, error) {
	if _, frozen := a.store.frozen.Load(stream); frozen {
		return record.StreamInfo{}, &standard.Fault{Kind: standard.Conflict, Message: "This record is being destroyed. Nothing more can be written in it."}
	}
	info, err := a.endOf(stream)
	switch {
	case err == nil && opens != "":
		return info, standard.Refuse("This could not be saved. Nothing was changed.", []standard.Problem{{
			Path: "/stream", Rule: "stream-exists", Value: stream.String(),
			Message: "There is a record under this id already. Add to that one, or send a new id.",
		}})
	case standard.KindOf(err) == standard.NotFound && opens != "":
		return record.StreamInfo{UID: stream}, nil
	}
	return info, err
}

// expected compares what each change was made on with what stands now.
func (a *appending) expected(p *record.Prepared) ([]*current, error) {
	before := make([]*current, 0, len(p.Versions))
	var moved []uuid.UUID
	next := 0
	for i := range p.Changes {
		ch := &p.Changes[i]
		if ch.Type == record.Ratify && ch.Brings(p.Versions[next:]) {
			next++
			stands, err := a.brought(p.Stream, ch)
			if err != nil {
				return nil, err
			}
			before = append(before, stands)
			continue
		}
		if !ch.Type.MakesVersion() {
			if err := a.named(p.Stream, ch); err != nil {
				return nil, err
			}
			continue
		}
		v := p.Versions[next]
		next++
		if v.Minted {
			before = append(before, nil)
			continue
		}
		stands, err := currentOf(a.tx, p.Stream, v.Record)
		if err != nil {
			return nil, err
		}
		before = append(before, stands)
		if !follows(v.VersionID, stands) {
			moved = append(moved, v.Record)
		}
	}
	if len(moved) > 0 {
		return nil, a.conflict(p.Stream, moved)
	}
	return before, nil
}

// follows reports whether a version is the next of its record.
func follows(id record.VersionID, stands *current) bool {
	if stands == nil {
		return id.Number == 1
	}
	return id.Number == stands.number+1 && stands.status != statusInError
}

// conflict tells what stands now in the records that have moved on.
func (a *appending) conflict(stream uuid.UUID, moved []uuid.UUID) error {
	var stand []*record.Version
	for _, rec := range moved {
		versions, _, err := a.store.versionsOf(a.tx.Query, nil, record.Query{
			Stream: stream, Record: rec, At: record.Forever - 1, Errors: true, Order: record.NumberAsc, Scope: record.Scope{Everything: true},
		})
		if err != nil {
			return err
		}
		stand = append(stand, versions...)
	}
	return record.ErrConflict(stand)
}

// named checks that the version that a change names is there.
func (a *appending) named(stream uuid.UUID, ch *record.Change) error {
	var one int
	err := a.tx.QueryRow(`SELECT 1 FROM version WHERE stream = $1 AND record = $2 AND number = $3 AND system = $4`,
		stream[:], ch.Version.Record[:], ch.Version.Number, ch.Version.System).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return notFound("There is no such version of this record.")
	}
	return err
}

// idsFree refuses a new record under the id of an entry of the directory: references to the entry would be taken for references to the record.
func (a *appending) idsFree(p *record.Prepared, before []*current) error {
	for i, v := range p.Versions {
		if before[i] != nil || v.Record == p.Stream || v.Minted {
			continue
		}
		var one int
		err := a.tx.QueryRow(`SELECT 1 FROM stream WHERE uid = $1 AND kind = 'directory'`, v.Record[:]).Scan(&one)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return fmt.Errorf("ids: %w", err)
		}
		return standard.Refuse("This could not be saved. Nothing was changed.", []standard.Problem{{
			Path: "/changes", Rule: "id-taken", Value: v.Record.String(),
			Message: "This id belongs to an entry of the directory. Leave the id of a new record out, or send a new one.",
		}})
	}
	return nil
}

// numbersFree refuses an NHS number that another person of this provider has, and says no more than that.
// Another record of the same person, with which it is being joined, may have it too.
func (a *appending) numbersFree(stream, joins uuid.UUID, versions []*record.Version, indexes []record.Index) error {
	for i := range indexes {
		card := indexes[i].Person
		if card == nil || card.NHSNumber == "" || versions[i].Status == record.EnteredInError {
			continue
		}
		var one int
		err := a.tx.QueryRow(`SELECT 1 FROM person WHERE nhs = $1 AND nhs <> '' AND stream <> $2 AND stream <> $3 AND until_moment = 9223372036854775807 LIMIT 1`,
			digits(card.NHSNumber), stream[:], joins[:]).Scan(&one)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return fmt.Errorf("NHS numbers: %w", err)
		}
		return standard.Refuse("This could not be saved. Nothing was changed.", []standard.Problem{{
			Path: "/changes", Rule: "nhs-number-held", Message: "This NHS number is already held here. Ask the manager.",
		}})
	}
	return nil
}

// insert writes the sealed contribution and what it means for every projection.
func (a *appending) insert(c *record.Sealed, indexes []record.Index, before []*current, at record.Instant, opens standard.Stream) error {
	salts, bodies := packed(c.Versions)
	_, err := a.tx.Exec(sqlInsert, int64(c.Moment), c.Stream[:], c.Sequence, c.ID[:], int64(at), c.Hash[:], pack(c.Header), salts, string(bodies))
	if err != nil {
		return fmt.Errorf("contribution %s: %w", c.ID, err)
	}
	remainsHappened(c, indexes, at)
	if err := (projector{a.store, a.tx}).apply(c, indexes, before, opens); err != nil {
		return err
	}
	if slices.ContainsFunc(indexes, func(ix record.Index) bool { return ix.SamePerson != nil }) {
		a.store.apart.Store(false)
	}
	made := make([]uuid.UUID, len(c.Versions))
	for i, v := range c.Versions {
		made[i] = v.Record
	}
	a.grew(touch{
		info: record.StreamInfo{UID: c.Stream, Sequence: c.Sequence, Hash: c.Hash, Last: c.Moment}, rules: rulesOf(c, indexes, opens), made: made,
	}, at)
	return nil
}

// remainsHappened says of versions whose content was destroyed that they happened when they were committed here: all that is known by everybody, now and when projections
// are made anew.
func remainsHappened(c *record.Sealed, indexes []record.Index, at record.Instant) {
	for i, v := range c.Versions {
		if v.Destroyed != uuid.Nil {
			indexes[i] = record.Index{HappenedFrom: at.Time().Unix(), HappenedUntil: at.Time().Unix() + 1}
		}
	}
}
