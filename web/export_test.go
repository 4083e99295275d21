package web

import (
	"html/template"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"rosemary/care"
	"rosemary/care/plain"
	"rosemary/standard"
	"rosemary/web/form"
)

// Example is a page with data to show it by.
type Example struct {
	Name string
	Page []byte
}

// pageStructs is every page by its template, with the struct that is all its template sees.
func pageStructs() map[string]any {
	return map[string]any{
		"transfers": transfersPage{}, "transfer": transferPage{}, "systems": systemsPage{}, "received": receivedPage{}, "programs": programsPage{},
		"aboutme":         aboutMePage{},
		"carried":         carriedPage{},
		"away":            awayPage{},
		"body":            bodyPage{},
		"care":            carePage{},
		"chart":           chartPage{},
		"charts":          chartsPage{},
		"choose":          choosePage{},
		"class":           classPage{},
		"comeback":        comeBackPage{},
		"compare":         comparePage{},
		"confirm":         confirmPage{},
		"conflict":        conflictPage{},
		"conformance":     conformancePage{},
		"contribution":    contributionPage{},
		"copy":            copyPage{},
		"decide":          decidePage{},
		"declared":        declaredPage{},
		"destructions":    destructionsPage{},
		"devices":         devicesPage{},
		"directory":       directoryPage{},
		"do":              doPage{},
		"draftconflict":   draftConflictPage{},
		"draftdelete":     draftDeletePage{},
		"drafts":          draftsPage{},
		"drink":           drinkPage{},
		"emergencies":     emergenciesPage{},
		"emergency":       emergencyPage{},
		"entry":           entryPage{},
		"extract":         extractPage{},
		"fall":            fallPage{},
		"file":            filePage{},
		"fillcheck":       checkPage{},
		"fillform":        fillPage{},
		"floor":           floorPage{},
		"form":            formPage{},
		"forms":           formsPage{},
		"given":           givenPage{},
		"handover":        handoverPage{},
		"handovernote":    handoverNotePage{},
		"home":            homePage{},
		"homelist":        homeListPage{},
		"hospital":        hospitalPage{},
		"incidentnow":     incidentPage{},
		"lookback":        lookBackPage{},
		"language":        languagePage{},
		"looked":          lookedPage{},
		"lost":            lostPage{},
		"mark":            markPage{},
		"medicinechart":   marPage{},
		"medicinecompare": medicineComparePage{},
		"medicineform":    medicineFormPage{},
		"medicines":       medicinesPage{},
		"medicinestock":   stockPage{},
		"mypeople":        myPeoplePage{},
		"notshown":        notShownPage{},
		"newpass":         newPassPage{},
		"outbox":          outboxPage{},
		"own":             ownPage{},
		"ownforms":        ownFormsPage{},
		"pack":            packPage{},
		"passes":          passesPage{},
		"people":          peoplePage{},
		"person":          personPage{},
		"photograph":      photographPage{},
		"problem":         problemPage{},
		"record":          recordPage{},
		"records":         recordsPage{},
		"redeem":          redeemPage{},
		"register":        registerPage{},
		"reviews":         reviewsPage{},
		"round":           roundPage{},
		"score":           scorePage{},
		"scorenew":        scoreNewPage{},
		"search":          searchPage{},
		"shift":           shiftPage{},
		"signin":          signInPage{},
		"signinagain":     signInAgainPage{},
		"standard":        standardPage{},
		"standardform":    standardFormPage{},
		"timeline":        timelinePage{},
		"today":           todayPage{},
		"together":        togetherPage{},
		"values":          valuesPage{},
		"waiting":         waitingPage{},
	}
}

// ShownExamples shows every page in a language, empty, and full of words that try to break out of their place. Missing names templates without a struct.
func ShownExamples(catalogue *standard.Catalogue, in *plain.Words) (examples []Example, missing []string, err error) {
	parsed, err := parsePages(in)
	if err != nil {
		return nil, nil, err
	}
	structs := pageStructs()
	maps.Copy(structs, managerPages())
	for name := range parsed.byName {
		if _, ok := structs[name]; !ok {
			missing = append(missing, name)
		}
	}
	for name, page := range structs {
		empty := reflect.New(reflect.TypeOf(page)).Elem()
		full := reflect.New(reflect.TypeOf(page)).Elem()
		f := filler{catalogue: catalogue}
		f.fill(full, 0)
		for what, v := range map[string]reflect.Value{"empty": empty, "full": full} {
			f.forms(v)
			if person := v.FieldByName("Person"); person.IsValid() && person.IsNil() && (needsPerson(name) || managerNeedsPerson(name)) {
				person.Set(reflect.ValueOf(&PersonFrame{}))
			}
			body, err := parsed.execute(name, v.Interface())
			if err != nil {
				return nil, nil, err
			}
			examples = append(examples, Example{name + ", " + what, body})
		}
	}
	return examples, missing, nil
}

// needsPerson names the pages that are always about a person.
func needsPerson(template string) bool {
	switch template {
	case "body", "care", "chart", "charts", "choose", "copy", "fall", "fillform", "forms", "hospital", "lookback", "mark", "medicinechart", "medicinecompare", "medicines", "medicinestock", "own", "pack", "person", "records", "score", "scorenew", "timeline":
		return true
	}
	return false
}

// filler puts something into everything.
type filler struct {
	catalogue *standard.Catalogue
	n         int
}

func (f *filler) fill(v reflect.Value, depth int) {
	if depth > 6 {
		return
	}
	switch v.Interface().(type) {
	case template.HTML:
		v.SetString("<span>markup of ours</span>")
		return
	case *form.Form:
		return
	case care.Mark:
		v.SetString("danger")
		return
	}
	switch v.Kind() {
	case reflect.String:
		f.n++
		v.SetString(`Ada <b>&"'` + "`{{.}}` " + strconv.Itoa(f.n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(3)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			f.fill(v.Index(i), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() || v.Type().Field(i).Anonymous {
				f.fill(v.Field(i), depth+1)
			}
			if name := v.Type().Field(i).Name; v.Field(i).Kind() == reflect.String && (name == "Anchor" || name == "ID" || name == "NewerID") {
				f.n++
				v.Field(i).SetString("id-" + strconv.Itoa(f.n)) // the program makes these, and links lead to them
			}
		}
	}
}

// forms gives a page's forms the questions of a class.
func (f *filler) forms(v reflect.Value) {
	for i, name := range []string{"Form", "Who", "Where"} {
		field := v.FieldByName(name)
		if !field.IsValid() || field.Type() != reflect.TypeOf((*form.Form)(nil)) {
			continue
		}
		class := f.catalogue.ClassesWithRole(standard.ClassRoleAllergy)[0]
		field.Set(reflect.ValueOf(form.Build(class, []string{"f", "g", "p"}[i], nil, nil, form.Options{})))
	}
	if errors := v.FieldByName("Errors"); errors.IsValid() && errors.Len() > 0 {
		errors.Set(reflect.ValueOf([]form.Error{{Href: "#maincontent", Text: "Ada <b>&"}}))
	}
}

// ScriptSentences are what scripts say.
func ScriptSentences() []string { return scriptSentences() }

// Replayable are the patterns of the pages that a device may post to by itself.
func Replayable() []string { return slices.Sorted(maps.Keys(replayable)) }
