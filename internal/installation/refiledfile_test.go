package installation_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"rosemary/access"
	"rosemary/record"
)

// TestAPhotographOfSomebodyElse goes where it belongs with the entry that names it: misfiled, it is shown to the wrong people.
func TestAPhotographOfSomebodyElse(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	other := s.MoveIn("manager", s.Home, "Agnes", "Pike", "9990000034", "Room 9")
	kept, err := s.Session("carer").Attach(t.Context(), s.Person, strings.NewReader("Dear Agnes"), access.Said{})
	if err != nil {
		t.Fatal(err)
	}
	letter := s.Write("carer", s.Person, "document", fmt.Sprintf(`{"documentTitle":"Letter","files":[{"contentHash":%q,"mediaType":%q,"size":%d}]}`, kept.Hash, kept.MediaType, kept.Size))
	move := access.Refiling{From: s.Person, Record: letter, Expected: 1, To: s.Stranger, Why: "Written in the wrong record"}
	if _, err := s.Session("senior").Refile(t.Context(), move); err == nil {
		t.Fatal("refiled to somebody who may not be seen")
	}
	if _, err := s.Attachments.Attachment(t.Context(), s.Stranger, kept.Hash); err == nil {
		t.Error("the file was kept for somebody who may not be written about")
	}
	move.To = other
	done, err := s.Session("senior").Refile(t.Context(), move) // who has not sent it, but may read it
	if err != nil {
		t.Fatal(err)
	}
	about, content, err := s.view("carer").Attachment(t.Context(), other, kept.Hash)
	if err != nil || about != kept {
		t.Fatalf("%+v, %v", about, err)
	}
	text, err := io.ReadAll(content)
	if err != nil || string(text) != "Dear Agnes" || content.Close() != nil {
		t.Errorf("it holds %q, %v", text, err)
	}
	if v, err := s.view("carer").Record(t.Context(), other, done.Record); err != nil || v.Status != record.Complete {
		t.Errorf("here: %+v, %v", v, err)
	}
	if _, err := s.Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
}
