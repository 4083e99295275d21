package access_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/record"
	"rosemary/standard"
)

// attaches sends a file about a person.
func (a actor) attaches(person, text string) (*step, record.Attachment) {
	a.w.t.Helper()
	kept, err := a.session.Attach(a.w.t.Context(), a.w.people[person], strings.NewReader(text), access.Said{MediaType: "text/plain"})
	return a.did("attaches a file", err, nil), kept
}

// opens reads a file about a person.
func (a actor) opens(v *access.View, person string, file record.Hash) *step {
	a.w.t.Helper()
	_, content, err := v.Attachment(a.w.t.Context(), a.w.people[person], file)
	var names []string
	if err == nil {
		defer func() { _ = content.Close() }()
		names = append(names, string(must[[]byte](a.w.t)(io.ReadAll(content))))
	}
	return a.did("opens a file", err, names)
}

func fileBlock(kept record.Attachment) string {
	return fmt.Sprintf(`"files":[{"hash":%q,"type":%q,"size":%d}]`, kept.Hash, kept.MediaType, kept.Size)
}

// withFile makes a note name a file.
func withFile(p *record.Proposal, kept record.Attachment) *record.Proposal {
	ch := &p.Changes[0]
	ch.Content = []byte(strings.TrimSuffix(string(ch.Content), "}") + "," + fileBlock(kept) + "}")
	return p
}

// TestAFileIsSeenByWhoSeesARecordThatNamesIt, and by nobody else but whoever sent it.
func TestAFileIsSeenByWhoSeesARecordThatNamesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	w.as("elm-manager").commit(w.register("Lund", "Elm House")).wantDone()
	sent, letter := w.as("carer").attaches("Okafor", "Dear Ruth")
	sent.wantDone().wantLogged("attach done")

	// Not committed yet: the sender's own.
	w.as("carer").opens(w.as("carer").view(), "Okafor", letter.Hash).wantShown("Dear Ruth").wantLogged("attachment done")
	w.as("manager").opens(w.as("manager").view(), "Okafor", letter.Hash).wantDenied().wantLogged("attachment refused")
	before := w.as("manager").view().Moment()

	w.as("carer").commit(withFile(w.note("Okafor", "about the nurse", "sensitive", "nurse"), letter)).wantDone()
	for account, sees := range map[string]bool{"carer": false, "senior": true, "manager": true, "nurse": false, "elm-carer": false, "elm-manager": false, "admin": false, "inspector": true} { // the carer sent it, and may not read what names it now
		step := w.as(account).opens(w.as(account).view(), "Okafor", letter.Hash)
		if sees {
			step.wantShown("Dear Ruth").wantLogged("attachment done")
		} else {
			step.wantDenied().wantLogged("attachment refused")
		}
	}
	w.as("manager").opens(w.as("manager").viewAt(access.At{Moment: before}), "Okafor", letter.Hash).wantDenied() // it was not in the record then

	// The same hash about somebody else is nothing.
	w.as("elm-manager").opens(w.as("elm-manager").view(), "Lund", letter.Hash).wantDenied()
	w.as("elm-manager").commit(withFile(w.note("Lund", "stolen", ""), letter)).want(standard.Invalid)
	w.as("nurse").commit(withFile(w.note("Okafor", "guessed", ""), letter)).want(standard.Invalid)
	for _, account := range []string{"elm-carer", "inspector", "admin"} {
		step, _ := w.as(account).attaches("Okafor", "Dear Ruth")
		if account == "inspector" {
			step.wantForbidden().wantLogged("attach refused")
		} else {
			step.wantDenied().wantLogged("attach refused")
		}
	}

	// Held more closely today, it is held more closely for ever: the version that was open before gives nothing away.
	w.as("manager").commit(&record.Proposal{Stream: w.people["Okafor"], Changes: []record.ProposedChange{{
		Type: record.Modify, Record: w.records["about the nurse"], Expected: 1, Sensitivity: "confidential", Content: []byte(`{"words":"closed"}`),
	}}}).wantDone()
	w.as("senior").opens(w.as("senior").view(), "Okafor", letter.Hash).wantDenied()
	w.as("manager").opens(w.as("manager").view(), "Okafor", letter.Hash).wantShown("Dear Ruth")
	w.as("carer").opens(w.as("carer").view(), "Okafor", letter.Hash).wantDenied().wantLogged("attachment refused") // who sent it too
}

// TestAFileThatTellsWhereARestrictedPersonLivesIsHidden as the placement is that names it.
func TestAFileThatTellsWhereARestrictedPersonLivesIsHidden(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.register("Okafor", "Rose House")
	p.Changes[0].Content = []byte(`{"family":"Okafor","restricted":true}`)
	w.as("manager").commit(p).wantDone()
	_, plan := w.as("manager").attaches("Okafor", "The way to her room")
	w.as("manager").commit(&record.Proposal{Stream: w.people["Okafor"], Changes: []record.ProposedChange{{
		Type: record.Create, Class: "placement", Content: fmt.Appendf(nil, `{"placedAt":{"ref":%q},"from":"2026-02-01",%s}`, w.places["Rose House"], fileBlock(plan)),
	}}}).wantDone()
	w.as("senior").opens(w.as("senior").view(), "Okafor", plan.Hash).wantDenied()
	w.as("manager").opens(w.as("manager").view(), "Okafor", plan.Hash).wantShown("The way to her room")
}

// TestAnExportCarriesEachFileInFrontOfWhatNamesIt, once, and none that no record names.
func TestAnExportCarriesEachFileInFrontOfWhatNamesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("manager").commit(w.register("Okafor", "Rose House")).wantDone()
	_, one := w.as("carer").attaches("Okafor", "one")
	_, two := w.as("carer").attaches("Okafor", "two")
	_, _ = w.as("carer").attaches("Okafor", "never saved")
	w.as("carer").commit(withFile(w.note("Okafor", "first", ""), two)).wantDone()
	w.as("carer").commit(withFile(w.note("Okafor", "second", ""), one)).wantDone()
	w.as("carer").commit(withFile(w.note("Okafor", "third", ""), two)).wantDone()
	var order []string
	err := w.as("manager").session.Export(t.Context(), w.people["Okafor"], 0, access.Export{
		Contribution: func(s *record.Sealed) error { order = append(order, s.Changes[0].Class); return nil },
		Attachment: func(_ uuid.UUID, _ record.Attachment, content io.Reader) error {
			text, err := io.ReadAll(content)
			order = append(order, string(text))
			return err
		},
	})
	if got := strings.Join(order, " "); err != nil || got != "person two note one note note" {
		t.Errorf("exported %q, %v", got, err)
	}
}
