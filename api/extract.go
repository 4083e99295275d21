package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/ehr"
	"rosemary/ehr/dialects"
	"rosemary/ehr/extract"
	"rosemary/record"
	"rosemary/standard"
)

// extractRoutes are the standard's request interface: an extract is asked for with purpose and criteria, and given or refused with a reason.
func extractRoutes(of kind) []*route {
	all := of.base + "/{" + of.parameter + "}/extracts"
	return []*route{
		{method: http.MethodPost, path: all, about: "An extract of a person's record (ISO 13606), or a part by criteria, in the dialect that Accept names; it is kept in the access log before it is given",
			takes: "NewExtract", long: true, of: of, answer: (*call).extract},
		{method: http.MethodPost, path: all + "/preview", about: "What an extract would hold and leave out, by counts",
			takes: "ExtractWanted", gives: mediaJSON, returns: "ExtractPreview", of: of, answer: (*call).previewExtract},
	}
}

// keeps reports whether a request with a body keeps it: all do but those that ask for an extract.
func (r *route) keeps() bool { return r.takes != "NewExtract" && r.takes != "ExtractWanted" }

// asking is what somebody says of the extract that they want.
type asking struct {
	take     access.Extract
	criteria extract.Criteria
}

// extract answers POST .../extracts. Once the first byte is out an error can only break the connection off; every dialect notices that its end is missing.
func (c *call) extract() error {
	stream, err := c.stream()
	if err != nil {
		return err
	}
	dialect, ok := dialects.Accepted(c.r.Header["Accept"])
	if !ok {
		return &standard.Fault{Kind: notAcceptable, Message: "An extract does not come in any form that the header Accept names.", Hint: "It can be: " + mediaTypes() + "."}
	}
	var a asking
	if err := c.fields("to, why, criteria, asAt, moment", a.members(c, true)); err != nil {
		return err
	}
	return c.give(stream, &a, dialect)
}

func (c *call) give(stream uuid.UUID, a *asking, dialect ehr.Dialect) error {
	var made *extract.Extract
	a.take.What, a.take.Whereabouts = a.criteria.Words(), a.criteria.Whereabouts
	a.take.Plan = func(r *access.Reading) (n int, err error) {
		if made, err = c.planned(r, a); err == nil {
			err = made.Ready()
		}
		if err != nil {
			return 0, err
		}
		return made.Count(), nil
	}
	a.take.Send = func() error {
		h := c.w.Header()
		h.Set("Content-Type", dialect.MediaType())
		h.Set("Content-Disposition", `attachment; filename="extract-`+stream.String()+dialects.Suffix(dialect)+`"`)
		_ = http.NewResponseController(c.w).SetWriteDeadline(time.Time{}) // a large record may take its time
		c.status = http.StatusOK
		c.w.WriteHeader(c.status)
		return dialect.Encode(c.w, made)
	}
	err := c.session.Extract(c.ctx, stream, a.take)
	if err != nil && c.status != 0 {
		c.Log.Warn("an extract broke off", "route", c.route.path, "error", fault(err).Error())
		panic(http.ErrAbortHandler)
	}
	return err
}

func (c *call) planned(r *access.Reading, a *asking) (*extract.Extract, error) {
	s := extract.Settings{Catalogue: c.Catalogue, Zone: c.Zone, Created: c.Now(), Keeps: dialects.All()[0], Approved: c.session.Principal().Worker}
	return extract.New(c.ctx, r, s, a.criteria)
}

// previewExtract answers POST .../extracts/preview.
func (c *call) previewExtract() error {
	stream, err := c.stream()
	if err != nil {
		return err
	}
	var a asking
	var made *extract.Extract
	if err := c.fields("criteria, asAt, moment", a.members(c, false)); err != nil {
		return err
	}
	a.take.What, a.take.Whereabouts = a.criteria.Words(), a.criteria.Whereabouts
	a.take.Plan = func(r *access.Reading) (n int, err error) {
		if made, err = c.planned(r, &a); err != nil {
			return 0, err
		}
		return made.Count(), nil
	}
	if err := c.session.Extract(c.ctx, stream, a.take); err != nil {
		return err
	}
	b := appendInt(append(c.buffer(), '{'), "count", int64(made.Count()))
	b = append(appendKey(b, "classes"), '{')
	classes := made.Classes()
	for _, class := range c.Catalogue.Classes() {
		if n := classes[class.ID]; n > 0 {
			b = appendInt(b, class.ID, int64(n))
		}
	}
	b = append(append(b, '}'), `,"omitted":[`...)
	for _, o := range made.Omitted() {
		b = appendText(append(appendComma(b), '{'), "reason", o.Reason)
		if o.Count > 0 {
			b = appendInt(b, "count", int64(o.Count))
		}
		b = append(b, '}')
	}
	b = append(b, `],"passages":[`...)
	for _, p := range made.Passages() {
		b = appendText(appendText(appendText(appendText(append(appendComma(b), '{'), "version", p.Version.String()), "class", p.Class), "where", p.Where), "text", p.Text)
		b = appendText(b, "names", strings.Join(p.Names, ", "))
		b = append(b, '}')
	}
	return c.reply(http.StatusOK, append(b, ']', '}'))
}

func mediaTypes() (all string) {
	for i, d := range dialects.All() {
		if i > 0 {
			all += ", "
		}
		all += d.MediaType()
	}
	return all
}

// members are what can stand in the body.
func (a *asking) members(c *call, given bool) map[string]any {
	m := map[string]any{"criteria": a.read(c), "asAt": a.readAsAt(c), "moment": func(r *reader, path string) { a.take.At.Moment = record.Moment(r.whole(path)) }}
	if given {
		m["to"], m["why"] = &a.take.To, &a.take.Why
	}
	return m
}

// readAsAt reads as of when the record is given.
func (a *asking) readAsAt(c *call) func(*reader, string) {
	return func(r *reader, path string) {
		if at, ok := c.time(r, path, readEnd); ok {
			a.take.At.Time = at
		}
	}
}

// time reads a day or an instant as one of the query's parameters does.
func (c *call) time(r *reader, path string, read func(*service, string) (any, string)) (time.Time, bool) {
	before := len(r.faults)
	text := r.text(path)
	if r.broken != nil || len(r.faults) > before {
		return time.Time{}, false
	}
	v, wrong := read(c.service, text)
	at, ok := v.(time.Time)
	if wrong != "" || !ok {
		r.fault(path, standard.RuleBadDate, text, wrong)
	}
	return at, wrong == "" && ok
}

// criteriaMembers are the members of the criteria of an extract.
const criteriaMembers = "from, until, classes, categories, stay, records, maxSensitivity, allVersions, attachments, whereabouts, withholdNamed, decisions"

// read reads the criteria.
func (a *asking) read(c *call) func(*reader, string) {
	return func(r *reader, path string) {
		k := &a.criteria
		r.object(path, criteriaMembers, func(name string) bool {
			at := path + "/" + name
			switch name {
			case "from":
				k.From, _ = c.time(r, at, readStart)
			case "until":
				k.Until, _ = c.time(r, at, readStart)
			case "classes":
				r.list(at, func(at string) { k.Classes = append(k.Classes, r.text(at)) })
			case "categories":
				r.list(at, func(at string) { k.Categories = append(k.Categories, r.text(at)) })
			case "records":
				r.list(at, func(at string) { k.Records = append(k.Records, r.uid(at)) })
			case "stay":
				k.Stay = r.uid(at)
			case "maxSensitivity":
				k.MaxSensitivity = ehr.Sensitivity(r.whole(at))
			case "allVersions":
				k.AllVersions = r.yesNo(at)
			case "attachments":
				k.Attachments = r.yesNo(at)
			case "whereabouts":
				k.Whereabouts = r.yesNo(at)
			case "withholdNamed":
				k.WithholdNamed = r.yesNo(at)
			case "decisions":
				r.list(at, func(at string) { k.Decisions = append(k.Decisions, r.decision(at)) })
			default:
				return false
			}
			return true
		})
		k.Records = slices.DeleteFunc(k.Records, func(uid uuid.UUID) bool { return uid == uuid.Nil })
		if len(k.Records) > record.MaxChanges {
			r.fault(path+"/records", standard.RuleTooLong, "", fmt.Sprintf("At most %d records can be named.", record.MaxChanges))
		}
	}
}

// decision reads what was decided about a version whose words name what is left out.
func (r *reader) decision(path string) (d extract.Decision) {
	r.object(path, "version, withhold, why", func(name string) bool {
		at := path + "/" + name
		switch name {
		case "version":
			text := r.text(at)
			var err error
			if d.Version, err = record.ParseVersionID(text); err != nil && r.broken == nil {
				r.fault(at, "unknown-version", text, "Name the version as the preview of the extract does.")
			}
		case "withhold":
			d.Withhold = r.yesNo(at)
		case "why":
			d.Why = r.text(at)
		default:
			return false
		}
		return true
	})
	return d
}

// yesNo reads true or false.
func (r *reader) yesNo(path string) bool {
	v := r.value()
	if r.broken != nil {
		return false
	}
	if k := v.Kind(); k != 't' && k != 'f' {
		r.wrongType(path, "true or false", v)
	}
	return v.Kind() == 't'
}
