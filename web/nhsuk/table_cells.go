package nhsuk

import (
	"html/template"
	"strings"
)

// cell is a cell of a table, of whatever kind, once everything about it has been decided.
type cell struct {
	TableCell
	element     string
	scope, role string
	more        Attributes // before the caller's own
	header      *TableHeader
}

func tableHead(o TableOptions, s sorting) template.HTML {
	if len(o.Head) == 0 {
		return ""
	}
	var cells []template.HTML
	for _, h := range o.Head {
		if !h.Omit {
			cells = append(cells, tableHeader(o, h, s))
		}
	}
	return el("thead", all(set("class", "nhsuk-table__head"), opt("role", classIf(o.Responsive, "rowgroup"))),
		lines(tableRow(o, cells)))
}

func tableRow(o TableOptions, cells []template.HTML) template.HTML {
	return el("tr", all(set("class", "nhsuk-table__row"), opt("role", classIf(o.Responsive, "row"))), lines(cells...))
}

func tableHeader(o TableOptions, h TableHeader, s sorting) template.HTML {
	c := cell{
		TableCell: TableCell{
			Text: h.Text, HTML: h.HTML, VisuallyHiddenText: h.VisuallyHiddenText, Href: h.Href, Format: h.Format,
			Colspan: h.Colspan, Rowspan: h.Rowspan, Align: h.Align, Width: h.Width, Classes: h.Classes,
			Attributes: h.Attributes,
		},
		element: "th", scope: "col", role: classIf(o.Responsive, "columnheader"),
	}
	c.more = flag("data-sort", h.Sort != "")
	if !s.onServer && s.any {
		c.more = all(c.more, opt("data-sort-next", string(h.SortNext)))
	}
	if h.Sort != Sortable {
		c.more = all(c.more, opt("aria-sort", string(h.Sort)))
	}
	return tableCell(o, c)
}

func tableBody(o TableOptions) template.HTML {
	var rows []template.HTML
	for _, row := range o.Rows {
		if len(row) == 0 {
			continue
		}
		var cells []template.HTML
		for i, data := range row {
			if data.Omit {
				continue
			}
			var header TableHeader
			if i < len(o.Head) {
				header = o.Head[i]
			}
			cells = append(cells, tableData(o, data, header, i == 0 && o.FirstCellIsHeader))
		}
		rows = append(rows, tableRow(o, cells))
	}
	return el("tbody", set("class", "nhsuk-table__body"), lines(rows...))
}

func tableData(o TableOptions, data TableCell, header TableHeader, isHeader bool) template.HTML {
	c := cell{TableCell: data, element: "td", header: &header}
	if isHeader {
		c.element, c.scope = "th", "row"
	}
	if o.Responsive {
		c.role = "cell"
		if isHeader {
			c.role = "rowheader"
		}
	}
	if data.Align == "" {
		c.Align = header.Align
		if data.Format == "string" && header.Format == "numeric" {
			c.Align = "right"
		}
	}
	c.Format = or(data.Format, header.Format)
	c.more = opt("data-sort-value", data.SortValue)
	return tableCell(o, c)
}

func tableCell(o TableOptions, c cell) template.HTML {
	class := "nhsuk-table__cell"
	if c.element == "th" {
		class = "nhsuk-table__header"
	}
	if o.Responsive {
		c.Colspan = 0 // each row is laid out as a list
	}
	a := all(set("class", spaced(class, modifier(class, c.Format, c.Classes, "numeric"), alignClass(c.Align, c.Classes),
		widthClass(c.Width, c.Classes), c.Classes)), opt("scope", c.scope), opt("role", c.role),
		number("colspan", c.Colspan), number("rowspan", c.Rowspan), c.more, c.Attributes)
	inner := tableValue(c.HTML, c.Text, c.VisuallyHiddenText)
	if c.Href != "" {
		inner = el("a", all(set("class", "nhsuk-link"), set("href", c.Href)), inner)
	}
	if o.Responsive && c.header != nil {
		if c.HTML != "" {
			inner = el("span", nil, inner)
		}
		h := c.header
		inner = join(el("span", all(set("class", "nhsuk-table__heading"), set("aria-hidden", "true")),
			join(tableValue(h.HTML, h.Text, h.VisuallyHiddenText), " ")), inner)
	}
	return el(c.element, a, lines(inner))
}

// alignClass is the class for an alignment, unless the caller's own classes choose one.
func alignClass(align, classes string) string {
	chosen := ""
	for _, a := range []string{"left", "centre", "right"} {
		if strings.Contains(classes, "nhsuk-u-text-align-"+a) {
			return ""
		}
		if a == align {
			chosen = "nhsuk-u-text-align-" + a
		}
	}
	return chosen
}

// tableValue is what a cell says, and what it says only to a screen reader.
func tableValue(html template.HTML, s, said string) template.HTML {
	inner := content(html, s)
	if said == "" {
		return inner
	}
	if inner != "" {
		return join(inner, hidden(" "+text(said)))
	}
	return hidden(text(said))
}
