package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/internal/fixture"
	"rosemary/record"
)

// TestJoinedOverTheAPI: lists show both records, each entry saying where it stands; the export holds both.
func TestJoinedOverTheAPI(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	twin := w.MoveIn("manager", w.Home, "Margaret", "Whitlok", "9990000034", "Room 9")
	w.Write("carer", twin, "daily-note", fixture.NoteContent("In the second"))
	one := "/api/people/" + w.Person.String()
	w.As("carer").Post(one+"/links", fmt.Sprintf(`{"other":%q,"why":"x","differences":"y"}`, twin)).WantProblem(403, "forbidden")
	w.As("manager").Post(one+"/links", fmt.Sprintf(`{"other":%q,"why":"x"}`, twin)).WantProblem(422, "invalid")
	w.As("manager").Post(one+"/links", fmt.Sprintf(`{"other":%q,"why":"Asked","differences":"One number is wrong"}`, twin)).Want(201)
	var list struct{ Items []struct{ Person string } }
	w.As("carer").Get(one + "/records?class=daily-note").Want(200).Read(&list)
	if len(list.Items) != 1 || list.Items[0].Person != twin.String() {
		t.Errorf("the list holds %+v", list.Items)
	}
	var person struct{ AlsoHeldAs []string }
	if w.As("carer").Get(one).Want(200).Read(&person); len(person.AlsoHeldAs) != 1 || person.AlsoHeldAs[0] != twin.String() {
		t.Errorf("also held as %v", person.AlsoHeldAs)
	}
	if text := string(w.As("manager").Get(one + "/export").Want(200).Body); !strings.Contains(text, "In the second") || strings.Count(text, twin.String()) < 3 {
		t.Error("the export holds one of the two")
	}
	w.As("manager").Post(one+"/links/"+twin.String()+"/end", `{"why":"Two sisters"}`).Want(201)
	if w.As("carer").Get(one + "/records?class=daily-note").Want(200).Read(&list); len(list.Items) != 0 {
		t.Errorf("apart, the list holds %+v", list.Items)
	}
	note := w.Write("carer", w.Person, "daily-note", fixture.NoteContent("About the other"))
	w.As("carer").Post(one+"/records/"+note.String()+"/refilings", fmt.Sprintf(`{"to":%q,"expected":1,"why":"Wrong person"}`, twin)).Want(201)
}

// TestDestroyedOverTheAPI: asked for, approved by somebody else, and then gone, with words.
func TestDestroyedOverTheAPI(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	note := w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Somebody else's"))
	w.Commit("carer", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{
		{Type: record.Correct, Record: note, Expected: 1, Description: "Wrong", Content: []byte(fixture.NoteContent("Slept well"))},
	}})
	one := "/api/people/" + w.Person.String()
	body := fmt.Sprintf(`{"versions":[{"record":%q,"number":1}],"basis":"another-person","why":"It is about somebody else"}`, note)
	w.As("carer").Post(one+"/destructions", body).WantProblem(403, "forbidden")
	var d struct {
		Destruction string
		Done        bool
	}
	w.As("manager").Post(one+"/destructions", body).Want(201).Read(&d)
	at := "/api/destructions/" + d.Destruction
	w.As("manager").Post(at+"/approvals", `{"password":"`+fixture.Password+`"}`).WantProblem(403, "forbidden")
	err := w.Guard.CreateAccount(t.Context(), access.NewAccount{Account: "deputy", Name: "Dora", Password: fixture.Password, Role: "registered-manager",
		Worker: w.Workers["senior"], Places: []uuid.UUID{w.Home}})
	if err != nil {
		t.Fatal(err)
	}
	token, err := w.Guard.NewToken(t.Context(), "deputy", "test", 1e12)
	if err != nil {
		t.Fatal(err)
	}
	deputy := w.As("manager")
	deputy.Token = token
	deputy.Post(at+"/approvals", `{"password":"`+fixture.Password+`"}`).Want(201).Read(&d)
	if !d.Done {
		t.Error("approved, and not done")
	}
	version := one + "/records/" + note.String() + "/versions/1"
	if p := w.As("carer").Get(version).WantProblem(410, "gone"); !strings.Contains(p.Detail, "lawfully destroyed") || strings.Contains(p.Detail, "somebody else") && strings.Contains(p.Detail, "Reason") {
		t.Errorf("the carer is told: %s", p.Detail)
	}
	if p := w.As("manager").Get(version).WantProblem(410, "gone"); !strings.Contains(p.Detail, "Reason") {
		t.Errorf("the manager is told: %s", p.Detail)
	}
	w.As("carer").Get(one + "/records/" + note.String()).Want(200)
	w.As("manager").Get("/api/destructions").Want(200)
	w.As("manager").Get("/api/destructions/due").Want(200)
	w.As("carer").Get("/api/destructions").WantProblem(403, "forbidden")
}
