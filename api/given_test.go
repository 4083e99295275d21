package api_test

import (
	"fmt"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestWhoWasGivenARecordOverTheAPI: an export says for whom it is; once what was in it is corrected, whoever got it is listed, and told.
func TestWhoWasGivenARecordOverTheAPI(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	note := w.Write("carer", w.Person, "daily-note", fixture.NoteContent("The right elbow"))
	one := "/api/people/" + w.Person.String()
	at := one + "/records/" + note.String()
	w.As("manager").Get(one + "/export?to=Dr+Khan&why=Asked+for+by+telephone").Want(200)
	w.As("manager").Get(one+"/export?to="+strings.Repeat("x", 301)).WantProblem(422, "invalid")
	tag := w.As("carer").Get(at).Want(200).Header.Get("ETag")
	w.As("carer").Put(at, `{"type":"correct","description":"It was the left","content":`+fixture.NoteContent("The left elbow")+`}`, "If-Match", tag).Want(200)

	var d struct {
		Latest, Corrected     int
		Some, MustTell, Known bool
		Items                 []struct {
			Account, Action, To, Why string
			Number                   int
			MustTell                 bool
		}
	}
	w.As("manager").Get(at + "/disclosures").Want(200).Read(&d)
	if len(d.Items) != 1 || d.Latest != 2 || d.Corrected != 2 || !d.MustTell || !d.Known {
		t.Fatalf("who was given it: %+v", d)
	}
	if i := d.Items[0]; i.Account != "manager" || i.Action != "export" || i.To != "Dr Khan" || i.Why != "Asked for by telephone" || i.Number != 1 || !i.MustTell {
		t.Errorf("Dr Khan was given it: %+v", i)
	}
	if w.As("carer").Get(at + "/disclosures").Want(200).Read(&d); d.Known || !d.MustTell || len(d.Items) != 0 {
		t.Errorf("the carer who corrected learns %+v", d)
	}
	const id = "0199b2f4-7a00-7000-8000-00000000aa01"
	told := fmt.Sprintf(`{"contribution":%q,"number":2,"description":"Rang Dr Khan"}`, id)
	w.As("carer").Post(at+"/disclosures", told).Want(201)
	w.As("carer").Post(at+"/disclosures", told).Want(200)
	w.As("carer").Post(at+"/disclosures", `{"number":2,"description":""}`).WantProblem(422, "invalid")
	if w.As("carer").Get(at + "/disclosures").Want(200).Read(&d); len(d.Items) != 1 || d.Items[0].Why != "Rang Dr Khan" || d.Items[0].Action != "told" {
		t.Errorf("told: %+v", d.Items)
	}
	w.As("manager").Get(at+"/disclosures?number=0").WantProblem(400, "bad-request")
	if w.As("manager").Get(at + "/disclosures?number=2").Want(200).Read(&d); len(d.Items) != 1 {
		t.Errorf("given the second version: %+v", d.Items)
	}
	w.As("manager").Get("/api/directory/"+w.Person.String()+"/records/"+note.String()+"/disclosures").WantProblem(404, "not-found")
}
