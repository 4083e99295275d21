package language

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"rosemary/care/plain"
)

// Blank writes a language file for a translator: every sentence with its place, and what is translated already; all else is empty, and said in English until it is filled in.
func Blank(known Known, done *plain.Words) []byte {
	var b bytes.Buffer
	b.WriteString("# A language file. Each line is an English sentence, and behind the colon its translation, in quotation marks. What is empty is said in English.\n" +
		"# {names} in curly brackets stand for what the sentence is filled with: keep each once, in any order. A sentence with forms below it counts: see docs/languages.md.\n")
	if done == nil {
		done = &plain.Words{}
		b.WriteString("language: \"\" # what the language calls itself, like Cymraeg\ntag: \"\" # of BCP 47, like cy\n")
	} else {
		fmt.Fprintf(&b, "language: %s\ntag: %s\n", quoted(done.Name), quoted(done.Tag))
	}
	fmt.Fprintf(&b, "direction: %s # ltr, from left to right, or rtl\n", done.Direction())
	names := calendar()
	months, weekdays := slices.Clone(names[:12]), slices.Clone(names[12:])
	for i, month := range done.Months {
		if month != "" {
			months[i] = month
		}
	}
	for i := range weekdays {
		if day := done.Weekdays[(i+1)%7]; day != "" {
			weekdays[i] = day
		}
	}
	b.WriteString("months: [" + list(months) + "]\nweekdays: [" + list(weekdays) + "]\nsentences:\n")
	place := ""
	for _, s := range known.Sorted() {
		if s.Place != place {
			place = s.Place
			b.WriteString("\n  # " + strings.Join(strings.Fields(place), " ") + "\n")
		}
		b.WriteString("  " + quoted(s.English) + ":")
		if s.One == "" {
			b.WriteString(" " + quoted(done.Sentences[s.English]) + "\n")
			continue
		}
		b.WriteString(" # of one: " + quoted(s.One) + "\n")
		forms := done.Forms[s.English]
		b.WriteString("    " + plain.Other + ": " + quoted(forms[plain.Other]) + "\n")
		for _, form := range slices.Sorted(maps.Keys(forms)) {
			if form != plain.Other {
				b.WriteString("    " + form + ": " + quoted(forms[form]) + "\n")
			}
		}
	}
	return b.Bytes()
}

func list(names []string) string {
	quotedNames := make([]string, len(names))
	for i, name := range names {
		quotedNames[i] = quoted(name)
	}
	return strings.Join(quotedNames, ", ")
}

// quoted writes a text as YAML reads it between quotation marks: letters of all languages as they are.
func quoted(s string) string {
	return strconv.QuoteToGraphic(s)
}
