package nhsuk

import (
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// DateInputOptions are the options of a date input. It asks for day, month and year, unless Items says otherwise.
type DateInputOptions struct {
	ID           string              `json:"id"`
	NamePrefix   string              `json:"namePrefix"` // names the fields prefix[day], prefix[month], prefix[year]
	Items        []DateItem          `json:"items"`
	Hint         HintOptions         `json:"hint"`
	ErrorMessage ErrorMessageOptions `json:"errorMessage"`
	FormGroup    InputsGroup         `json:"formGroup"`
	Fieldset     *FieldsetOptions    `json:"fieldset"`
	Day          DateItem            `json:"day"`
	Month        DateItem            `json:"month"`
	Year         DateItem            `json:"year"`
	Values       map[string]string   `json:"values"` // by the name of the item
	Disabled     bool                `json:"disabled"`
	Classes      string              `json:"classes"`
	Attributes   Attributes          `json:"attributes"`
}

// DateItem is one part of a date. With neither Error nor an error in any other part, the error message of the whole
// marks this part too, unless Error is No.
type DateItem struct {
	ID             string       `json:"id"`
	Name           string       `json:"name"`
	Value          string       `json:"value"`
	Label          LabelOptions `json:"label"`
	Error          Choice       `json:"error"`
	Type           string       `json:"type"`
	Prefix         Block        `json:"prefix"`
	Suffix         Block        `json:"suffix"`
	Width          int          `json:"width"`
	Inputmode      string       `json:"inputmode"`
	Spellcheck     Choice       `json:"spellcheck"`
	Autocomplete   string       `json:"autocomplete"`
	Autocapitalize string       `json:"autocapitalize"`
	Pattern        string       `json:"pattern"`
	Disabled       Choice       `json:"disabled"`
	DescribedBy    string       `json:"describedBy"`
	Classes        string       `json:"classes"`
	Attributes     Attributes   `json:"attributes"`
	Omit           bool         `json:"-"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *DateItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain DateItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// wrong says whether this very part is marked as one with an error.
func (o DateItem) wrong() bool {
	return o.Error == Yes || strings.Contains(o.Classes, "nhsuk-input--error")
}

// DateInput asks for a date, or for a part of one.
func DateInput(o DateInputOptions) template.HTML {
	by := ""
	if o.Fieldset != nil {
		by = o.Fieldset.DescribedBy
	}
	d := describe(o.ID, by, o.Hint, o.ErrorMessage)
	items := dateItems(o)
	anyWrong := false
	for _, item := range items {
		anyWrong = anyWrong || item.wrong()
	}
	parts := []template.HTML{o.FormGroup.BeforeInputs.html()}
	for _, item := range items {
		if !item.Omit {
			parts = append(parts, dateItem(o, item, anyWrong))
		}
	}
	parts = append(parts, o.FormGroup.AfterInputs.html())
	inner := stacked(d.hint, d.message,
		el("div", all(set("class", spaced("nhsuk-date-input", o.Classes)), opt("id", o.ID), o.Attributes), lines(parts...)))
	// Some screen readers do not read out the description of a fieldset of text inputs unless its role is group.
	return formGroup("", o.FormGroup.Classes, o.ErrorMessage.marked() || anyWrong, o.FormGroup.Attributes,
		inFieldset(o.Fieldset, "group", d.by, inner))
}

// dateItems are the parts that are asked for, each with its name, value and width.
func dateItems(o DateInputOptions) []DateItem {
	standard := []DateItem{o.Day, o.Month, o.Year}
	for i, name := range []string{"day", "month", "year"} {
		standard[i].Name = or(standard[i].Name, name)
		standard[i].Value = or(standard[i].Value, o.Values[standard[i].Name])
		if standard[i].Width == 0 && name == "year" {
			standard[i].Width = 4
		}
	}
	items := standard
	if len(o.Items) > 0 {
		items = append([]DateItem{}, o.Items...)
	}
	for i := range items {
		for j, name := range []string{"day", "month", "year"} {
			if items[i].Name == "" || items[i].Name != name && items[i].Name != standard[j].Name {
				continue
			}
			items[i].Value = or(items[i].Value, standard[j].Value)
			if items[i].Width == 0 && name == "year" {
				items[i].Width = 4
			}
		}
		items[i].Value = or(items[i].Value, o.Values[items[i].Name])
		if items[i].Width == 0 {
			items[i].Width = 2
		}
	}
	return items
}

func dateItem(o DateInputOptions, item DateItem, anyWrong bool) template.HTML {
	label := item.Label
	if label.Text == "" {
		label.Text = capitalised(item.Name)
	}
	label.Classes = spaced("nhsuk-date-input__label", label.Classes)
	name := item.Name
	if o.NamePrefix != "" {
		name = o.NamePrefix + "[" + item.Name + "]"
	}
	marked := item.Error == Yes || item.Error == Unsaid && o.ErrorMessage.marked() && !anyWrong
	if strings.Contains(item.Classes, "nhsuk-input--error") {
		marked = false // the class is there already
	}
	return el("div", set("class", "nhsuk-date-input__item"), lines(Input(InputOptions{
		ID: or(item.ID, o.ID+"-"+item.Name), Name: name, Value: item.Value, Type: item.Type, Label: label,
		ErrorMessage: ErrorMessageOptions{MarkOnly: marked}, Prefix: item.Prefix, Suffix: item.Suffix, Width: item.Width,
		Inputmode: or(item.Inputmode, "numeric"), Spellcheck: item.Spellcheck, Autocomplete: item.Autocomplete,
		Autocapitalize: item.Autocapitalize, Pattern: item.Pattern, Disabled: item.Disabled.or(o.Disabled),
		DescribedBy: item.DescribedBy, Classes: spaced("nhsuk-date-input__input", item.Classes), Attributes: item.Attributes,
	})))
}

// capitalised is the word with a first capital letter and the rest small.
func capitalised(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + strings.ToLower(s[n:])
}
