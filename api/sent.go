package api

import (
	"fmt"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// What a sender sends: a change, a contribution of changes, several contributions at once. The members are named as replies name them.

const (
	changeMembers       = "type, record, expected, class, status, sensitivity, author, informationProvider, recorded, description, content"
	oneChangeMembers    = "contribution, " + changeMembers
	contributionMembers = "id, description, changes"
	severalMembers      = "id, stream, description, changes"
	maxContributions    = 200
)

// change reads one change. Others reads members that stand beside those of a change.
func (r *reader) change(path, known string, others func(name string) bool) record.ProposedChange {
	ch := record.ProposedChange{Path: path}
	typed := false
	r.object(path, known, func(name string) bool {
		switch name {
		case "type":
			ch.Type, typed = record.ChangeType(r.text(path+"/type")), true
		case "record":
			ch.Record = r.uid(path + "/record")
		case "expected":
			ch.Expected = r.whole(path + "/expected")
		case "class":
			ch.Class = r.text(path + "/class")
		case "status":
			ch.Status = record.Status(r.text(path + "/status"))
		case "sensitivity":
			ch.Sensitivity = r.text(path + "/sensitivity")
		case "author":
			ch.Author = r.uid(path + "/author")
		case "informationProvider":
			ch.InformationProvider = r.text(path + "/informationProvider")
		case "recorded":
			ch.Recorded = r.text(path + "/recorded")
		case "description":
			ch.Description = r.text(path + "/description")
		case "content":
			ch.Content = r.raw(path + "/content")
		default:
			return others != nil && others(name)
		}
		return true
	})
	if r.broken == nil {
		r.changeType(&ch, typed)
	}
	return ch
}

// changeType refuses kinds of change that do not make a version: signing has a resource of its own.
func (r *reader) changeType(ch *record.ProposedChange, typed bool) {
	if !typed && ch.Type == "" {
		return // the handler knows what is meant, or says that it is missing
	}
	if !ch.Type.MakesVersion() {
		r.fault(ch.Path+"/type", "unknown-change", string(ch.Type), "The kind of change must be create, modify, correct, complete or enter-in-error.")
	}
}

// mustBeTyped refuses a change that does not say what kind it is.
func (r *reader) mustBeTyped(ch *record.ProposedChange) {
	if r.broken == nil && ch.Type == "" && !r.faulted(ch.Path+"/type") {
		r.fault(ch.Path+"/type", "must-occur", "", "Say what kind of change it is: create, modify, correct, complete or enter-in-error.")
	}
}

func (r *reader) faulted(path string) bool {
	for _, f := range r.faults {
		if f.Path == path {
			return true
		}
	}
	return false
}

// contribution reads one contribution. Owner reads the members that say whose it is.
func (r *reader) contribution(path, known string, owner func(p *record.Proposal, name string) bool) *record.Proposal {
	p := &record.Proposal{}
	r.object(path, known, func(name string) bool {
		switch name {
		case "id":
			p.ID = r.uid(path + "/id")
		case "description":
			p.Description = r.text(path + "/description")
		case "changes":
			r.list(path+"/changes", func(at string) {
				ch := r.change(at, changeMembers, nil)
				r.mustBeTyped(&ch)
				p.Changes = append(p.Changes, ch)
			})
		default:
			return owner != nil && owner(p, name)
		}
		return true
	})
	if n := len(p.Changes); r.broken == nil && (n == 0 || n > record.MaxChanges) && !r.faulted(path+"/changes") {
		r.fault(path+"/changes", "change-count", fmt.Sprint(n), fmt.Sprintf("A contribution holds between 1 and %d changes.", record.MaxChanges))
	}
	return p
}

// contributions reads several contributions that are to be committed together.
func (r *reader) contributions() []*record.Proposal {
	var all []*record.Proposal
	r.object("", "contributions", func(name string) bool {
		if name != "contributions" {
			return false
		}
		r.list("/contributions", func(at string) {
			p := r.contribution(at, severalMembers, func(p *record.Proposal, name string) bool {
				if name == "stream" {
					p.Stream = r.uid(at + "/stream")
				}
				return name == "stream"
			})
			if r.broken == nil && p.Stream == uuid.Nil && !r.faulted(at+"/stream") {
				r.fault(at+"/stream", "must-occur", "", "Say whose record it is: the id of the person, or of the entry of the directory.")
			}
			all = append(all, p)
		})
		return true
	})
	if n := len(all); r.broken == nil && (n == 0 || n > maxContributions) && !r.faulted("/contributions") {
		r.fault("/contributions", "contribution-count", fmt.Sprint(n), fmt.Sprintf("Send between 1 and %d contributions at once.", maxContributions))
	}
	return all
}

// refuse gives the faults of form that a reader found, and with them those of the contents, so that a sender hears of all at once. It is nil when
// the form is right: then the record itself says what is wrong with the contents.
func (s *service) refuse(r *reader, proposals ...*record.Proposal) error {
	if err := r.finish(); err == nil || r.broken != nil {
		return err
	}
	for _, p := range proposals {
		for i := range p.Changes {
			ch := &p.Changes[i]
			class, ok := s.Catalogue.Class(ch.Class)
			if !ok || len(ch.Content) == 0 || class.Kind != standard.KindRecord || p.Stream == uuid.Nil {
				continue
			}
			_, found := class.Decode(ch.Content, standard.DecodeOptions{
				Prefix: ch.Path + "/content", AllowIncomplete: ch.Status == record.Incomplete, Subject: p.Stream,
			})
			r.faults = append(r.faults, found...)
		}
	}
	return standard.Refuse("This could not be saved. Nothing was changed.", r.faults)
}
