package web_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func aPhotograph(t testing.TB) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 700, 500))
	for y := range 500 {
		for x := range 700 {
			p.SetRGBA(x, y, color.RGBA{uint8(x / 3), uint8(y / 2), 150, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// chosen is a file that somebody chose in a form.
type chosen struct {
	field, name string
	content     []byte
}

// send sends a form with files, as a browser does: a field without a chosen file is sent too, empty.
func (v *visitor) send(path string, values url.Values, files ...chosen) *page {
	v.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, all := range values {
		for _, value := range all {
			if err := w.WriteField(name, value); err != nil {
				v.t.Fatal(err)
			}
		}
	}
	for _, file := range files {
		part, err := w.CreateFormFile(file.field, file.name)
		if err == nil {
			_, err = part.Write(file.content)
		}
		if err != nil {
			v.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		v.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

// pictures lists the addresses of the pictures on a page.
func (p *page) pictures() (all []string) {
	each(p.doc, func(n *html.Node) {
		if n.Data == "img" {
			all = append(all, attr(n, "src"))
			if attr(n, "alt") == "" && !strings.Contains(attr(n, "class"), "rm-photo") {
				p.t.Errorf("%s: a picture says nothing to those who cannot see it", p.path)
			}
		}
	})
	return all
}

// TestAPhotographIsKeptWithABodyMark: sent with a form that has faults it is kept and shown again with a tick; saved, it is shown small and large; whoever may not
// see the record sees no picture.
func TestAPhotographIsKeptWithABodyMark(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	base := "/people/" + w.Person.String()
	path := base + "/new/body-mark"
	sent := v.get(path).want(http.StatusOK).says("Take or add photographs of it").fields(path)
	sent.Set("act", "save")
	sent.Set("f-pictures-0-caption", "Left forearm")
	again := v.send(path, sent, chosen{"f-pictures-0_file", "IMG 1.png", aPhotograph(t)}).want(http.StatusUnprocessableEntity).
		says("There is a problem", "Kept: IMG 1.png", "Choose another file instead")
	small := again.pictures()
	if len(small) != 1 {
		t.Fatalf("pictures: %v", small)
	}
	if got := v.get(small[0]).want(http.StatusOK); got.header.Get("Content-Type") != "image/jpeg" || got.header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("the preview: %v", got.header)
	}
	for _, whole := range []string{"/file", "/large", "/file?name=small"} { // does not stay on the disk of a device that others use too
		if got := v.get(strings.TrimSuffix(small[0], "/small") + whole).want(http.StatusOK); got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%q: %v", whole, got.header)
		}
	}
	sent = again.fields(path)
	for name, value := range map[string]string{"act": "save", "f-when_day": "16", "f-when_month": "3", "f-when_year": "2026", "f-kind": "bruise", "f-bodySite": "forearm"} {
		sent.Set(name, value)
	}
	saved := v.send(path, sent, chosen{"f-pictures-0_file", "", nil})
	if saved.status != http.StatusSeeOther {
		t.Fatalf("not saved: %s", saved.text())
	}
	record := v.follow(saved).want(http.StatusOK).says("Left forearm", "IMG 1.png", "a PNG picture")
	if shown := record.pictures(); len(shown) != 1 || shown[0] != small[0] {
		t.Errorf("on the record: %v", shown)
	}
	var large string
	each(record.doc, func(n *html.Node) {
		if n.Data == "a" && attr(n, "class") == "rm-picture" {
			large = attr(n, "href")
		}
	})
	page := v.get(large).want(http.StatusOK).says("Left forearm", "Save the original", "such as where it was taken")
	v.get(page.pictures()[0]).want(http.StatusOK)
	hash := strings.TrimSuffix(small[0], "/small")
	original := v.get(hash + "/file?name=IMG%201.png").want(http.StatusOK)
	if !bytes.Equal(original.body, aPhotograph(t)) || original.header.Get("Content-Disposition") != `attachment; filename="IMG 1.png"` ||
		original.header.Get("Content-Security-Policy") != "default-src 'none'; sandbox; frame-ancestors 'none'" {
		t.Errorf("the original: %d bytes, %v", len(original.body), original.header)
	}
	stranger := w.as(t, "elm-carer")
	for _, p := range []string{small[0], hash + "/large", hash + "/file", large} {
		stranger.get(p).want(http.StatusNotFound)
	}
	w.visitor(t).get(small[0]).want(http.StatusSeeOther)
}

func TestAFileThatCannotBeKeptIsSaidBesideItsQuestion(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	path := "/people/" + w.Person.String() + "/new/document"
	sent := v.get(path).want(http.StatusOK).fields(path)
	sent.Set("act", "save")
	sent.Set("f-documentTitle", "Letter from the hospital")
	for _, bad := range []struct {
		name    string
		content []byte
		says    string
	}{
		{"letter.pdf", []byte("MZ\x90\x00"), "It is a program"},
		{"page.html", []byte("<!DOCTYPE html><p>"), "It is a web page"},
		{"IMG.avif", []byte("\x00\x00\x00\x18ftypavif\x00"), "Send it as a JPEG"},
		{"large.pdf", append([]byte("%PDF-"), make([]byte, 5<<20)...), "larger than 4 MB"},
	} {
		again := v.send(path, sent, chosen{"f-files-0_file", bad.name, bad.content}).want(http.StatusUnprocessableEntity).says("There is a problem", bad.says)
		if got := again.fields(path).Get("f-documentTitle"); got != "Letter from the hospital" {
			t.Errorf("%s: what was typed is lost: %q", bad.name, got)
		}
	}
	letter := []byte("%PDF-1.4\nDear Margaret\n")
	sent.Set("act", "add:f-files") // any button keeps the file
	again := v.send(path, sent, chosen{"f-files-0_file", "letter.pdf", letter}).want(http.StatusOK).says("Kept: letter.pdf")
	sent = again.fields(path)
	sent.Set("act", "save")
	sent.Set("f-files-1-caption", "The second page")
	v.send(path, sent).want(http.StatusUnprocessableEntity).says("Choose a file, or take out what is written about it.")
	sent.Del("f-files-1-caption")
	v.follow(v.send(path, sent).want(http.StatusSeeOther)).says("letter.pdf", "a PDF document")
	sent.Set("f-files-0_drop", "yes")
	sent.Set("contribution", "")
	sent.Set("record", "")
	sent.Set("act", "add:f-files")
	v.post(path, sent).want(http.StatusOK).keepsQuiet("Kept: letter.pdf")
	w.as(t, "inspector").send(path, sent, chosen{"f-files-0_file", "letter.pdf", letter}).want(http.StatusForbidden)
}

// TestTheBannerShowsThePhotograph instead of the initials, to whoever may see the document that holds it.
func TestTheBannerShowsThePhotograph(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "senior")
	base := "/people/" + w.Person.String()
	path := base + "/photograph"
	v.get(base).says("Add a photograph")
	sent := v.get(path).want(http.StatusOK).fields(path)
	sent.Set("act", "save")
	v.send(path, sent).want(http.StatusUnprocessableEntity).says("Choose a photograph")
	saved := v.send(path, sent, chosen{"f-files-0_file", "face.png", aPhotograph(t)}).want(http.StatusSeeOther)
	shown := v.follow(saved).want(http.StatusOK).says("The photograph is kept", "Change the photograph").pictures()
	if len(shown) != 1 {
		t.Fatalf("pictures: %v", shown)
	}
	carer := w.as(t, "carer")
	if got := carer.get(base + "/records").pictures(); len(got) != 1 || got[0] != shown[0] {
		t.Errorf("a colleague sees %v", got)
	}
	carer.get(shown[0]).want(http.StatusOK)
	w.as(t, "elm-carer").get(shown[0]).want(http.StatusNotFound)
}

// TestAFormWithAFileOutlivesItsSession: who was signed out while writing signs in again on the way; what was typed is there, and the file is asked for again.
func TestAFormWithAFileOutlivesItsSession(t *testing.T) {
	w := newWorld(t)
	v := w.as(t, "carer")
	path := "/people/" + w.Person.String() + "/new/document"
	sent := v.get(path).want(http.StatusOK).fields(path)
	sent.Set("act", "save")
	sent.Set("f-documentTitle", "Letter")
	v.cookies = map[string]string{}
	asked := v.send(path, sent, chosen{"f-files-0_file", "letter.pdf", []byte("%PDF-1.4\n")}).want(http.StatusUnauthorized)
	again := asked.fields(path)
	again.Set("again_password", "violet harbour at seven")
	back := v.post(path, again).want(http.StatusUnprocessableEntity).says("Choose it again")
	if back.fields(path).Get("f-documentTitle") != "Letter" {
		t.Error("what was typed is lost")
	}
}
