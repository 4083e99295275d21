package web_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/transfer"
)

// byHand are two providers whose systems know each other, and do not reach each other.
func byHand(t *testing.T) (*providers, uuid.UUID) {
	t.Helper()
	p := &providers{old: newWorld(t), new: newWorld(t), oldURL: "http://127.0.0.1:1", newURL: "http://127.0.0.1:1"}
	p.know(t)
	return p, p.edith()
}

const takeIn = "/transfers/file"

// takes sends a file as the page does.
func (v *visitor) takes(values url.Values, content []byte) *page {
	v.t.Helper()
	return v.send(takeIn, values, chosen{"file_file", "record.rosemary", content})
}

// TestARecordGoesByHand: one manager makes the file, the other takes it in, sees what it holds and accepts it; in the lists of both stands what went, to whom and why.
func TestARecordGoesByHand(t *testing.T) {
	p, person := byHand(t)
	old, next := p.old.as(t, "manager"), p.new.as(t, "manager")
	base := "/people/" + person.String()
	give := base + "/file"
	old.get(base).says("Give the record as a file")
	_, fingerprint := p.new.Exchange.Own()
	form := old.get(give).want(http.StatusOK).says("Elm Court", fingerprint).fields(give)
	old.post(give, form).want(http.StatusUnprocessableEntity).says("Choose the system that it is sealed for", "Say what it is for")
	old.post(give, with(form, "peer", "nobody", "why", "x")).want(http.StatusUnprocessableEntity).says("This system is not known here any more")
	form = with(form, "peer", p.new.Identity.System, "why", "She moves there on Friday.")
	file := old.post(give, form).want(http.StatusOK)
	if name := file.header.Get("Content-Disposition"); !strings.HasPrefix(name, "attachment") || strings.Contains(name, person.String()) || bytes.Contains(file.body, []byte("Lomax")) {
		t.Errorf("the file tells who it is about: %s", name)
	}
	old.get(base+"/looked").says("sent the record to Elm Court", "in a sealed file", "She moves there on Friday.")
	for account, status := range map[string]int{"carer": http.StatusForbidden, "elm-manager": http.StatusNotFound} {
		v := p.old.as(t, account)
		v.get(give).want(status)
		v.post(give, form).want(status)
	}
	p.old.as(t, "carer").get(base).keepsQuiet("as a file")

	next.get("/transfers").says("Take in a file")
	taken := next.takes(next.get(takeIn).want(http.StatusOK).fields(takeIn), file.body).want(http.StatusSeeOther)
	next.follow(taken).want(http.StatusOK).says("Taken in, and checked", "Not part of our record", "Signed by Harbour House")
	if again := next.takes(nil, file.body).want(http.StatusSeeOther); again.location != taken.location {
		t.Errorf("the same file again is another package: %s, %s", again.location, taken.location)
	}
	p.accepted(t, next, person, "6 versions")
	next.get(base+"/looked").says("in a file that Helen Marsh took in", "accepted into the record")
}

// TestBadFilesAreRefusedInPlainWords: and nothing of them is kept.
func TestBadFilesAreRefusedInPlainWords(t *testing.T) {
	p, person := byHand(t)
	old, next := p.old.as(t, "manager"), p.new.as(t, "manager")
	give := "/people/" + person.String() + "/file"
	sealed := old.post(give, url.Values{"peer": {p.new.Identity.System}, "why": {"She moves."}}).want(http.StatusOK).body
	old.post(give, url.Values{"open": {"yes"}}).want(http.StatusUnprocessableEntity).says("Say to whom you give it", "Say why it cannot be sealed", "Say what it is for")
	old.post(give, url.Values{"open": {"yes"}, "peer": {p.new.Identity.System}, "why": {"x"}}).want(http.StatusUnprocessableEntity).says("Take one of them back")
	open := old.post(give, url.Values{"open": {"yes"}, "to": {"Jo Hart, Elm Court"}, "noseal": {"Their key was lost."}, "why": {"She moves."}}).want(http.StatusOK).body
	old.get("/people/"+person.String()+"/looked").says("sent the record to Jo Hart, Elm Court", "not sealed", "Their key was lost.")

	var other bytes.Buffer
	to, err := transfer.Seal(&other, p.old.Identity.Keys[0])
	if err == nil {
		_, err = to.Write(open)
	}
	if err != nil || to.Close() != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)/2] ^= 1
	streams := []byte(`"streams":["` + person.String() + `"]`)
	two := bytes.Replace(open, streams, []byte(`"streams":["`+person.String()+`","`+p.old.Person.String()+`"]`), 1)
	elsewhere := bytes.Replace(open, []byte(p.old.Identity.System), []byte(uuid.NewString()), 1)
	for name, bad := range map[string]struct {
		file []byte
		says string
	}{
		"for another":    {other.Bytes(), "sealed for another system"},
		"cut off":        {sealed[:len(sealed)/2], "altered, or cut off"},
		"altered":        {flipped, "altered, or cut off"},
		"open, cut off":  {open[:bytes.LastIndexByte(open[:len(open)-1], '\n')+1], "cut off"},
		"open, altered":  {bytes.Replace(open, []byte("left elbow"), []byte("left ankle"), 1), "altered"},
		"about two":      {two, "exactly one person"},
		"something else": {[]byte("PK\x03\x04 a letter\n"), "not an export"},
		"empty":          {nil, "not an export"},
		"nobody we know": {elsewhere, "which is not known here, so nothing proves it"},
	} {
		refused := next.takes(url.Values{"provider": {"Somebody"}}, bad.file).want(http.StatusUnprocessableEntity).says(bad.says)
		if words := refused.text(); strings.Contains(words, "invalid:") || !strings.Contains(words, "Somebody") && !bytes.Contains(refused.body, []byte("Somebody")) {
			t.Errorf("%s: not plain, or what was typed is lost: %s", name, words)
		}
		if waiting, err := p.new.Session("manager").Waiting(context.Background()); err != nil || len(waiting) != 0 {
			t.Fatalf("%s: %v, %v", name, waiting, err)
		}
	}
	next.send(takeIn, nil, chosen{"file_file", "", nil}).want(http.StatusUnprocessableEntity).says("Choose the file")
	next.post(takeIn, nil).want(http.StatusUnprocessableEntity).says("Choose the file")
	carer := p.new.as(t, "carer")
	carer.get(takeIn).want(http.StatusForbidden)
	carer.takes(nil, sealed).want(http.StatusForbidden)
}

// TestAFileWithoutProofSaysSo: it is taken in on somebody's word only, and marked wherever it stands.
func TestAFileWithoutProofSaysSo(t *testing.T) {
	p := &providers{old: newWorld(t), new: newWorld(t)}
	person := p.edith()
	give := "/people/" + person.String() + "/file"
	old, next := p.old.as(t, "manager"), p.new.as(t, "manager")
	old.get(give).want(http.StatusOK).says("No other system is known here", "Another system, whose key I have")
	file := old.post(give, url.Values{"open": {"yes"}, "to": {"Jo Hart"}, "noseal": {"No key."}, "why": {"She moves."}}).want(http.StatusOK).body
	next.takes(nil, file).want(http.StatusUnprocessableEntity).says("which is not known here", "without proof")
	next.takes(url.Values{"unproved": {"yes"}}, file).want(http.StatusUnprocessableEntity).says("Say who gave you the file")
	next.follow(next.takes(url.Values{"unproved": {"yes"}, "provider": {"Harbour House"}}, file).want(http.StatusSeeOther)).says("From", "Harbour House", "Nothing proves where it comes from")
	next.get("/transfers").says("Nothing proves where it comes from")
}
