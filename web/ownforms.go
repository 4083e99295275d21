package web

import (
	"html/template"
	"net/http"

	"rosemary/access"
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
	file, err := c.config.Own.CheckOwn([]byte(text))
	if err != nil {
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
		area.ErrorMessage = nhsuk.ErrorMessageOptions{Text: fault}
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
	return page, nil
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
