package nhsuk

import (
	"html/template"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// SummaryListOptions are the options of a summary list. HTML takes the place of the rows.
type SummaryListOptions struct {
	ID            string        `json:"id"`
	Border        Choice        `json:"border"`
	LastRowBorder Choice        `json:"lastRowBorder"`
	Rows          []SummaryRow  `json:"rows"`
	HTML          template.HTML `json:"html"`
	Card          *CardOptions  `json:"card"`
	Classes       string        `json:"classes"`
	Attributes    Attributes    `json:"attributes"`
}

// SummaryRow is one thing that is known, with what can be done about it.
type SummaryRow struct {
	ID         string      `json:"id"`
	Border     Choice      `json:"border"`
	Key        SummaryCell `json:"key"`
	Value      SummaryCell `json:"value"`
	Actions    Actions     `json:"actions"`
	Classes    string      `json:"classes"`
	Attributes Attributes  `json:"attributes"`
	Omit       bool        `json:"-"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *SummaryRow) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain SummaryRow
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// SummaryCell is the name of a thing, or what is known of it.
type SummaryCell struct {
	ID         string        `json:"id"`
	Text       string        `json:"text"`
	HTML       template.HTML `json:"html"`
	Width      string        `json:"width"` // such as one-third
	Classes    string        `json:"classes"`
	Attributes Attributes    `json:"attributes"`
}

// UnmarshalJSONFrom reads a string as the text, or an object.
func (o *SummaryCell) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain SummaryCell
	return textOr(dec, &o.Text, (*plain)(o))
}

// SummaryList shows what is known, such as the answers that a person gave.
func SummaryList(o SummaryListOptions) template.HTML {
	border := ""
	if o.Border == No {
		border = modifierIf(true, "nhsuk-summary-list", "no-border", o.Classes)
	} else if o.LastRowBorder == No {
		border = modifierIf(true, "nhsuk-summary-list", "no-last-row-border", o.Classes)
	}
	var rows []SummaryRow
	hasActions := false
	for _, row := range o.Rows {
		if !row.Omit {
			rows = append(rows, row)
			hasActions = hasActions || len(row.Actions.Items) > 0 && !row.Actions.bare
		}
	}
	parts := make([]template.HTML, len(rows))
	for i, row := range rows {
		parts[i] = summaryRow(o, row, hasActions, i == len(rows)-1)
	}
	if o.HTML != "" {
		parts = []template.HTML{o.HTML}
	}
	list := el("dl", all(set("class", spaced("nhsuk-summary-list", border, o.Classes)), opt("id", o.ID), o.Attributes),
		lines(parts...))
	if o.Card == nil {
		return list
	}
	card := *o.Card
	card.Description.HTML = list
	return Card(card)
}

func summaryRow(o SummaryListOptions, row SummaryRow, hasActions, last bool) template.HTML {
	var about HeadingOptions
	if o.Card != nil {
		about = o.Card.Heading
	}
	actions := row.Actions
	links := actions.links(about)
	noBorder := row.Border == No && !(o.LastRowBorder == No && last) &&
		!strings.Contains(o.Classes, "nhsuk-summary-list--no-border") &&
		!strings.Contains(o.Classes, "nhsuk-summary-list--no-last-row-border")
	class := spaced("nhsuk-summary-list__row",
		classIf(hasActions && len(links) == 0, "nhsuk-summary-list__row--no-actions"),
		modifierIf(noBorder, "nhsuk-summary-list__row", "no-border", row.Classes), row.Classes)
	var acts template.HTML
	if len(links) > 0 {
		inner := lines(links...)
		if len(links) > 1 {
			for i, l := range links {
				links[i] = el("li", set("class", "nhsuk-summary-list__actions-list-item"), lines(l))
			}
			inner = lines(el("ul", set("class", "nhsuk-summary-list__actions-list"), lines(links...)))
		}
		acts = el("dd", all(set("class", spaced("nhsuk-summary-list__actions", widthClass(actions.Width, actions.Classes),
			actions.Classes)), opt("id", actions.ID), actions.Attributes), inner)
	}
	return el("div", all(set("class", class), opt("id", row.ID), row.Attributes),
		lines(summaryCell("dt", "key", row.Key), summaryCell("dd", "value", row.Value), acts))
}

func summaryCell(tag, part string, o SummaryCell) template.HTML {
	class := spaced("nhsuk-summary-list__"+part, widthClass(o.Width, o.Classes), o.Classes)
	return el(tag, all(set("class", class), opt("id", o.ID), o.Attributes), lines(content(o.HTML, o.Text)))
}

// widthClass is the class for a width such as one-third, unless the caller's own classes have it.
func widthClass(width, classes string) string {
	class := "nhsuk-u-width-" + width
	return classIf(width != "" && !strings.Contains(classes, class), class)
}
