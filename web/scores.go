package web

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"time"

	"rosemary/care/chart"
	"rosemary/care/plain"
	"rosemary/care/score"
	"rosemary/standard"
)

// ScoreRow is one score of the list, with what it said last.
type ScoreRow struct {
	Name, Href, Says string
	Band             BandShown
}

// BandShown is a band of a score: its words, and the colour beside them.
type BandShown struct {
	Text, Colour string
}

// scorePage shows a score's last result with every answer, what is to be done, and how it went.
type scorePage struct {
	Frame
	Name     string
	Use      string
	Thanks   string
	Licence  string
	Version  string
	Latest   *ResultShown
	Do       []string
	Due      string
	Overdue  bool
	Trend    string
	Picture  template.HTML
	Says     string
	History  []ResultShown
	New      string // where it is taken anew
	NewText  string
	Unwell   string // where it is said what is different from usual
	Settings []SettingShown
}

// SettingShown is something that was decided for the person.
type SettingShown struct {
	Name, Words, Set string
}

// ResultShown is one result.
type ResultShown struct {
	When, Total, Words string
	Band               BandShown
	Href               string // the record that keeps it, or the measurement
	Kept               bool
	By                 string // by which definition it was worked out, and when that was done
	Changed            string // that the definition, or what it rests on, has changed since; "": neither has
	Now                *NowShown
	Before             []EarlierShown
	Missing            string
	AtLeast            string // what there is already reaches this band
	Answers            []AnswerShown
}

// NowShown is what a kept result would be if it were worked out today, where that is something else.
type NowShown struct {
	Words string
	Do    []string
}

// EarlierShown is what was shown of the same measurements before, until more was measured or something was corrected.
type EarlierShown struct {
	Words, Href string
}

// AnswerShown is one answer of a result, with its points and where it was recorded.
type AnswerShown struct {
	Name, Words, Points, Href string
	Many                      int // the points, for the colour
}

// scoreBack is how far back a score's history reaches.
const scoreBack = 365 * 24 * time.Hour

// stillAsked is for how long after it was taken a score that is due again is called overdue; then nobody is observing any more.
const stillAsked = 3 * 24 * time.Hour

// history reads the results of some scores of a person.
func (c *call) history(a *about, scores ...*standard.Score) (map[string][]score.Result, error) {
	now := c.dayOf(a)
	versions, err := c.between(a, score.Classes(c.config.Catalogue, scores...), now.Add(-scoreBack), time.Time{})
	if err != nil {
		return nil, err
	}
	settings := map[string]bool{}
	for _, s := range scores {
		for _, choice := range s.Chosen {
			settings[choice.Element.Class.ID] = true
		}
	}
	var old []string
	for id := range settings {
		old = append(old, id)
	}
	before, err := c.between(a, old, time.Time{}, now.Add(-scoreBack))
	if err != nil {
		return nil, err
	}
	versions = append(versions, before...)
	results := map[string][]score.Result{}
	for _, s := range scores {
		results[s.ID] = score.History(c.config.Catalogue, s, versions, c.config.Zone)
	}
	return results, nil
}

// showsScore says whether the reader is shown results of a score, or what it is worked out from.
func (c *call) showsScore(s *standard.Score) bool {
	return c.session.Shows(standard.ClassRoleScoreResult) || s.From != nil && c.session.ShowsAny(s.From.ID)
}

// scoreRows lists the scores with their last results.
func (c *call) scoreRows(a *about) ([]ScoreRow, error) {
	scores := c.config.Catalogue.Scores()
	results, err := c.history(a, scores...)
	if err != nil {
		return nil, err
	}
	var rows []ScoreRow
	for _, s := range scores {
		if !c.showsScore(s) {
			continue
		}
		row := ScoreRow{Name: s.Name, Href: a.href("/scores/" + s.ID), Says: "Not recorded in the last year."}
		if history := results[s.ID]; len(history) > 0 {
			row.Says, row.Band = c.resultWords(history), bandOf(&history[0])
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// resultWords says the last result in a line.
func (c *call) resultWords(history []score.Result) string {
	r := history[0]
	text := "No total, something is missing"
	if r.Complete() {
		text = "Total " + strconv.Itoa(r.Total) + trendWords(history)
	}
	return text + ". " + plain.Minute(r.When, c.config.Zone)
}

// trendWords compares the last total with the one before it.
func trendWords(history []score.Result) string {
	switch score.Trend(history) {
	case 1:
		return ", higher than before ↑"
	case -1:
		return ", lower than before ↓"
	}
	return ""
}

func bandOf(r *score.Result) BandShown {
	switch {
	case r.Band != nil:
		return BandShown{Text: firstWord(r.Words, r.Band.Name), Colour: r.Band.Colour}
	case r.AtLeast != nil:
		return BandShown{Text: "At least: " + r.AtLeast.Name, Colour: r.AtLeast.Colour}
	}
	return BandShown{Text: "No total", Colour: "white"}
}

func firstWord(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// scoreAsked finds the person and the score that the address names.
func (c *call) scoreAsked() (*about, *standard.Score, error) {
	a, err := c.about(standard.PersonStream)
	if err != nil {
		return nil, nil, err
	}
	s, ok := c.config.Catalogue.Score(c.r.PathValue("score"))
	if !ok {
		return nil, nil, errNowhere()
	}
	return a, s, nil
}

// showScore shows one score of a person.
func (c *call) showScore() error {
	a, s, err := c.scoreAsked()
	if err != nil {
		return err
	}
	if !c.showsScore(s) {
		return c.notShown(a, s.Name)
	}
	page := scorePage{Name: s.Name, Use: s.Use, Thanks: s.Thanks, Licence: s.Licence, Version: s.Version}
	if page.Frame, err = c.personFrame(a, s.Name); err != nil {
		return err
	}
	results, err := c.history(a, s)
	if err != nil {
		return err
	}
	history := results[s.ID]
	for i := range history {
		page.History = append(page.History, c.resultShown(a, &history[i]))
	}
	if len(history) > 0 {
		latest := history[0]
		page.Latest = &page.History[0]
		page.Trend = trendWords(history)
		band := latest.Band
		if band == nil {
			band = latest.AtLeast
		}
		if band != nil {
			page.Do = band.Do
			page.Due = band.Repeat
		}
		if !latest.Due.IsZero() {
			page.Due += " (by " + plain.Minute(latest.Due, c.config.Zone) + ")"
			page.Overdue = latest.Due.Before(c.dayOf(a)) && c.dayOf(a).Sub(latest.When) < stillAsked
		}
		page.Picture, page.Says = c.scorePicture(a, s, history)
	}
	if page.Person.MayWrite {
		page.New, page.NewText = a.base+"/scores/"+s.ID+"/new", "Fill in "+s.Name
		if s.From != nil {
			page.NewText = "Take observations"
		}
		page.Unwell = c.formOf(a, standard.ClassRoleNotAsUsual)
	}
	if page.Settings, err = c.settingsShown(a, s); err != nil {
		return err
	}
	return c.render("score", page)
}

// settingsShown says what was decided for the person about a score, and where it is decided.
func (c *call) settingsShown(a *about, s *standard.Score) ([]SettingShown, error) {
	if len(s.Chosen) == 0 {
		return nil, nil
	}
	versions, err := c.between(a, score.Classes(c.config.Catalogue, s)[1:], time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	chosen := score.ChosenAt(c.config.Catalogue, s, versions, c.dayOf(a), c.config.Zone)
	var list []SettingShown
	for _, choice := range s.Chosen {
		shown := SettingShown{Name: choice.Name, Words: chosen[choice.ID]}
		if code, ok := choice.Element.ValueSet.Code(chosen[choice.ID]); ok {
			shown.Words = code.Display
		}
		if c.mayWrite(a) {
			shown.Set = a.base + "/new/" + choice.Element.Class.ID
		}
		list = append(list, shown)
	}
	return list, nil
}

// resultShown words one result.
func (c *call) resultShown(a *about, r *score.Result) ResultShown {
	out := ResultShown{When: plain.Minute(r.When, c.config.Zone), Band: bandOf(r), Words: r.Words, Kept: r.Kept != nil}
	out.By = plain.Say("Kept as it was worked out then, by version {definition}", "definition", r.By)
	if r.Kept == nil {
		out.By = plain.Say("No record keeps this result: it is worked out when the page is opened, by version {definition}", "definition", score.Definition(r.Score))
	}
	switch {
	case r.Kept != nil:
		out.Href = a.recordHref(r.Kept)
		c.changedSince(&out, r)
		for _, earlier := range slices.Backward(r.Before) {
			out.Before = append(out.Before, EarlierShown{Href: a.recordHref(earlier.Kept), Words: plain.Say("{time}: {result}", "time", plain.Minute(earlier.Kept.Committed, c.config.Zone), "result", totalWords(&earlier))})
		}
	case len(r.From) > 0:
		out.Href = a.recordHref(r.From[len(r.From)-1])
	}
	if r.Complete() {
		out.Total = strconv.Itoa(r.Total)
	} else {
		out.Missing = plain.List(r.Missing)
		if r.AtLeast != nil {
			out.AtLeast = r.AtLeast.Name
		}
	}
	for _, answer := range r.Answers {
		shown := AnswerShown{Name: answer.Name, Words: answer.Words, Many: answer.Points}
		if answer.Given {
			shown.Points = strconv.Itoa(answer.Points)
		}
		out.Answers = append(out.Answers, shown)
	}
	return out
}

// changedSince says what is no longer as it was when a result was kept, and what would come of it today. What was shown then stays.
func (c *call) changedSince(out *ResultShown, r *score.Result) {
	if r.TodaysWords {
		out.By += ". " + "The colour and the advice were not kept then: they are today’s"
	}
	differs := r.Now != nil && !r.TodaysWords && !r.Same(r.Now) || r.Now != nil && r.TodaysWords && totalWords(r) != totalWords(r.Now)
	version := r.Score.Version
	switch {
	case r.SameDefinition() && !differs:
		return
	case r.SameDefinition():
		out.Changed = "What it was worked out from, or what was decided for this person, was changed since. Worked out again today it would be:"
	case r.Now == nil:
		out.Changed = plain.Say("The definition of this score has changed since: today it is version {version}. What today’s would give cannot be said.", "version", version)
	case !differs:
		out.Changed = plain.Say("The definition of this score has changed since: today it is version {version}. Today’s gives the same.", "version", version)
	default:
		out.Changed = plain.Say("The definition of this score has changed since: today it is version {version}. Today’s would give:", "version", version)
	}
	if !differs {
		return
	}
	out.Now = &NowShown{Words: totalWords(r.Now)}
	if band := cmp.Or(r.Now.Band, r.Now.AtLeast); band != nil {
		out.Now.Do = band.Do
	}
}

// totalWords words a total and what it means.
func totalWords(r *score.Result) string {
	if !r.Complete() {
		return plain.Say("no total, because something is missing: {items}", "items", plain.List(r.Missing))
	}
	return plain.Say("total {total}, {band}", "total", strconv.Itoa(r.Total), "band", bandOf(r).Text)
}

// scorePicture draws the totals over time, before the bands that they fall in.
func (c *call) scorePicture(a *about, s *standard.Score, history []score.Result) (template.HTML, string) {
	first := history[len(history)-1].When
	period := standard.ForMonth
	switch age := c.dayOf(a).Sub(first); {
	case age < 7*24*time.Hour:
		period = standard.ForWeek
	case age > 30*24*time.Hour:
		period = standard.ForYear
	}
	least, most := standard.NewNumber(0), standard.NewNumber(int64(s.Highest()))
	p := chart.Panel{
		Def:    &standard.ChartPanel{Name: "Totals of " + s.Name, Draw: standard.DrawLine, Least: &least, Most: &most, Series: []*standard.ChartSeries{{Name: s.Name}}},
		Window: chart.WindowOf(period, c.dayOf(a), c.dayOf(a)), High: float64(s.Highest()),
	}
	hrefs := map[time.Time]string{}
	for i := len(history) - 1; i >= 0; i-- {
		r := history[i]
		if !r.Complete() || r.When.Before(p.Window.From) {
			continue
		}
		p.Points = append(p.Points, chart.Point{At: r.When, Number: standard.NewNumber(int64(r.Total)), Words: s.Name + " " + strconv.Itoa(r.Total)})
		hrefs[r.When] = c.resultShown(a, &r).Href
	}
	if len(p.Points) == 0 {
		return "", ""
	}
	p.Says = "The last total is " + strconv.Itoa(history[0].Total) + ", of " + plain.Count(len(p.Points), "total", "totals") + " in this time."
	if !history[0].Complete() {
		p.Says = plain.Count(len(p.Points), "total", "totals") + " in this time."
	}
	return template.HTML(p.SVG(chart.Drawing{ID: "totals", Link: func(point chart.Point) string { return hrefs[point.At] }})), p.Says //nolint:gosec // our own drawing, every word escaped
}
