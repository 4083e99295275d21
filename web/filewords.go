package web

import (
	"rosemary/care/language"
	"rosemary/care/quick"
	"rosemary/standard"
)

// fileSentences are the sentences that the files of the standard and of the provider say on pages: names, questions, hints, what can be chosen.
func fileSentences(catalogue *standard.Catalogue) []language.Sentence {
	w := fileWords{}
	for _, class := range catalogue.Classes() {
		w.at("class "+class.ID, class.Name, class.Summary)
		for _, e := range class.Elements {
			w.at("class "+class.ID, e.Name, e.Ask, e.Hint)
		}
	}
	for _, category := range catalogue.Categories() {
		w.at("categories", category.Name, category.Summary)
	}
	for _, set := range catalogue.ValueSets() {
		w.at("value set "+set.ID, set.Name)
		for i := range set.Codes {
			w.at("value set "+set.ID, set.Codes[i].Display)
		}
	}
	for _, form := range catalogue.Forms() {
		place := "form " + form.ID
		w.at(place, form.Name, form.Summary)
		for _, section := range form.Sections {
			w.at(place, section.Title, section.Intro)
			for _, ask := range section.Asks {
				w.at(place, ask.Text, ask.Hint)
				w.question(place, ask.Own)
				if ask.Blocks != nil && ask.Blocks.Add != nil {
					w.at(place, ask.Blocks.Add.Text)
					for _, q := range ask.Blocks.Add.Questions {
						w.question(place, q)
					}
				}
			}
		}
	}
	for _, score := range catalogue.Scores() {
		w.score("score "+score.ID, score)
	}
	for _, chart := range catalogue.Charts() {
		place := "chart " + chart.ID
		w.at(place, chart.Name, chart.Summary)
		for _, panel := range chart.Panels {
			w.at(place, panel.Name)
			if panel.Floor != nil {
				w.at(place, panel.Floor.Name)
			}
			for _, series := range panel.Series {
				w.at(place, series.Name)
			}
		}
	}
	for _, absent := range []standard.Absent{standard.NotAsked, standard.AskedNotKnown, standard.Declined, standard.NotApplicable, standard.Masked} {
		w.at("absences", standard.Display(absent, nil))
	}
	w.at("answers", "Yes", "No")
	if lists, err := quick.Standard(); err == nil {
		w.at("quick lists", lists.Drinks...)
		w.at("quick lists", lists.Care...)
		for _, together := range lists.Together {
			w.at("quick lists", together.Words)
		}
	}
	return w.found
}

// fileWords gathers sentences of files.
type fileWords struct{ found []language.Sentence }

func (w *fileWords) at(place string, sentences ...string) {
	for _, s := range sentences {
		if s != "" {
			w.found = append(w.found, language.Sentence{English: s, Place: place})
		}
	}
}

func (w *fileWords) question(place string, q *standard.Question) {
	if q == nil {
		return
	}
	w.at(place, q.Ask, q.Hint)
	for _, part := range q.Parts {
		w.question(place, part)
	}
}

func (w *fileWords) score(place string, score *standard.Score) {
	w.at(place, score.Name, score.Summary, score.Use)
	for _, choice := range score.Chosen {
		w.at(place, choice.Name)
	}
	for _, item := range score.Items {
		w.at(place, item.Name, item.Hint)
		for _, table := range item.Tables {
			for _, points := range table.Points {
				w.at(place, points.Words)
			}
		}
	}
	for _, band := range score.Bands {
		w.at(place, band.Name, band.Repeat)
		w.at(place, band.Do...)
	}
}
