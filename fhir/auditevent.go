package fhir

import (
	"encoding/binary"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// An AuditEvent is one look at something, as the log of who saw what has it, or one change, as the change log has it. Neither is kept a second time: an AuditEvent is called by where
// it stands, "look-" and the number of the entry, or "change-", the moment and the record.
const (
	lookPrefix   = "look-"
	changePrefix = "change-"
)

// auditRoutes are what AuditEvent adds to the table.
func auditRoutes() []*route {
	return []*route{
		{method: http.MethodGet, path: "/AuditEvent", needs: access.Searches, answer: (*call).searchAudit},
		{method: http.MethodPost, path: "/AuditEvent/_search", needs: access.Searches, answer: (*call).searchAudit},
		{method: http.MethodGet, path: "/AuditEvent/{id}", needs: access.Reads, answer: (*call).readAudit},
	}
}

// auditParameters can be searched by.
var auditParameters = []struct{ name, kind string }{
	{"patient", "reference"}, {"entity", "reference"}, {"agent", "reference"}, {"altid", "token"}, {"date", "date"}, {"action", "token"}, {"outcome", "token"}, {"subtype", "token"},
}

// audited is one event, whichever of the two logs it stands in.
type audited struct {
	at   time.Time
	look *access.Entry
	done *access.AuditChange
}

// action is FHIR's letter for what was done.
func (a *audited) action() string {
	if a.done != nil {
		switch a.done.Change.Type {
		case record.Create:
			return "C"
		case record.MarkError:
			return "D"
		}
		return "U"
	}
	switch a.look.Action {
	case "people", "records", "counts", "search", "contributions", "directory", "names", "access-log":
		return "E"
	case "commit", "keep-draft", "attach":
		return "C"
	}
	return "R"
}

func (a *audited) outcome() string {
	if a.look != nil && a.look.Outcome == access.Refused {
		return "4"
	}
	return "0"
}

func (a *audited) subtype() string {
	if a.done != nil {
		return string(a.done.Change.Type)
	}
	return a.look.Action
}

// auditAsk is what a search for AuditEvents asks.
type auditAsk struct {
	q       access.AuditQuery
	record  uuid.UUID
	action  []string
	outcome []string
	subtype []string
	nothing bool // what is asked for cannot be
	changes bool // the change log is looked through too
}

// askedAudit reads the parameters, all faults at once.
func (c *call) askedAudit() (a auditAsk, problems []standard.Problem) {
	known := []string{"_count", "_after", "_format", "_pretty"}
	for _, p := range auditParameters {
		known = append(known, p.name)
	}
	problems = c.unknownParameters(known...)
	a.changes = true
	for _, name := range []string{"patient", "entity"} {
		text := c.query.Get(name)
		if text == "" {
			continue
		}
		_, id, _ := resource.SplitReference(c.local(text))
		if !strings.Contains(text, "/") {
			id = text
		}
		stream, rec, ok := mapping.ParseID(id)
		switch {
		case !ok || name == "patient" && stream != rec:
			problems = append(problems, badParameter(name, text, "This is no reference to something here."))
		case a.q.Person != uuid.Nil && a.q.Person != stream:
			a.nothing = true
		}
		if a.q.Person = stream; stream != rec {
			a.record = rec
		}
	}
	if text := c.query.Get("agent"); text != "" {
		worker, err := uuid.Parse(text[strings.LastIndex(text, "/")+1:])
		if a.q.Worker = worker; err != nil {
			problems = append(problems, badParameter("agent", text, "This is no reference to somebody here: Practitioner/ID."))
		}
	}
	a.q.Account = c.query.Get("altid")
	var bad []standard.Problem
	a.q.From, a.q.Until, bad = c.whenIn("date")
	problems = append(problems, bad...)
	a.action, a.outcome = words(c.query["action"]), words(c.query["outcome"])
	for _, s := range words(c.query["subtype"]) {
		a.subtype = append(a.subtype, s[strings.LastIndex(s, "|")+1:])
	}
	return a, problems
}

func words(given []string) (all []string) {
	for _, list := range given {
		all = append(all, strings.Split(list, ",")...)
	}
	return all
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// fits holds an event against what the two logs cannot be asked.
func (a *auditAsk) fits(e *audited) bool {
	rec := uuid.Nil
	if e.done != nil {
		rec = e.done.Change.Version.Record
	} else {
		rec = e.look.Record
	}
	return !a.nothing && (a.record == uuid.Nil || a.record == rec) && (len(a.action) == 0 || slices.Contains(a.action, e.action())) &&
		(len(a.outcome) == 0 || slices.Contains(a.outcome, e.outcome())) && (len(a.subtype) == 0 || slices.Contains(a.subtype, e.subtype()))
}

// searchAudit answers GET AuditEvent: who looked at what and who changed what, the latest first, of the people whose log the asker may read.
func (c *call) searchAudit() (*reply, error) {
	if err := c.posted(); err != nil {
		return nil, err
	}
	ask, wrong := c.askedAudit()
	count, after, err := c.pageAsked(wrong)
	if err != nil {
		return nil, err
	}
	m := &auditMerge{call: c, ask: ask}
	if after != nil && len(after.behind) == 16 {
		m.looks.at, m.changes.at = int64(binary.BigEndian.Uint64(after.behind)), int64(binary.BigEndian.Uint64(after.behind[8:]))
	}
	b := c.newBundle("searchset")
	found, goesOn, err := m.gather(count)
	if err != nil {
		return nil, err
	}
	for _, e := range found {
		n, err := c.auditEvent(e)
		if err != nil {
			return nil, err
		}
		c.addFound(b, n, "match")
	}
	behind := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(m.looks.at)), uint64(m.changes.at))
	c.pageLinks(b, place{behind: behind}, goesOn)
	return &reply{status: http.StatusOK, node: b}, nil
}

// auditMerge goes through both logs at once, the latest first.
type auditMerge struct {
	*call
	ask            auditAsk
	looks, changes auditLog
}

// auditLog is how far one of the logs was gone through. A place in a log is behind what was taken of it: 0 is the beginning, -1 the end.
type auditLog struct {
	at   int64
	read []audited // and not taken yet
	next int64     // where reading goes on when what was read is taken
}

// out says whether more must be read of a log before anything can be taken.
func (l *auditLog) out() bool { return len(l.read) == 0 && l.at >= 0 }

// add keeps what was read of a log, and where it goes on: 0 is nowhere.
func (l *auditLog) add(read []audited, next int64) {
	l.read, l.next = read, next
	if next == 0 {
		l.next = -1
	}
	if len(read) == 0 {
		l.at = l.next
	}
}

// take takes the next event, behind which the log goes on.
func (l *auditLog) take(behind int64) audited {
	e := l.read[0]
	if l.read, l.at = l.read[1:], behind; len(l.read) == 0 {
		l.at = l.next
	}
	return e
}

// auditRounds bounds how often either log is read for one page.
const auditRounds = 20

// gather takes up to so many events that fit; what was saved together stays together.
func (m *auditMerge) gather(count int) (found []*audited, goesOn bool, err error) {
	for round := 0; ; {
		if m.looks.out() || m.changes.out() {
			if round++; round > auditRounds {
				return found, true, nil
			}
			if err := m.fill(); err != nil {
				return nil, false, err
			}
		}
		if m.looks.out() || m.changes.out() {
			continue // this stretch of a log held nothing that may be seen; the next may
		}
		var e audited
		switch looks, changes := m.looks.read, m.changes.read; {
		case len(looks) == 0 && len(changes) == 0:
			return found, false, nil
		case len(changes) == 0 || len(looks) > 0 && looks[0].at.After(changes[0].at):
			if len(found) >= count {
				return found, true, nil
			}
			e = m.looks.take(looks[0].look.ID)
		default:
			behind := int64(changes[0].done.Moment)
			if len(found) >= count && m.changes.at != behind {
				return found, true, nil
			}
			e = m.changes.take(behind)
		}
		if m.ask.fits(&e) {
			found = append(found, &e)
		}
	}
}

// fill reads more of the log that has run out.
func (m *auditMerge) fill() error {
	q := m.ask.q
	q.Limit = 500
	if m.looks.out() {
		q.Before = m.looks.at
		entries, next, err := m.session.Audit(m.ctx, q)
		if err != nil {
			return err
		}
		read := make([]audited, len(entries))
		for i := range entries {
			read[i] = audited{at: entries[i].At, look: &entries[i]}
		}
		m.looks.add(read, next)
	}
	if m.changes.out() {
		q.Before = m.changes.at
		entries, next, err := m.session.AuditChanges(m.ctx, q)
		if err != nil {
			return err
		}
		read := make([]audited, len(entries))
		for i := range entries {
			read[i] = audited{at: entries[i].At, done: &entries[i]}
		}
		m.changes.add(read, next)
	}
	return nil
}

// readAudit answers GET AuditEvent/id.
func (c *call) readAudit() (*reply, error) {
	id := c.words["id"]
	var found *audited
	if text, ok := strings.CutPrefix(id, lookPrefix); ok {
		number, err := strconv.ParseInt(text, 10, 64)
		if err != nil || number <= 0 {
			return nil, errNothingHere()
		}
		entries, _, err := c.session.Audit(c.ctx, access.AuditQuery{Before: number + 1, Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(entries) == 1 && entries[0].ID == number {
			found = &audited{at: entries[0].At, look: &entries[0]}
		}
	}
	if text, ok := strings.CutPrefix(id, changePrefix); ok {
		moment, rec, _ := strings.Cut(text, "-")
		number, err := strconv.ParseInt(moment, 10, 64)
		if err != nil || number <= 0 {
			return nil, errNothingHere()
		}
		entries, _, err := c.session.AuditChanges(c.ctx, access.AuditQuery{Before: number + 1, Limit: 1})
		if err != nil {
			return nil, err
		}
		for i := range entries {
			if e := &entries[i]; int64(e.Moment) == number && hex.EncodeToString(e.Change.Version.Record[:]) == rec {
				found = &audited{at: e.At, done: e}
			}
		}
	}
	if found == nil {
		return nil, errNothingHere()
	}
	n, err := c.auditEvent(found)
	if err != nil {
		return nil, err
	}
	return &reply{status: http.StatusOK, node: n}, nil
}

// auditEvent writes an event.
func (c *call) auditEvent(e *audited) (*resource.Node, error) {
	n := newResource(c.m.Definitions, "AuditEvent")
	var by auditBy
	var stream, rec uuid.UUID
	var class string
	if e.done != nil {
		stream, rec, class = e.done.Stream, e.done.Change.Version.Record, e.done.Change.Class
		n.Set("id", changePrefix+strconv.FormatInt(int64(e.done.Moment), 10)+"-"+hex.EncodeToString(rec[:]))
		by = auditBy{e.done.Committer.Account, e.done.Committer.Role, e.done.Committer.Actor}
	} else {
		stream, rec, class = e.look.Stream, e.look.Record, e.look.Class
		n.Set("id", lookPrefix+strconv.FormatInt(e.look.ID, 10))
		by = auditBy{e.look.Account, string(e.look.Role), e.look.Worker}
	}
	sayCode(n.Add("type"), "http://terminology.hl7.org/CodeSystem/audit-event-type", "rest")
	sayCode(n.Add("subtype"), "urn:rosemary:audit-action", e.subtype())
	n.Set("action", e.action())
	n.Set("recorded", instant(e.at))
	n.Set("outcome", e.outcome())
	if e.look != nil {
		if e.look.What != "" {
			n.Set("outcomeDesc", e.look.What)
		}
		if e.look.Purpose != "" {
			purpose := n.Add("purposeOfEvent")
			sayCode(purpose.Add("coding"), "urn:rosemary:purpose", string(e.look.Purpose))
			if e.look.Why != "" {
				purpose.Set("text", e.look.Why)
			}
		}
	}
	if err := c.auditAgent(n, stream, by); err != nil {
		return nil, err
	}
	if e.look != nil && e.look.To != "" {
		to := n.Add("agent")
		sayCode(to.Add("type").Add("coding"), "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP")
		to.Set("name", e.look.To)
		to.Set("requestor", "false")
	}
	source := n.Add("source")
	source.Add("observer").Set("display", "Rosemary "+c.System)
	c.auditEntities(n, e, stream, rec, class)
	return n, nil
}

// auditBy is who did it.
type auditBy struct {
	account, role string
	worker        uuid.UUID
}

func (c *call) auditAgent(n *resource.Node, stream uuid.UUID, by auditBy) error {
	agent := n.Add("agent")
	if by.role != "" {
		sayCode(agent.Add("role").Add("coding"), "urn:rosemary:role", by.role)
	}
	who, err := c.agent(stream, by.worker)
	if err != nil {
		return err
	}
	if who != "" {
		agent.Add("who").Set("reference", who)
	}
	if by.account != "" {
		agent.Set("altId", by.account)
	} else {
		agent.Set("name", "Whoever looks after the computer")
	}
	agent.Set("requestor", "true")
	return nil
}

// auditEntities says what it was about: whose record, and which of it.
func (c *call) auditEntities(n *resource.Node, e *audited, stream, rec uuid.UUID, class string) {
	if stream != uuid.Nil {
		whose := n.Add("entity")
		whose.Add("what").Set("reference", "Patient/"+stream.String())
		sayCode(whose.Add("type"), "http://terminology.hl7.org/CodeSystem/audit-entity-type", "1")
		sayCode(whose.Add("role"), "http://terminology.hl7.org/CodeSystem/object-role", "1")
		if e.look != nil && e.look.Count > 0 {
			detail := whose.Add("detail")
			detail.Set("type", "count")
			detail.Set("valueString", strconv.Itoa(e.look.Count))
		}
	}
	if rec == uuid.Nil && class == "" {
		return
	}
	what := n.Add("entity")
	m, ok := c.m.ByClass(class)
	switch {
	case rec != uuid.Nil && ok && e.done != nil:
		what.Add("what").Set("reference", m.Resource.Name+"/"+mapping.ID(stream, rec)+"/_history/"+versionName(c.System, e.done.Change.Version))
	case rec != uuid.Nil && ok:
		what.Add("what").Set("reference", m.Resource.Name+"/"+mapping.ID(stream, rec))
	case rec != uuid.Nil:
		id := what.Add("what").Add("identifier")
		id.Set("system", "urn:ietf:rfc:3986")
		id.Set("value", rec.URN())
	}
	sayCode(what.Add("type"), "http://terminology.hl7.org/CodeSystem/audit-entity-type", "2")
	sayCode(what.Add("role"), "http://terminology.hl7.org/CodeSystem/object-role", "4")
	if class != "" {
		what.Set("name", "urn:rosemary:class:"+class)
	}
	if e.done != nil && e.done.Change.Description != "" {
		what.Set("description", e.done.Change.Description)
	}
}

// sayCode says a code of a system.
func sayCode(n *resource.Node, system, code string) {
	n.Set("system", system)
	n.Set("code", code)
}
