package form

import (
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"rosemary/record"
	"rosemary/standard"
	"rosemary/web/nhsuk"
)

// accepted is what the browser is told to offer. The first makes a phone offer its camera, and an iPhone send a form that everybody can see.
const accepted = "image/*,application/pdf,text/plain,audio/*"

// KeptFile is a file that was sent with a form and is kept already, before the record that is to name it.
type KeptFile struct {
	record.Attachment
	Name string // as it was called where it came from
}

// FileOf reports whether a posted field is where a file was chosen, and of which question.
func FileOf(field string) (base string, ok bool) { return strings.CutSuffix(field, partFile) }

// Keep answers a question with a file that is kept. Classes are those with the role attachment; the form says which of them it asks for.
func Keep(values url.Values, base string, classes []*standard.Class, file KeptFile) {
	class := blockOf(values.Get(base+partBlock), classes)
	if class == nil {
		return
	}
	values.Del(base + partWrong)
	values.Del(base + partDrop)
	for role, text := range map[string]string{
		standard.RoleAttachmentHash: file.Hash.String(), standard.RoleAttachmentType: file.MediaType,
		standard.RoleAttachmentSize: strconv.FormatInt(file.Size, 10), standard.RoleAttachmentName: shortName(file.Name),
	} {
		if e := class.ByRole(role); e != nil {
			values.Set(under(base, e.ID), text)
			values.Del(under(base, e.ID) + partKept)
		}
	}
}

// shortName is a file name that fits: its end, which says what it is, stays.
func shortName(name string) string {
	name = oneLine(name[strings.LastIndexAny(name, `/\`)+1:])
	if runes := []rune(name); len(runes) > 200 {
		return string(runes[:180]) + "…" + string(runes[len(runes)-19:])
	}
	return name
}

// Wrong says at a question what is wrong with the file that was chosen.
func Wrong(values url.Values, base, message string) { values.Set(base+partWrong, message) }

// DropFiles takes out the files that the form was told to take out.
func DropFiles(values url.Values, classes []*standard.Class) {
	for key := range values {
		base, ok := strings.CutSuffix(key, partDrop)
		if !ok {
			continue
		}
		values.Del(key)
		if class := blockOf(values.Get(base+partBlock), classes); class != nil {
			for _, e := range class.Elements {
				if hiddenPart(e) {
					values.Del(under(base, e.ID))
				}
			}
		}
	}
}

func blockOf(id string, classes []*standard.Class) *standard.Class {
	for _, class := range classes {
		if class.ID == id {
			return class
		}
	}
	return nil
}

// hiddenPart reports whether an element of a file is found out by the program and asked of nobody.
func hiddenPart(e *standard.Element) bool {
	switch e.Role {
	case standard.RoleAttachmentHash, standard.RoleAttachmentType, standard.RoleAttachmentSize, standard.RoleAttachmentName:
		return true
	}
	return false
}

// file shows a question that is answered with a file.
func (b *builder) file(f *Field) {
	f.File = map[string]string{}
	for _, e := range f.Element.Block.Elements {
		name := under(f.Name, e.ID)
		if hiddenPart(e) {
			f.File[e.Role] = b.values.Get(name)
			if fault := b.faults[name]; fault != "" { // nobody can see that question: this one says what is wrong
				if b.values.Get(name) == "" {
					fault = "Choose a file, or take out what is written about it."
				}
				if b.faults[f.Name] == "" {
					f.Error, b.faults[f.Name] = Fault(f.in, fault), fault
				}
				delete(b.faults, name)
			}
			continue
		}
		child := b.field(e, name)
		f.Answered = f.Answered || child.Answered
		f.Faulty = f.Faulty || child.Faulty
		f.Ask = append(f.Ask, child)
	}
	if wrong := b.values.Get(f.Name + partWrong); wrong != "" {
		f.Error = wrong
		if b.faults == nil {
			b.faults = map[string]string{}
		}
		b.faults[f.Name] = wrong
	}
	if hash := f.File[standard.RoleAttachmentHash]; hash != "" {
		f.Answered = true
		if b.options.Preview != nil {
			f.Preview = b.options.Preview(hash, f.File[standard.RoleAttachmentType])
		}
	}
	f.Faulty = f.Faulty || f.Error != ""
}

// keptName says which file is kept, and how large it is.
func (f *Field) keptName() string {
	name := f.File[standard.RoleAttachmentName]
	if name == "" {
		name = f.in.Say("the file")
	}
	n, _ := strconv.ParseInt(f.File[standard.RoleAttachmentSize], 10, 64)
	return name + " (" + Bytes(n) + ")"
}

// Bytes says how large a file is, in words.
func Bytes(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

// choosing writes a question that is answered with a file: what is kept already, where to choose one, and what is asked about it.
func (f *Field) choosing() template.HTML {
	body := hidden(f.Name+partBlock, f.Element.Block.ID)
	words, label := f.in.Say("Choose a file, or take a photograph"), f.Label
	if f.File[standard.RoleAttachmentHash] != "" {
		for _, e := range f.Element.Block.Elements {
			if hiddenPart(e) {
				body += hidden(under(f.Name, e.ID), f.File[e.Role])
			}
		}
		kept := `<p class="rm-file__name"><span aria-hidden="true">✓</span> ` + escaped(f.in.Say("Kept: {file}", "file", f.keptName())) + `</p>`
		if f.Preview != "" {
			kept = `<img class="rm-file__picture" src="` + escaped(f.Preview) + `" alt="` + escaped(f.in.Say("The picture that is kept")) + `">` + kept
		}
		body += `<div class="rm-file__kept">` + kept + `</div>`
		words = f.in.Say("Choose another file instead")
		body += nhsuk.Checkboxes(nhsuk.CheckboxesOptions{IDPrefix: f.Name + partDrop, Name: f.Name + partDrop, Small: true, Items: []nhsuk.CheckboxItem{
			{Value: "yes", HTML: escaped(f.in.Say("Take this file out")) + `<span class="nhsuk-u-visually-hidden">: ` + escaped(label) + `</span>`}}})
	}
	hint := f.hint()
	if hint.Text == "" && f.Number <= 1 {
		hint.Text = f.in.Say("A picture, a PDF, plain text or a recording.")
	}
	upload := nhsuk.FileUpload(nhsuk.FileUploadOptions{
		Plain: true, ID: f.Name, Name: f.Name + partFile, Hint: hint, ErrorMessage: f.wrong(), Attributes: nhsuk.Attributes{{Name: "accept", Value: accepted}},
		Label: nhsuk.LabelOptions{HTML: escaped(words) + `<span class="nhsuk-u-visually-hidden">: ` + escaped(label) + `</span>`},
	})
	body += upload + joined(f.Ask)
	if f.Number > 0 {
		return body
	}
	return nhsuk.Fieldset(nhsuk.FieldsetOptions{Classes: "rm-file", HTML: body, Legend: nhsuk.LegendOptions{HTML: f.question(), Size: "s"}})
}

// fileValue reads a question that is answered with a file; nil when there is no answer.
func (r *reader) fileValue(e *standard.Element, base, at string) standard.Value {
	if wrong := r.values.Get(base + partWrong); wrong != "" {
		r.fault(base, wrong)
	}
	g := r.group(e.Block, base, at)
	if len(g.Entries) == 0 {
		return nil
	}
	return &g
}
