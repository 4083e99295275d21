package standard

import (
	"strings"
	"testing"

	"github.com/google/uuid"
)

const (
	anna = "01900000-0000-7000-8000-000000000001"
	ben  = "01900000-0000-7000-8000-000000000002"
)

// must is what every note has.
const must = `"subjectOfCare":{"ref":"` + anna + `"},"risk":{"code":"fall"},"on":"2026-03-04T09:30Z"`

func TestDecodeGivesEveryFault(t *testing.T) {
	long := strings.Repeat("a", DefaultTextLimit+1)
	tests := []struct {
		name, class, in string
		want            []string // path rule message, as far as told
	}{
		{"nothing", "note", ``, []string{"/c malformed-json There is no content."}},
		{"broken", "note", "{\n  \"words\": tru }", []string{"/c/words malformed-json This is not JSON: it stops making sense at line 2, character "}},
		{"cut off", "note", `{"words":"a`, []string{"/c/words malformed-json This is not JSON: it ends before it is complete."}},
		{"two", "note", `{` + must + `} {}`, []string{"/c malformed-json There is something after the end"}},
		{"no object", "note", `[]`, []string{"/c wrong-shape The content of Note must be a JSON object"}},
		{"empty object", "note", `{}`, []string{
			"/c/subjectOfCare must-occur Subject of care is missing. Choose one.",
			"/c/risk must-occur Risk category is missing. Choose one.",
			"/c/on must-occur Happened on is missing. Enter a date and time."}},
		{"unknown element", "note", `{` + must + `,"Words":"a","a/b":[{}]}`, []string{
			`/c/Words unknown-element "Words" is not an element of Note. Did you mean words?`,
			`/c/a~1b unknown-element "a/b" is not an element of Note. Check the spelling.`}},
		{"duplicate", "note", `{` + must + `,"words":"a","words":"b","mood":[{"code":"calm","code":"x"}]}`, []string{
			"/c/words duplicate-key Words is there twice.", `/c/mood/0/code duplicate-key "code" is there twice.`}},
		{"bad utf8", "note", `{` + must + ",\"words\":\"a\xff\"}", []string{"/c/words invalid-utf8 "}},
		{"bad utf8 key", "note", `{` + must + ",\"w\xff\":\"a\"}", []string{"/c invalid-utf8 "}},
		{"lone surrogate", "note", `{` + must + `,"words":"a\ud83d"}`, []string{"/c/words lone-surrogate "}},
		{"too deep", "note", `{` + must + `,"x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, []string{"/c/x too-deep This is nested more than 32 deep."}},
		{"list for one", "note", `{` + must + `,"words":["a"]}`, []string{"/c/words wrong-shape Words takes one answer, not a list."}},
		{"one for list", "note", `{` + must + `,"mood":{"code":"calm"}}`, []string{"/c/mood wrong-shape Mood can have several answers"}},
		{"empty list", "note", `{` + must + `,"mood":[]}`, []string{"/c/mood empty Mood is an empty list."}},
		{"wrong types", "note", `{` + must + `,"words":1,"count":"1","resolved":"yes","due":2026,"mood":[true],"seenBy":"x"}`, []string{
			"/c/words wrong-type Words is of the wrong type. It must be a text.", "/c/count wrong-type How many is of the wrong type. It must be a number",
			"/c/resolved wrong-type ", "/c/due wrong-type ", "/c/mood/0 wrong-type Mood is of the wrong type. It must be a coded value", "/c/seenBy wrong-type "}},
		{"object for text", "note", `{` + must + `,"words":{}}`, []string{"/c/words wrong-type Words is of the wrong type."}},
		{"null", "note", `{` + must + `,"words":null}`, []string{"/c/words wrong-type Words is null. Leave it out"}},
		{"must in a block", "person", `{"name":[{"given":["Ann"]}]}`, []string{"/c/name/0/family must-occur Family name is missing. Write it."}},
		{"must block", "person", `{}`, []string{"/c/name must-occur Name is missing. Fill it in."}},
		{"empty block", "person", `{"name":[{}]}`, []string{"/c/name/0 empty Name has nothing in it."}},
		{"empty text", "note", `{` + must + `,"words":" \n"}`, []string{"/c/words empty Words is empty."}},
		{"too long", "note", `{` + must + `,"words":"` + long + `"}`, []string{"/c/words too-long Words is too long: it has 100001 characters and can have 100000."}},
		{"too short", "note", `{` + must + `,"postcode":"Z"}`, []string{"/c/postcode too-short ", "/c/postcode pattern "}},
		{"bad character", "note", `{` + must + `,"words":"a\u0000"}`, []string{"/c/words bad-character "}},
		{"a name that reads as another", "note", `{` + must + `,"words":"Ann \u202enosnhoJ"}`, []string{"/c/words bad-character "}},
		{"unknown code", "note", `{"subjectOfCare":{"ref":"` + anna + `"},"risk":{"code":"fire"},"on":"2026"}`, []string{
			`/c/risk unknown-code Risk category: "fire" is not in the list. Choose one of: fall, choking.`}},
		{"code of another system", "note", `{"subjectOfCare":{"ref":"` + anna + `"},"risk":{"code":"fall","system":"urn:x"},"on":"2026"}`, []string{
			`/c/risk unknown-code Risk category: "fall" is not in the list. That code is from urn:test:risk.`}},
		{"display of another code", "note", `{"subjectOfCare":{"ref":"` + anna + `"},"risk":{"code":"fall","display":"choking"},"on":"2026"}`, []string{
			`/c/risk code-differs Risk category: the code "fall" means "Falls", but beside it stands "choking".`}},
		{"words of another code", "note", `{"subjectOfCare":{"ref":"` + anna + `"},"risk":{"code":"fall","text":"Choking "},"on":"2026"}`, []string{
			`/c/risk code-differs Risk category: the code "fall" means "Falls", but beside it stands "Choking ".`}},
		{"words for a closed set", "note", `{"subjectOfCare":{"ref":"` + anna + `"},"risk":{"text":"fire"},"on":"2026"}`, []string{"/c/risk unknown-code "}},
		{"open set without system", "note", `{` + must + `,"mood":[{"code":"sad"}]}`, []string{`/c/mood/0 unknown-code Mood: "sad" is not in the list. Say which code system`}},
		{"display alone", "note", `{` + must + `,"mood":[{"display":"sad"},{}]}`, []string{"/c/mood/0 unknown-code Mood has no code.", "/c/mood/1 empty Mood is empty."}},
		{"strange key of a code", "note", `{` + must + `,"mood":[{"code":"calm","colour":"red"}]}`, []string{
			`/c/mood/0/colour unknown-element "colour" does not belong in Mood. Its keys are code, system, display, text.`}},
		{"unit", "weight", `{"weight":{"value":61,"unit":"st"},"other":{"value":1,"unit":"kg"}}`, []string{
			`/c/weight unknown-unit Weight cannot be in "st". Use kg.`, `/c/other unknown-unit Other amount cannot be in "kg". Use mL or L.`}},
		{"amount without unit", "weight", `{"weight":{"value":61}}`, []string{"/c/weight wrong-type Weight needs a number and its unit."}},
		{"range", "weight", `{"weight":{"value":501,"unit":"kg"}}`, []string{"/c/weight out-of-range Weight must be between 1 and 500 kg."}},
		{"number range", "note", `{` + must + `,"count":10.51}`, []string{"/c/count out-of-range How many must be between 0 and 10.5."}},
		{"exponent", "note", `{` + must + `,"count":1e1}`, []string{"/c/count bad-number Write the number in plain digits"}},
		{"dates", "note", `{"subjectOfCare":{"ref":"` + anna + `"},"risk":{"code":"fall"},"on":"2026-02-31","due":"31/02/2026"}`, []string{
			"/c/on bad-date Happened on: 31 February is not a date.", "/c/due bad-date Due: write the date as year-month-day"}},
		{"far years", "note", `{"subjectOfCare":{"ref":"` + anna + `"},"risk":{"code":"fall"},"on":"9999-12-31T23:59Z","due":"0194"}`, []string{
			"/c/on bad-date Happened on: the year 9999 is too far ahead.", "/c/due bad-date Due: the year 0194 is too long ago."}},
		{"placeholder nhs number", "person", `{"nhsNumber":"1111111111","name":[{"family":"A"}]}`, []string{"/c/nhsNumber nhs-number "}},
		{"time", "note", `{` + must + `,"at":"24:00"}`, []string{"/c/at bad-time At: 24:00 is not a time of day."}},
		{"no offset", "note", `{"subjectOfCare":{"ref":"` + anna + `"},"risk":{"code":"fall"},"on":"2026-02-03T09:30"}`, []string{
			"/c/on missing-offset Happened on: the time does not say how far it is from UTC."}},
		{"nhs number", "person", `{"nhsNumber":"999 000 0001","name":[{"family":"A"}]}`, []string{"/c/nhsNumber nhs-number NHS number: this is not a valid NHS number."}},
		{"pattern", "note", `{` + must + `,"postcode":"AB1 2CD"}`, []string{"/c/postcode pattern Postcode is not written as it should be."}},
		{"absence forbidden", "note", `{"subjectOfCare":{"absent":"masked"},"risk":{"absent":"declined"},"on":{"absent":"not-asked"}}`, []string{
			"/c/subjectOfCare absence-not-allowed Subject of care must have an answer", "/c/on absence-not-allowed Happened on must have an answer"}},
		{"unknown absence", "note", `{` + must + `,"words":{"absent":"dunno"}}`, []string{"/c/words unknown-absence Words: this reason for having no answer is not known."}},
		{"absence with more", "note", `{` + must + `,"mood":[{"absent":"declined","code":"calm"}]}`, []string{"/c/mood/0 absence-not-alone "}},
		{"absence among answers", "note", `{` + must + `,"mood":[{"absent":"declined"},{"code":"calm"}]}`, []string{"/c/mood absence-not-alone "}},
		{"absence of a group with more", "person", `{"name":[{"absent":"declined","family":"A"}]}`, []string{"/c/name/0 absence-not-alone "}},
		{"references", "note", `{` + must + `,"seenBy":{"ref":"anna"},"influences":[{"ref":"` + ben + `","version":0},{"ref":"` + ben + `","system":"s"}]}`, []string{
			"/c/seenBy bad-reference Seen by does not point at a record.", "/c/influences/0 bad-reference ", "/c/influences/1 bad-reference "}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, problems := fixtureClass(t, test.class).Decode([]byte(test.in), DecodeOptions{Prefix: "/c"})
			checkProblems(t, problems, test.want)
		})
	}
}

func checkProblems(t *testing.T, problems []Problem, want []string) {
	t.Helper()
	for i, p := range problems {
		got := p.Path + " " + p.Rule + " " + p.Message
		if i >= len(want) || !strings.HasPrefix(got, want[i]) {
			t.Errorf("problem %d: %s", i, got)
		}
	}
	if len(problems) < len(want) {
		t.Errorf("missing: %v", want[len(problems):])
	}
}

func TestDecodeFillsAndKeeps(t *testing.T) {
	tests := []struct{ name, class, in, want string }{
		{"codes filled, subject kept, order of the class", "note",
			`{"on":"2026-03","mood":[{"text":"like a storm"},{"code":"sad","system":"urn:x"}],"risk":{"code":"choking"},"subjectOfCare":{"ref":"` + strings.ToUpper(anna) + `"}}`,
			`{"subjectOfCare":{"ref":"` + anna + `"},"risk":{"code":"choking","system":"urn:test:other","display":"Choking"},` +
				`"mood":[{"text":"like a storm"},{"code":"sad","system":"urn:x"}],"on":"2026-03"}`},
		{"digits", "note", `{` + must + `,"count":-0.0}`, `{"subjectOfCare":{"ref":"` + anna + `"},"risk":{"code":"fall","system":"urn:test:risk","display":"Falls"},"on":"2026-03-04T09:30Z","count":-0.0}`},
		{"weight", "weight", `{"weight":{"unit":"kg","value":71.40}}`, `{"weight":{"value":71.40,"unit":"kg"}}`},
		{"nhs number", "person", `{"nhsNumber":"999 000 0018","name":[{"family":"O\u0027Neil \ud83c\udf3f \"x\"\n"}]}`, `{"nhsNumber":"9990000018","name":[{"family":"O'Neil 🌿 \"x\"\n"}]}`},
		{"absent group", "person", `{"name":[{"absent":"declined"}]}`, `{"name":[{"absent":"declined"}]}`},
		{"pinned reference", "note", `{` + must + `,"influences":[{"version":3,"system":"s","ref":"` + ben + `"}]}`,
			`{"subjectOfCare":{"ref":"` + anna + `"},"risk":{"code":"fall","system":"urn:test:risk","display":"Falls"},"on":"2026-03-04T09:30Z","influences":[{"ref":"` + ben + `","version":3,"system":"s"}]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			class := fixtureClass(t, test.class)
			content, problems := class.Decode([]byte(test.in), DecodeOptions{})
			if problems != nil {
				t.Fatal(problems)
			}
			got := string(content.AppendJSON(nil))
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			again, problems := class.Decode([]byte(got), DecodeOptions{})
			if problems != nil || string(again.AppendJSON(nil)) != got {
				t.Errorf("not the same again: %v", problems)
			}
		})
	}
}

func TestSubject(t *testing.T) {
	class := fixtureClass(t, "note")
	o := DecodeOptions{Subject: uuid.MustParse(anna)}
	content, problems := class.Decode([]byte(`{"risk":{"code":"fall"},"on":"2026"}`), o)
	if problems != nil {
		t.Fatal(problems)
	}
	if v, ok := content.First(RoleSubject); !ok || v.(Reference).UID != o.Subject {
		t.Errorf("subject not filled in: %v", v)
	}
	_, problems = class.Decode([]byte(`{"risk":{"code":"fall"},"on":"2026","subjectOfCare":{"ref":"`+ben+`"}}`), o)
	checkProblems(t, problems, []string{"/subjectOfCare other-subject Subject of care names somebody else."})
}

func TestIncomplete(t *testing.T) {
	class := fixtureClass(t, "note")
	content, problems := class.Decode([]byte(`{"risk":{"absent":"not-asked"},"on":{"absent":"asked-not-known"}}`), DecodeOptions{AllowIncomplete: true})
	if problems != nil {
		t.Fatal(problems)
	}
	checkProblems(t, content.Missing(), []string{
		"/subjectOfCare must-occur ", "/risk not-asked Risk category has not been asked yet.", "/on absence-not-allowed "})
	person, _ := fixtureClass(t, "person").Decode([]byte(`{"name":[{"given":["A"]}]}`), DecodeOptions{AllowIncomplete: true})
	checkProblems(t, person.Missing(), []string{"/name/0/family must-occur "})
}

func TestLongNoteIsAccepted(t *testing.T) {
	note := `{` + must + `,"words":"` + strings.Repeat("é", 60_000) + `"}`
	if _, problems := fixtureClass(t, "note").Decode([]byte(note), DecodeOptions{}); problems != nil {
		t.Error(problems[0].Message)
	}
}

func BenchmarkDecode(b *testing.B) {
	class := fixtureClass(b, "note")
	in := []byte(`{` + must + `,"mood":[{"code":"calm"}],"words":"Anna slipped in the bathroom and was helped up.","due":"2026-03-05","at":"09:30",` +
		`"count":2,"resolved":true,"postcode":"ZZ99 3AB","seenBy":{"ref":"` + ben + `"}}`)
	if _, problems := class.Decode(in, DecodeOptions{}); problems != nil {
		b.Fatal(problems)
	}
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		class.Decode(in, DecodeOptions{})
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	content, _ := fixtureClass(b, "note").Decode([]byte(`{`+must+`,"words":"Anna slipped in the bathroom.","count":2}`), DecodeOptions{})
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = content.AppendJSON(buf[:0])
	}
}
