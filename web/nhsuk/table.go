package nhsuk

import (
	"html/template"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// TableOptions are the options of a table.
type TableOptions struct {
	ID                string         `json:"id"`
	Border            Choice         `json:"border"`
	LastRowBorder     Choice         `json:"lastRowBorder"`
	Rows              []TableRow     `json:"rows"`
	Head              []TableHeader  `json:"head"`
	Caption           HeadingOptions `json:"caption"`
	FirstCellIsHeader bool           `json:"firstCellIsHeader"`
	Compact           bool           `json:"compact"`
	Responsive        bool           `json:"responsive"`
	Scroll            bool           `json:"scroll"`
	Striped           bool           `json:"striped"`
	Variant           string         `json:"variant"` // reverse
	Card              *CardOptions   `json:"card"`
	Panel             bool           `json:"panel"`        // deprecated: set Card
	Heading           string         `json:"heading"`      // deprecated: set Card.Heading
	HeadingLevel      int            `json:"headingLevel"` // deprecated: set Card.Heading.Level
	Classes           string         `json:"classes"`
	Attributes        Attributes     `json:"attributes"`

	AscendingText        string `json:"ascendingText"`
	DescendingText       string `json:"descendingText"`
	SortAnnouncementText string `json:"sortAnnouncementText"`
}

// TableRow is one row of a table. A row without cells is left out.
type TableRow []TableCell

// UnmarshalJSONFrom reads false as no row, or a list of cells.
func (r *TableRow) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var omit bool
	return omitOr(dec, &omit, (*[]TableCell)(r))
}

// TableCell is one cell of a table.
type TableCell struct {
	Text               string        `json:"text"`
	HTML               template.HTML `json:"html"`
	VisuallyHiddenText string        `json:"visuallyHiddenText"`
	Href               string        `json:"href"`
	Format             string        `json:"format"` // numeric or string; that of the column, if it is empty
	SortValue          string        `json:"sortValue"`
	Colspan            int           `json:"colspan"`
	Rowspan            int           `json:"rowspan"`
	Align              string        `json:"align"` // left, centre or right; that of the column, if it is empty
	Width              string        `json:"width"`
	Classes            string        `json:"classes"`
	Attributes         Attributes    `json:"attributes"`
	Omit               bool          `json:"-"`
}

// UnmarshalJSONFrom reads a string as the text, false as Omit, or an object.
func (o *TableCell) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain TableCell
	if dec.PeekKind() == '"' {
		return json.UnmarshalDecode(dec, &o.Text)
	}
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// TableHeader is the header of one column of a table.
type TableHeader struct {
	Text               string        `json:"text"`
	HTML               template.HTML `json:"html"`
	VisuallyHiddenText string        `json:"visuallyHiddenText"`
	Href               string        `json:"href"`   // sorts on the server
	Format             string        `json:"format"` // numeric or string
	Sort               SortOrder     `json:"sort"`
	SortNext           SortOrder     `json:"sortNext"`
	Colspan            int           `json:"colspan"`
	Rowspan            int           `json:"rowspan"`
	Align              string        `json:"align"`
	Width              string        `json:"width"`
	Classes            string        `json:"classes"`
	Attributes         Attributes    `json:"attributes"`
	Omit               bool          `json:"-"`
}

// UnmarshalJSONFrom reads a string as the text, false as Omit, or an object.
func (o *TableHeader) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain TableHeader
	if dec.PeekKind() == '"' {
		return json.UnmarshalDecode(dec, &o.Text)
	}
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// SortOrder is how a column is sorted. A column without one cannot be sorted by.
type SortOrder string

// The orders. Sortable is a column that can be sorted by but is not now.
const (
	Sortable   SortOrder = "none"
	Ascending  SortOrder = "ascending"
	Descending SortOrder = "descending"
)

// UnmarshalJSONFrom reads true as Sortable, or a string.
func (s *SortOrder) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == 't' {
		*s = Sortable
		return dec.SkipValue()
	}
	return json.UnmarshalDecode(dec, (*string)(s))
}

// Table shows figures and facts in rows and columns.
func Table(o TableOptions) template.HTML {
	s := tableSort(o)
	class := tableClass(o, s)
	captionID := tableCaptionID(o)
	sortedByScript := strings.Contains(class, "nhsuk-table--sortable") && !s.onServer
	table := el("table",
		all(set("class", class), opt("id", o.ID), opt("data-module", classIf(sortedByScript, "nhsuk-table")),
			message("sort-announcement", o.SortAnnouncementText), message("ascending", o.AscendingText),
			message("descending", o.DescendingText), opt("role", classIf(o.Responsive, "table")), o.Attributes),
		lines(tableCaption(o, class, captionID), tableHead(o, s), tableBody(o)))
	if o.Scroll {
		table = Scroll(ScrollOptions{HTML: table, LabelledBy: captionID, Variant: o.Variant})
	}
	return tableInCard(o, table)
}

// sorting is whether a table can be sorted, and whether the server does it.
type sorting struct {
	any, onServer bool
}

func tableSort(o TableOptions) sorting {
	var s sorting
	for _, h := range o.Head {
		s.any = s.any || h.Sort != ""
		s.onServer = s.onServer || s.any && h.Href != ""
	}
	return s
}

func tableClass(o TableOptions, s sorting) string {
	border := ""
	if o.Border == No {
		border = modifierIf(true, "nhsuk-table", "no-border", o.Classes)
	} else if o.LastRowBorder == No {
		border = modifierIf(true, "nhsuk-table", "no-last-row-border", o.Classes)
	}
	return spaced("nhsuk-table", modifier("nhsuk-table", o.Variant, o.Classes, "reverse"),
		modifierIf(o.Compact, "nhsuk-table", "compact", o.Classes),
		modifierIf(o.Responsive, "nhsuk-table", "responsive", o.Classes), border,
		modifierIf(s.any, "nhsuk-table", "sortable", o.Classes),
		modifierIf(o.Striped, "nhsuk-table", "striped", o.Classes), o.Classes)
}

// tableCaptionID is the id of the caption. A table that scrolls is named by its caption, which therefore needs one.
func tableCaptionID(o TableOptions) string {
	switch {
	case o.Caption.ID != "" || !o.Scroll:
		return o.Caption.ID
	case o.ID != "":
		return o.ID + "-caption"
	case o.Caption.Text == "":
		return ""
	}
	slug := []rune(strings.ToLower(strings.ReplaceAll(o.Caption.Text, " ", "-")))
	return "table-" + string(slug[:min(len(slug), 40)]) + "-caption"
}

func tableCaption(o TableOptions, class, id string) template.HTML {
	c := o.Caption
	c.ID = id
	c.Element = "caption"
	if c.VisuallyHiddenText == "" && strings.Contains(class, "nhsuk-table--sortable") {
		c.VisuallyHiddenText = "Column headers are sortable"
	}
	if c.VisuallyHiddenText != "" {
		c.VisuallyHiddenText = "(" + c.VisuallyHiddenText + ")"
	}
	if !c.Caption.inside() {
		c.Caption.Placement = ""
	}
	if c.Caption.Size == "" {
		c.Caption.Size = c.Size
	}
	return headingIn(c, "nhsuk-table__caption", 0, "", "s", "m", "l", "xl")
}

// tableInCard sets a table in its card, if it has one.
func tableInCard(o TableOptions, table template.HTML) template.HTML {
	if o.Card == nil && !o.Panel {
		return table
	}
	var card CardOptions
	if o.Card != nil {
		card = *o.Card
	}
	if card.Heading.empty() {
		card.Heading.Text, card.Heading.Level = o.Heading, o.HeadingLevel
	}
	card.Variant = or(card.Variant, classIf(o.Panel, "feature"))
	card.Description.HTML = table
	return Card(card)
}
