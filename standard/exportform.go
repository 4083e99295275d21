package standard

// form writes one form: what it asks, in order, with everything looked up.
func (o *jsonOut) form(f *Form) {
	o.text("form", f.Name)
	o.text("id", f.ID)
	o.text("summary", f.Summary)
	o.text("own", f.Own.ID)
	o.flag("once", f.Once)
	o.textIf("source", f.Source)
	o.text("evidence", string(f.Evidence))
	o.flag("provider", f.Provider)
	o.text("hash", f.Hash)
	o.arrayAt("sections", func() {
		for _, s := range f.Sections {
			o.object(func() {
				o.text("title", s.Title)
				o.textIf("intro", s.Intro)
				o.arrayAt("asks", func() {
					for _, a := range s.Asks {
						o.object(func() { o.ask(a) })
					}
				})
			})
		}
	})
}

func (o *jsonOut) ask(a *Ask) {
	o.text("id", a.ID)
	if a.Own != nil {
		o.question(a.Own)
		return
	}
	b := a.Blocks
	o.textIf("ask", a.Text)
	o.textIf("hint", a.Hint)
	o.textsIf("known", classIDs(b.Known))
	if len(b.Where) > 0 {
		o.arrayAt("where", func() {
			for _, c := range b.Where {
				o.object(func() {
					o.text("element", c.Element)
					o.textsIf("codes", c.Codes)
					o.textsIf("without", c.Without)
					o.textsIf("means", c.Means)
					o.textsIf("not-means", c.NotMeans)
				})
			}
		})
	}
	if b.Link != nil {
		o.text("link", b.Link.ID)
	}
	o.text("occurs", b.Occurs)
	if b.Add == nil {
		return
	}
	o.objectAt("add", func() {
		o.text("class", b.Add.Class.ID)
		o.text("ask", b.Add.Text)
		if b.Add.Back != nil {
			o.text("back", b.Add.Back.ID)
		}
		o.questions(b.Add.Questions)
	})
}

func (o *jsonOut) questions(list []*Question) {
	o.arrayAt("elements", func() {
		for _, q := range list {
			o.object(func() { o.question(q) })
		}
	})
}

func (o *jsonOut) question(q *Question) {
	o.text("element", q.Element.ID)
	o.textIf("ask", q.Ask)
	o.textIf("hint", q.Hint)
	o.flag("must", q.Must)
	if q.Fixed != nil {
		o.value("fixed", q.Fixed)
	}
	if q.Same != nil {
		o.text("same", q.Same.ID)
	}
	var from []string
	for _, a := range q.From {
		from = append(from, a.ID)
	}
	o.textsIf("from", from)
	if len(q.Parts) > 0 {
		o.questions(q.Parts)
	}
}
