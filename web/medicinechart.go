package web

import (
	"time"

	"rosemary/care/medicine"
	"rosemary/care/plain"
	"rosemary/standard"
)

// marPage is the chart of one month, to be read and printed.
type marPage struct {
	Frame
	Heading   string
	Made      string
	Allergies []string
	GP        string
	Days      []string
	Regular   []ChartedOrder
	Needed    []ChartedOrder
	Homely    []ChartedOrder
	Keys      []medicine.Letter
	Initials  []medicine.InitialsOf
	Notes     []ChartedNote
	Earlier   string
	Later     string
	Empty     bool
	Partly    bool
}

// ChartedOrder is one medicine of the chart.
type ChartedOrder struct {
	Name    string
	Facts   []string
	Href    string
	Tags    []Tag
	Checked string
	Rows    []ChartedRow
	Doses   []ChartedDose
	Ended   string
}

// ChartedRow is one time of the day.
type ChartedRow struct {
	Clock string
	Cells []ChartedCell
}

// ChartedCell is one day of it.
type ChartedCell struct {
	Text  string
	Words string // for whoever hears the page
	Href  string
	Kind  string // given, not, twice, gap, none
}

// ChartedDose is one dose that was given when needed.
type ChartedDose struct {
	When, What, By, Why, Effect, Href string
}

// ChartedNote explains a cell.
type ChartedNote struct{ When, Name, Words string }

// medicineChart shows the chart of a month.
func (c *call) medicineChart() error {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return err
	}
	now := c.now()
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, c.config.Zone)
	if asked := c.query("month"); asked != "" {
		t, err := time.ParseInLocation("2006-01", asked, c.config.Zone)
		if err != nil || t.Year() < 1900 || t.Year() > now.Year()+1 {
			return errNowhere()
		}
		month = t
	}
	until := month.AddDate(0, 1, 0)
	book, _, err := c.bookOf(a, month.Add(-36*time.Hour), false)
	if err != nil {
		return err
	}
	n, err := c.namer(a, nil, book.Givers(month, until)...)
	if err != nil {
		return err
	}
	if book.Unproved, err = a.view.Unproved(c.ctx, book.Witnessed(month, until)); err != nil {
		return err
	}
	chart := book.ChartOf(month, until, now, n.name)
	page := marPage{Heading: "Chart of medicines, " + plain.Month(month), Made: plain.Minute(now, c.config.Zone), Keys: chart.Keys, Initials: chart.Initials, Partly: book.Left}
	if page.Frame, err = c.personFrame(a, "Chart of medicines"); err != nil {
		return err
	}
	for _, line := range page.Person.Banner.Lines {
		if line.Short != "" && len(page.Allergies) == 0 {
			for _, item := range line.Items { // the first line of the banner is that of allergies
				page.Allergies = append(page.Allergies, item.Text)
			}
		}
	}
	for _, d := range chart.Days {
		page.Days = append(page.Days, d.Format("2"))
	}
	for _, part := range []struct {
		from []medicine.ChartOrder
		to   *[]ChartedOrder
	}{{chart.Regular, &page.Regular}, {chart.Needed, &page.Needed}, {chart.Homely, &page.Homely}} {
		for _, o := range part.from {
			*part.to = append(*part.to, c.chartedOrder(a, n, o, chart.Days))
		}
	}
	for _, note := range chart.Notes {
		page.Notes = append(page.Notes, ChartedNote{plain.DayOfYear(note.Day.In(c.config.Zone)) + ", " + note.Clock, note.Name, note.Words})
	}
	page.Empty = len(page.Regular)+len(page.Needed)+len(page.Homely) == 0
	page.Earlier = a.href("/medicines/chart?month=" + month.AddDate(0, -1, 0).Format("2006-01"))
	if until.Before(now) {
		page.Later = a.href("/medicines/chart?month=" + until.Format("2006-01"))
	}
	return c.render("medicinechart", page)
}

// chartedOrder words one medicine of the chart.
func (c *call) chartedOrder(a *about, n *namer, of medicine.ChartOrder, days []time.Time) ChartedOrder {
	o := of.Order
	out := ChartedOrder{Name: o.Name, Href: a.href("/records/" + o.Version.Record.String()), Tags: c.orderTags(o)}
	for _, fact := range []string{o.HowMuch(), o.Route, o.Directions, o.Reason} {
		if fact != "" {
			out.Facts = append(out.Facts, fact)
		}
	}
	if o.AsNeeded {
		if o.Interval > 0 {
			out.Facts = append(out.Facts, "At least "+medicine.Span(o.Interval)+" apart")
		}
		if o.Most.Known {
			out.Facts = append(out.Facts, "At most "+o.Most.Words()+" in 24 hours")
		}
		if o.Offer != "" {
			out.Facts = append(out.Facts, o.Offer)
		}
	}
	if !o.From.IsZero() {
		out.Facts = append(out.Facts, "From "+plain.Day(o.From.In(c.config.Zone)))
	}
	if !o.Till.IsZero() {
		out.Ended = "Until " + plain.Instant(o.Till, c.config.Zone)
	} else if o.Ended || o.Held {
		out.Ended = o.Status
	}
	out.Checked = "Not checked by a second person"
	if o.Checked {
		out.Checked = "Checked by a second person"
		if name := n.name(o.CheckedBy); name != "" {
			out.Checked = "Checked by " + name
		}
	}
	for _, row := range of.Rows {
		charted := ChartedRow{Clock: row.Clock}
		for i, cell := range row.Cells {
			charted.Cells = append(charted.Cells, chartedCell(a, cell, days[i]))
		}
		out.Rows = append(out.Rows, charted)
	}
	for _, d := range of.Given {
		one := ChartedDose{When: plain.Instant(d.Dose.When, c.config.Zone), What: doseWords(d.Dose), By: d.Initials, Why: d.Dose.Reason, Effect: d.Dose.Effect, Href: a.href("/records/" + d.Dose.Version.Record.String())}
		if d.Witness != "" {
			one.By += ", witness " + d.Witness
			if d.Unproved {
				one.By += " (named, not proved)"
			}
		}
		if d.Dose.Before != "" {
			one.Why += " (" + d.Dose.Before + " of 10)"
		}
		if d.Dose.After != "" {
			one.Effect += " (" + d.Dose.After + " of 10)"
		}
		out.Doses = append(out.Doses, one)
	}
	return out
}

func chartedCell(a *about, cell medicine.ChartCell, day time.Time) ChartedCell {
	out := ChartedCell{Kind: "none"}
	switch {
	case cell.Dose != nil:
		out.Text, out.Words, out.Href, out.Kind = cell.Mark+" "+cell.Initials, cell.Words, a.href("/records/"+cell.Dose.Version.Record.String()), "given"
		if cell.Witness != "" {
			out.Words += ", witness " + cell.Witness
		}
		if cell.Unproved {
			out.Text, out.Words = out.Text+" *", out.Words+" named, not proved"
		}
		if !cell.Dose.Given {
			out.Kind = "not"
		}
		if cell.Twice {
			out.Kind, out.Words = "twice", "Given twice"
		}
	case cell.Planned && cell.Past:
		out.Text, out.Words, out.Kind = "—", "Nothing recorded", "gap"
	case cell.Planned:
		out.Words, out.Kind = "Planned", "planned"
	}
	if out.Words != "" {
		out.Words += ", " + plain.DayOfYear(day)
	}
	return out
}
