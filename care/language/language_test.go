package language_test

import (
	"strings"
	"testing"
	"time"

	"rosemary/care/language"
)

func known() language.Known {
	k := language.Known{}
	k.Add(language.Sentence{English: "Save", Place: "a"}, language.Sentence{English: "At {time}, {count} people", Place: "b"}, language.Sentence{English: "{count} records", One: "{count} record", Place: "c"},
		language.Sentence{English: "{day} {month} {year}", Place: "d"})
	return k
}

const good = `language: Cymraeg
tag: cy
months: [Ionawr, Chwefror, Mawrth, Ebrill, Mai, Mehefin, Gorffennaf, Awst, Medi, Hydref, Tachwedd, Rhagfyr]
sentences:
  # web/templates/shift.html
  "Save": "Cadw"
  "At {time}, {count} people": "{count} o bobl am {time}"
  "{count} records": {none: "dim cofnodion", one: "un cofnod", two: "{count} gofnod", few: "{count} chofnod", many: "{count} chofnod", other: "{count} cofnod"}
  "{day} {month} {year}":
`

func TestAFileIsRead(t *testing.T) {
	f := language.Read("languages/cy.yaml", []byte(good), known())
	if !f.Own.Good() || f.Words == nil || f.Done != 3 || len(f.Absent) != 1 {
		t.Fatalf("%+v", f)
	}
	w := f.Words
	for got, want := range map[string]string{
		w.Say("Save"): "Cadw", w.Say("Not there"): "Not there", w.Say("At {time}, {count} people", "time", "{count}", "count", "3"): "3 o bobl am {count}",
		w.Count(0, "record", "records"): "dim cofnodion", w.Count(1, "record", "records"): "un cofnod", w.Count(2, "record", "records"): "2 gofnod",
		w.Count(5, "record", "records"): "5 cofnod", w.Count(6, "record", "records"): "6 chofnod", w.Count(1234, "record", "records"): "1,234 cofnod",
		w.Day(time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)): "4 Mawrth 2026", w.DayOfWeek(time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)): "Wednesday", w.Direction(): "ltr",
		w.Both("Save"): "Cadw (Save)", w.Both("Not there"): "Not there",
	} {
		if got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// TestAllFaultsAreToldAndTheRestIsUsed: every fault with its line and column, and no sentence at fault is used.
func TestAllFaultsAreToldAndTheRestIsUsed(t *testing.T) {
	text := strings.Replace(good, `"Save": "Cadw"`, `"Save": "<b>Cadw</b>"
  "Saved": "x"
  "save.": "x"`, 1)
	text = strings.Replace(text, "{count} o bobl am {time}", "{cownt} o bobl", 1)
	text = strings.Replace(text, "few:", "loads:", 1) + "colour: red\ndirection: up\n"
	f := language.Read("cy.yaml", []byte(text), known())
	said := ""
	for i, fault := range f.Own.Faults {
		said += fault.String() + " | " + f.Own.Lines[i] + "\n"
	}
	for _, want := range []string{
		"cy.yaml:6:11: the translation holds markup", "cy.yaml:7:3: the pages do not say this sentence", "it is now “Save”", "cy.yaml:9:32: the translation names {cownt}", "leaves out {count}", "leaves out {time}",
		`no plural form "loads": it has other, `, `no key "colour"`, "the direction is ltr",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %q in\n%s", want, said)
		}
	}
	if f.Words == nil || f.Done != 0 || f.Words.Say("Save") != "Save" || f.Words.Count(2, "record", "records") != "2 records" {
		t.Errorf("%+v", f.Words)
	}
}

func TestAFileThatIsNone(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "holds one document"}, {"a: [", "not YAML"}, {"- x", "must be a set of keys"}, {"language: x", "its language's tag"}, {"language: x\ntag: '!'", "no tag of a language"},
		{"language: English\ntag: en-GB", "in English already"}, {"tag: cy", "what the language calls itself"}, {"language: \xff", "not UTF-8"}, {"language: x\ntag: cy\nmonths: [a]", "a list of 12"},
		{"language: x\ntag: cy\nsentences:\n  Save: \"a\\u202Eb\"", "turn the direction"}, {"language: x\ntag: cy\nsentences:\n  Save: {other: a}", "counts nothing"},
		{"language: x\ntag: cy\nsentences:\n  \"{count} records\": a", "this sentence counts"}, {"language: x\ntag: cy\nsentences:\n  \"{count} records\": {one: a}", "said of every number"},
		{"language: x\ntag: cy\nsentences:\n  Save: a\n  Save: b", "a second time"},
		{strings.Repeat("[[[[[[[[[[\n", 60_000), "within one another"}, {strings.Repeat("- ", 60_000), "within one another"},
	} {
		f := language.Read("x.yaml", []byte(c.text), known())
		if len(f.Own.Faults) == 0 || !strings.Contains(f.Own.Faults[0].Message, c.want) {
			t.Errorf("%q: %+v", c.text, f.Own.Faults)
		}
	}
}

func TestPackedSentencesAreTheSame(t *testing.T) {
	sentences := []language.Sentence{{English: "a \"b\"\t{c}\n", One: "ü", Place: "web/x.go"}, {English: "x"}}
	got := language.Unpack(language.Pack(sentences))
	if len(got) != 2 || got[0] != sentences[0] || got[1] != sentences[1] {
		t.Errorf("%q", got)
	}
}

// FuzzRead reads anything: it is refused with a place, or the words fit their sentences.
func FuzzRead(f *testing.F) {
	f.Add(good)
	f.Add("sentences: {Save: &a x, b: *a}\ntag: pl\nlanguage: |\n  x")
	f.Fuzz(func(t *testing.T, text string) {
		file := language.Read("x.yaml", []byte(text), known())
		if file.Words == nil {
			if file.Own.Good() {
				t.Error("nothing is used and nothing is said")
			}
			return
		}
		for english, own := range file.Words.Sentences {
			if strings.Join(language.Names(english), "") != strings.Join(language.Names(own), "") {
				t.Errorf("%q for %q", own, english)
			}
		}
		file.Words.Count(3, "record", "records")
	})
}

// TestABlankFileIsReadAgain: what is written for a translator is a good file once it says its language, and keeps what is translated.
func TestABlankFileIsReadAgain(t *testing.T) {
	blank := strings.NewReplacer(`language: ""`, "language: Cymraeg", `tag: ""`, "tag: cy").Replace(string(language.Blank(known(), nil)))
	f := language.Read("cy.yaml", []byte(blank), known())
	if !f.Own.Good() || f.Words == nil || f.Done != 0 || len(f.Absent) != 4 {
		t.Fatalf("%+v\n%s", f, blank)
	}
	was := language.Read("cy.yaml", []byte(good), known())
	again := language.Read("cy.yaml", language.Blank(known(), was.Words), known())
	if !again.Own.Good() || again.Done != 3 || again.Words.Count(2, "record", "records") != "2 gofnod" || again.Words.Months != was.Words.Months || again.Words.Weekdays != was.Words.Weekdays {
		t.Errorf("%+v", again.Own.Faults)
	}
}
