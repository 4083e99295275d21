// Package packpdf writes the pack that goes to hospital with somebody as a PDF: A4, two pages that are read first, then the details, with the person's name on every
// page.
//
// It lays out what care has assembled and decides nothing about what goes. Such a file has no tags for a screen reader: the same pack is always offered as a page.
package packpdf

import (
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"rosemary/care"
	"rosemary/care/plain"
)

// Sheet is what stands on the pack besides the pack.
type Sheet struct {
	To, Why string
	By      string // who made it
	Zone    *time.Location

	Title string    // "": it is the pack for hospital
	Then  string    // the past moment that it shows; "": now
	Made  time.Time // of one that is not the pack for hospital
}

// Measures in millimetres and points.
const (
	margin, width     = 11.0, 210.0
	label             = 40.0
	small, text, head = 7.4, 8.2, 9.2
	family            = "go"
	noGlyph           = '□'
)

// writer writes one pack.
type writer struct {
	pdf   *fpdf.Fpdf
	font  *sfnt.Font
	lost  bool // some letters are not in the font
	inner float64
}

// Write writes the pack.
func Write(out io.Writer, pack care.Pack, sheet Sheet) error {
	font, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return fmt.Errorf("the font of the pack: %w", err)
	}
	w := &writer{pdf: fpdf.New("P", "mm", "A4", ""), font: font, inner: width - 2*margin}
	w.pdf.AddUTF8FontFromBytes(family, "", goregular.TTF)
	w.pdf.AddUTF8FontFromBytes(family, "B", gobold.TTF)
	w.pdf.SetMargins(margin, margin, margin)
	w.pdf.SetAutoPageBreak(true, 14)
	w.pdf.SetCreationDate(pack.Made.UTC())
	w.pdf.SetModificationDate(pack.Made.UTC())
	w.pdf.SetCatalogSort(true)
	w.pdf.SetLang("en-GB")
	w.pdf.SetTitle(sheet.title(), true)
	w.pdf.AliasNbPages("{pages}")
	w.pdf.SetFooterFunc(func() { w.footer(pack, sheet) })
	w.pdf.AddPage()
	w.top(pack, sheet)
	for _, part := range pack.Front {
		w.part(part)
	}
	if sheet.Title != "" {
		w.parts(pack)
		return w.finish(out)
	}
	w.line("", "Safeguarding records, what is held closely and what was said in confidence are not in any pack. If they matter for the treatment, ring the manager of the home.", small)
	w.pdf.AddPage()
	w.heading("The details", head+2, false)
	for _, part := range pack.Details {
		w.part(part)
	}
	return w.finish(out)
}

// title is what the sheets are called.
func (s Sheet) title() string {
	if s.Title == "" {
		return "Hospital transfer pack"
	}
	return s.Title
}

// parts writes the details behind the first parts, without a page of their own where there are none.
func (w *writer) parts(pack care.Pack) {
	for _, part := range pack.Details {
		w.part(part)
	}
}

// finish says what could not be written, and ends the file.
func (w *writer) finish(out io.Writer) error {
	if w.lost {
		w.line("", "Some letters of this pack cannot be written in this file and stand as "+string(noGlyph)+". The page on the screen has them.", small)
	}
	if err := w.pdf.Output(out); err != nil {
		return fmt.Errorf("writing the pack: %w", err)
	}
	return nil
}

// who is whom the pack is about, in one line.
func who(pack care.Pack) string {
	b := pack.Banner
	line := b.Full
	if b.Called != "" && !strings.Contains(b.Full, b.Called) {
		line += " (" + b.Called + ")"
	}
	if b.Born != "" {
		line += ", born " + plain.Date(b.Born)
	}
	if b.NHSNumber != "" {
		return line + ", NHS number " + plain.NHSNumber(b.NHSNumber)
	}
	return line + ", NHS number not recorded"
}

func (w *writer) footer(pack care.Pack, sheet Sheet) {
	w.pdf.SetY(-11)
	w.pdf.SetFont(family, "", small)
	w.pdf.SetTextColor(60, 60, 60)
	whose := who(pack)
	if sheet.Then != "" {
		whose += ". As it stood on " + sheet.Then
	}
	w.pdf.CellFormat(w.inner-18, 4, w.can(whose), "T", 0, "L", false, 0, "")
	w.pdf.CellFormat(18, 4, fmt.Sprintf("%d of {pages}", w.pdf.PageNo()), "T", 0, "R", false, 0, "")
	w.pdf.SetTextColor(0, 0, 0)
}

func (w *writer) top(pack care.Pack, sheet Sheet) {
	w.pdf.SetFont(family, "B", 15)
	w.pdf.MultiCell(w.inner, 6.5, w.can(sheet.title()), "", "L", false)
	w.pdf.SetFont(family, "B", 11)
	w.pdf.MultiCell(w.inner, 5, w.can(who(pack)), "", "L", false)
	if sheet.Title != "" {
		w.line("", "Printed on "+plain.Minute(sheet.Made, sheet.Zone)+" by "+sheet.By+". Confidential.", text)
		if sheet.Then != "" {
			w.line("", "AS IT STOOD ON "+sheet.Then+". It may have changed since.", head)
		}
		return
	}
	w.line("", "For "+sheet.To+". "+strings.TrimRight(sheet.Why, ".")+". Made on "+plain.Minute(pack.Made, sheet.Zone)+" by "+sheet.By+". Confidential: for those who treat and look after this person.", text)
}

// can leaves out what the font has no picture of, and remembers that it did.
func (w *writer) can(s string) string {
	var buffer sfnt.Buffer
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		if r < ' ' {
			return ' '
		}
		if i, err := w.font.GlyphIndex(&buffer, r); err != nil || i == 0 {
			w.lost = true
			return noGlyph
		}
		return r
	}, s)
}

// heading begins a part. A heading does not stand alone at the foot of a page.
func (w *writer) heading(words string, size float64, danger bool) {
	_, height := w.pdf.GetPageSize()
	if w.pdf.GetY() > height-32 {
		w.pdf.AddPage()
	}
	w.pdf.Ln(1)
	w.pdf.SetFont(family, "B", size)
	w.pdf.SetFillColor(232, 237, 235)
	if danger {
		w.pdf.SetFillColor(250, 224, 221)
	}
	w.pdf.CellFormat(w.inner, size*0.5, w.can(words), "", 1, "L", true, 0, "")
	w.pdf.Ln(0.4)
}

func (w *writer) part(p care.PackPart) {
	w.heading(p.Heading, head, p.Danger)
	if p.Empty() {
		w.line("", "Not recorded", text)
	}
	w.compare(p.Compare)
	for _, row := range p.Rows {
		words := row.Text
		if row.When != "" {
			words += " [" + row.When + "]"
		}
		w.line(row.Label, words, text)
	}
	for _, r := range p.Records {
		title := r.Title
		if r.When != "" {
			title += ", " + r.When
		}
		w.pdf.SetFont(family, "B", text)
		w.pdf.MultiCell(w.inner, text*0.46, w.can(title), "", "L", false)
		for _, row := range r.Rows {
			w.line(row.Label, row.Text, small)
		}
		w.pdf.Ln(0.8)
	}
}

// line writes a label and what belongs to it beside it.
func (w *writer) line(name, words string, size float64) {
	step := size * 0.44
	if name == "" {
		w.pdf.SetFont(family, "", size)
		w.pdf.MultiCell(w.inner, step, w.can(words), "", "L", false)
		return
	}
	w.cells([]float64{label, w.inner - label}, []string{name, words}, []string{"B", ""}, size)
}

// cells writes texts side by side, each in its column, as high as the highest. What is longer than a page is not put side by side.
func (w *writer) cells(widths []float64, texts, styles []string, size float64) {
	step, high := size*0.44, 0
	for i := range texts {
		texts[i] = w.can(texts[i])
		w.pdf.SetFont(family, styles[i], size)
		high = max(high, len(w.pdf.SplitText(texts[i], widths[i]-2)))
	}
	_, height := w.pdf.GetPageSize()
	if float64(high)*step > height-60 {
		for i, words := range texts {
			w.pdf.SetFont(family, styles[i], size)
			w.pdf.MultiCell(w.inner, step, words, "", "L", false)
		}
		return
	}
	if w.pdf.GetY()+float64(high)*step > height-15 {
		w.pdf.AddPage()
	}
	x, y := margin, w.pdf.GetY()
	for i, words := range texts {
		w.pdf.SetFont(family, styles[i], size)
		w.pdf.SetXY(x, y)
		w.pdf.MultiCell(widths[i], step, words, "", "L", false)
		x += widths[i]
	}
	w.pdf.SetXY(margin, y+float64(max(high, 1))*step)
}

// compare writes the table of what is now beside what is usual.
func (w *writer) compare(rows []care.NowBesideUsual) {
	if len(rows) == 0 {
		return
	}
	third := (w.inner - label) / 2
	widths := []float64{label, third, third}
	w.cells(widths, []string{"", "Now", "Usually"}, []string{"B", "B", "B"}, text)
	for _, row := range rows {
		now, usual := row.Now, row.Usual
		if now == "" {
			now = "no change recorded"
		}
		if usual == "" {
			usual = "not recorded"
		}
		w.cells(widths, []string{row.Area, now, usual}, []string{"B", "", ""}, text)
	}
}
