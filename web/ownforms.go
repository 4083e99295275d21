package web

import (
	"html/template"
	"net/http"

	"rosemary/access"
	"rosemary/care/language"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/form"
	"rosemary/web/nhsuk"
)

// OwnFiles reads the provider's own forms, classes and value sets as they stand now. What is in use is what the catalogue was made of at the start.
type OwnFiles interface {
	// ReadOwn reads the whole folder, by name, and judges each file.
	ReadOwn() ([]standard.OwnFile, error)
	// CheckOwn judges a text as if it stood in the folder; nothing is kept.
	CheckOwn(text []byte) (standard.OwnFile, error)
	// OwnLanguages reads the language files of the folder.
	OwnLanguages() ([]language.Source, error)
}

const fieldOwnText = "text"

// ownFormsPage says of every file of the provider's own whether it is good, and checks a text.
type ownFormsPage struct {
	Frame
	Files   []OwnRow
	Faulty  int
	Waiting int // files that are used from the next start
	Text    template.HTML
	Checked *OwnRow
}

// OwnRow is one file of the provider's own.
type OwnRow struct {
	Path   string
	Title  string
	Kind   string
	State  Tag
	Notes  string
	Faults []OwnFault
}

// OwnFault is one fault, with the line it stands in.
type OwnFault struct {
	Line    int
	Column  int
	Message string
	Text    string
}

// mayManageForms refuses whoever has no say in what is asked.
func (c *call) mayManageForms() error {
	if c.session.May(access.ToManageForms) {
		return nil
	}
	return &standard.Fault{Kind: standard.Forbidden, Message: "With the role " + c.session.Principal().RoleName + " you cannot manage forms.",
		Hint: "The manager of the home and the administrator can."}
}

// ownForms shows the provider's own files, read anew.
func (c *call) ownForms() error {
	if err := c.mayManageForms(); err != nil {
		return err
	}
	page, err := c.ownFormsPage("", "")
	if err != nil {
		return err
	}
	return c.render("ownforms", page)
}

// checkOwnForm checks a text that was pasted. Nothing is kept.
func (c *call) checkOwnForm() error {
	if err := c.mayManageForms(); err != nil {
		return err
	}
	text := c.r.PostFormValue(fieldOwnText)
	fault := ""
	if text == "" {
		fault = "Paste the text of a file"
	}
	page, err := c.ownFormsPage(text, fault)
	if err != nil {
		return err
	}
	if text == "" || c.config.Own == nil {
		return c.renderAs(http.StatusUnprocessableEntity, "ownforms", page)
	}
	var file standard.OwnFile
	if language.Looks([]byte(text)) {
		known, err := Sentences(c.config.Catalogue)
		if err != nil {
			return err
		}
		if file = language.Read("", []byte(text), known).Own; file.ID != "" {
			file.Name = standard.LanguageDir + "/" + file.ID + ".yaml"
		}
	} else if file, err = c.config.Own.CheckOwn([]byte(text)); err != nil {
		return err
	}
	row := ownRow(&file)
	page.Checked = &row
	if file.Good() {
		row.State = Tag{"Good", "green"}
		return c.render("ownforms", page)
	}
	row.State = Tag{"At fault", "red"}
	page.Errors = append(page.Errors, form.Error{Href: "#checked", Text: "The text is at fault. Nothing was kept"})
	return c.renderAs(http.StatusUnprocessableEntity, "ownforms", page)
}

// ownFormsPage reads the folder and lays it beside what is in use.
func (c *call) ownFormsPage(text, fault string) (ownFormsPage, error) {
	page := ownFormsPage{Frame: c.frame("Our own forms and classes")}
	page.Back = &Link{Text: "The standard", Href: "/standard"}
	area := nhsuk.TextareaOptions{
		ID: fieldOwnText, Name: fieldOwnText, Value: text, Rows: 12, Spellcheck: nhsuk.No,
		Label: nhsuk.LabelOptions{Text: "Text of a form, class or value set"}, Hint: nhsuk.HintOptions{Text: "It is checked beside the files above. Nothing is kept."},
	}
	if fault != "" {
		area.ErrorMessage = wrongIn(c.words, fault)
		page.Errors = append(page.Errors, form.Error{Href: "#" + fieldOwnText, Text: fault})
	}
	page.Text = nhsuk.Textarea(area)
	if c.config.Own == nil {
		return page, nil
	}
	files, err := c.config.Own.ReadOwn()
	if err != nil {
		return page, err
	}
	used := map[string]standard.OwnFile{}
	for _, f := range c.config.Catalogue.Own() {
		used[f.Name] = f
	}
	for i := range files {
		row := ownRow(&files[i])
		now, was := files[i].Good(), used[files[i].Name]
		switch inUse := was.Name != "" && was.Good(); {
		case now && inUse && was.Hash == files[i].Hash:
			row.State = Tag{"In use", "green"}
		case now:
			row.State, row.Notes = Tag{"Good", "blue"}, "Used from the next start."
			page.Waiting++
		case inUse:
			row.State, row.Notes = Tag{"At fault", "red"}, "Until the next start, what was read at the last one goes on being used. After that the file is not used until it is put right."
		default:
			row.State, row.Notes = Tag{"At fault", "red"}, "Not used until it is put right."
		}
		if !now {
			page.Faulty++
		}
		page.Files = append(page.Files, row)
		delete(used, files[i].Name)
	}
	for _, was := range c.config.Catalogue.Own() {
		if _, gone := used[was.Name]; gone && was.Good() {
			row := ownRow(&was)
			row.State, row.Notes = Tag{"Removed", "grey"}, "Used until the next start. What was written with it stays."
			page.Files = append(page.Files, row)
		}
	}
	return page, c.ownLanguages(&page)
}

// mostFaults is how many faults of one language file the page tells.
const mostFaults = 100

// ownLanguages shows the language files as they lie there now: how much of each is translated, and what is wrong with it. A sentence at fault is said in English, the rest of the file is used.
func (c *call) ownLanguages(page *ownFormsPage) error {
	files, err := languageFiles(c.config)
	if err != nil {
		return err
	}
	for i := range files {
		f := &files[i]
		row := ownRow(&f.Own)
		row.Notes = c.words.Counted(f.Done, "{count} sentence is said in the language, {left} in English.", "{count} sentences are said in the language, {left} in English.", "left", plain.Whole(len(f.Absent)))
		inUse := f.Words != nil && c.tongueOf(f.Words.Tag) != nil
		switch {
		case f.Words == nil:
			row.State, row.Notes = Tag{"At fault", "red"}, c.word("Not used until it is put right.")
		case !inUse:
			row.State, row.Notes = Tag{"Good", "blue"}, c.word("Used from the next start.")+" "+row.Notes
			page.Waiting++
		default:
			row.State, row.Notes = Tag{"In use", "green"}, c.word("As it was at the last start.")+" "+row.Notes
		}
		if more := len(row.Faults) - mostFaults; more > 0 {
			row.Faults = row.Faults[:mostFaults]
			row.Notes += " " + c.words.Counted(more, "One more fault is told by: rosemary words check", "{count} more faults are told by: rosemary words check")
		}
		if !f.Own.Good() {
			page.Faulty++
			if f.Words != nil {
				row.State = Tag{"Partly at fault", "red"}
			}
		}
		page.Files = append(page.Files, row)
	}
	return nil
}

func ownRow(f *standard.OwnFile) OwnRow {
	row := OwnRow{Title: f.Title, Kind: f.Kind}
	if f.Name != "" {
		row.Path = "standard/" + f.Name
	}
	if row.Title == "" {
		row.Title = f.ID
	}
	for i, fault := range f.Faults {
		row.Faults = append(row.Faults, OwnFault{fault.Line, fault.Column, fault.Message, f.Lines[i]})
	}
	return row
}
