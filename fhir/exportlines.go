package fhir

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/bulk"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// exporting is an export that is being written, in the name of whoever asked for it, as they may see the world now: of the moment at which they asked.
type exporting struct {
	*call
	job     *bulk.Job
	out     *bulk.Out
	classes []string                 // of people's records and the directory that are wanted; none: all
	filters map[string][][]criterion // by type: one of them must fit
	line    []byte
}

// withDirectory is what an export's place begins with when all people are done.
const withDirectory = "directory"

// writeExport writes what is left of an export. See bulk.Source.
func (s *service) writeExport(ctx context.Context, j *bulk.Job, out *bulk.Out) error {
	x, err := s.exporting(ctx, j, out)
	if err != nil {
		return err
	}
	if j.Total == 0 {
		total, err := x.total()
		if err != nil {
			return err
		}
		if err := out.Counted(ctx, total); err != nil {
			return err
		}
	}
	if j.Behind != withDirectory {
		if err := x.people(strings.TrimPrefix(j.Behind, "people ")); err != nil {
			return err
		}
		if err := out.Reached(ctx, withDirectory); err != nil {
			return err
		}
	}
	return x.directory()
}

// exporting begins, or goes on, in the name of whoever asked.
func (s *service) exporting(ctx context.Context, j *bulk.Job, out *bulk.Out) (*exporting, error) {
	m, err := s.mapper()
	if err != nil {
		return nil, err
	}
	session, err := s.behind(ctx, m, j.Account, j.Purpose, j.Licence)
	if standard.KindOf(err) == standard.Unauthenticated || err == nil && !session.May(access.ToExport) {
		return nil, &standard.Fault{Kind: standard.Forbidden, Message: "Whoever asked for this export may no longer export records."}
	}
	if err != nil {
		return nil, err
	}
	c, err := s.backstage(ctx, m, session, j.Base)
	if err != nil {
		return nil, err
	}
	x := &exporting{call: c, job: j, out: out, filters: map[string][][]criterion{}}
	for _, kind := range j.Types {
		for _, class := range m.ClassesOf(kind) {
			x.classes = append(x.classes, class.ID)
		}
	}
	for _, filter := range j.Filters {
		kind, query, _ := strings.Cut(filter, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			return nil, err
		}
		all, err := x.criteria(kind, values)
		if err != nil {
			return nil, err
		}
		x.filters[kind] = append(x.filters[kind], all)
	}
	return x, x.look()
}

// look takes a fresh view of the moment of the export, and forgets what was found out about those who are done: the memory that an export takes is one page's.
func (x *exporting) look() (err error) {
	x.seen, err = x.session.View(x.ctx, access.At{Moment: x.job.Moment})
	x.targets, x.beside = nil, nil
	return err
}

// wants reports whether resources of a type are to go out.
func (x *exporting) wants(kind string) bool {
	return len(x.job.Types) == 0 || slices.Contains(x.job.Types, kind)
}

const exportPage = 50

// page gives some of the people, and where to go on; "" at the end.
func (x *exporting) page(after string) (people []uuid.UUID, next string, err error) {
	if len(x.job.People) > 0 {
		return x.job.People, "", nil
	}
	if x.job.Moment == 0 { // nothing was ever committed
		return nil, "", nil
	}
	found, next, err := x.seen.People(x.ctx, access.PeopleQuery{All: true, After: after, Limit: exportPage})
	for _, p := range found {
		people = append(people, p.UID)
	}
	return people, next, err
}

// entries gives the entries of the directory that go out: with everything, or where a type of them is named.
func (x *exporting) entries() ([]access.DirectoryEntry, error) {
	var classes []string
	for _, kind := range x.m.Resources() {
		for _, m := range x.m.ClassesOf(kind) {
			if m.Stream != standard.PersonStream && (slices.Contains(x.job.Types, kind) || x.job.System && len(x.job.Types) == 0) {
				classes = append(classes, m.ID)
			}
		}
	}
	if len(classes) == 0 || !x.session.May(access.ToReadDirectory) || x.job.Moment == 0 {
		return nil, nil
	}
	return x.seen.Directory(x.ctx, classes)
}

func (x *exporting) total() (int, error) {
	entries, err := x.entries()
	if err != nil {
		return 0, err
	}
	total := len(entries)
	for after, more := "", true; more; more = after != "" {
		var people []uuid.UUID
		if people, after, err = x.page(after); err != nil {
			return 0, err
		}
		total += len(people)
	}
	return total, nil
}

// people writes the records of everybody from a place on.
func (x *exporting) people(after string) error {
	for more := true; more; more = after != "" {
		people, next, err := x.page(after)
		if err != nil {
			return err
		}
		for _, stream := range people {
			if err := x.giveOut(stream); err != nil {
				return err
			}
		}
		if after = next; after != "" {
			if err := x.out.Reached(x.ctx, "people "+after); err != nil {
				return err
			}
		}
		if err := x.look(); err != nil {
			return err
		}
	}
	return nil
}

func (x *exporting) directory() error {
	entries, err := x.entries()
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := x.giveOut(e.UID); err != nil {
			return err
		}
	}
	return nil
}

// giveOut writes one record, once the log of who saw what has it. What may not be exported is passed over without a word.
func (x *exporting) giveOut(stream uuid.UUID) error {
	defer x.out.Passed()
	g, err := x.seen.GiveOut(x.ctx, stream, access.Export{To: "whoever has the account " + x.job.Account, Why: "FHIR bulk export"})
	switch standard.KindOf(err) {
	case standard.NotFound, standard.Forbidden, standard.Gone:
		return nil
	}
	if err != nil {
		return err
	}
	given := map[uuid.UUID]bool{} // which records went out, by today's rules: of these the change log goes too
	histories := x.wants("Provenance") && x.session.MayWith(access.Looks, "Provenance")
	q := access.RecordsQuery{Errors: true, Limit: 200}
	if !histories {
		q.Classes = x.classes
	}
	for more := true; more; more = q.After != nil {
		versions, next, err := g.Records(x.ctx, q)
		if err != nil {
			return err
		}
		if err := x.ask(versions); err != nil {
			return err
		}
		for _, v := range versions {
			if given[v.Record] = true; v.Committed.Before(x.job.Since) {
				continue
			}
			if err := x.write(v); err != nil {
				return err
			}
		}
		q.After = next
	}
	if !histories {
		return nil
	}
	return g.Contributions(x.ctx, func(c *record.Sealed) error { return x.changes(stream, c, given) })
}

// write writes one version. What was entered in error is only told to whoever asks what has changed since.
func (x *exporting) write(v *record.Version) error {
	m, ok := x.m.ByClass(v.Class)
	if !ok || len(v.Body) == 0 || !x.wants(m.Resource.Name) {
		return nil
	}
	if v.Status == record.EnteredInError {
		if x.job.Since.IsZero() {
			return nil
		}
		return x.out.Add(bulk.Deleted, "Bundle", x.deletedLine(m.Resource.Name+"/"+mapping.ID(v.Stream, v.Record)))
	}
	n, err := x.shared(v)
	if err != nil {
		return err
	}
	if filters := x.filters[m.Resource.Name]; len(filters) > 0 && !slices.ContainsFunc(filters, func(all []criterion) bool { return x.matches(n, all) }) {
		return nil
	}
	return x.add(n)
}

// add writes a resource as one line.
func (x *exporting) add(n *resource.Node) error {
	x.line = n.AppendJSON(x.line[:0])
	if bytes.IndexByte(x.line, '\n') >= 0 { // the encoder writes none; a line that is two would be read as nonsense
		x.line = bytes.ReplaceAll(x.line, []byte{'\n'}, []byte{' '})
	}
	return x.out.Add(bulk.Output, n.Type.Name, x.line)
}

// histories writes what a contribution did to the records that went out.
func (x *exporting) changes(stream uuid.UUID, c *record.Sealed, given map[uuid.UUID]bool) error {
	if c.Committed.Before(x.job.Since) {
		return nil
	}
	for _, ch := range c.Changes {
		if !given[ch.Version.Record] {
			continue
		}
		n, err := x.provenance(stream, access.LogEntry{Contribution: &c.Contribution, Change: ch}, madeBy(c, ch))
		if err != nil {
			return err
		}
		if n != nil {
			if err := x.add(n); err != nil {
				return err
			}
		}
	}
	return nil
}
