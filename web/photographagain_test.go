package web_test

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// withFile posts a form as a page does in which a file was chosen.
func withFile(t *testing.T, values url.Values, field, name string, content []byte) (body []byte, mediaType string) {
	t.Helper()
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	for key, all := range values {
		for _, v := range all {
			if err := form.WriteField(key, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	file, err := form.CreateFormFile(field, name)
	if err == nil {
		_, err = file.Write(content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), form.FormDataContentType()
}

// TestAPhotographThatIsSentTwiceIsKeptOnce: a double tap, or a device whose answer was lost, makes one document, and the person's record names it once; what somebody else changed
// about the person meanwhile stays.
func TestAPhotographThatIsSentTwiceIsKeptOnce(t *testing.T) {
	w := newWorld(t)
	path := "/people/" + w.Person.String() + "/photograph"
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 40))); err != nil {
		t.Fatal(err)
	}
	v := w.as(t, "senior")
	kept := func() (documents int, person string) {
		for _, content := range w.current(t, "document") {
			if strings.Contains(content, "Photograph of Margaret") {
				documents++
			}
		}
		return documents, w.current(t, "subject-of-care")[0]
	}
	sent := v.get(path).want(http.StatusOK).fields(path)
	sent.Set("act", "save")
	body, media := withFile(t, sent, "f-files-0_file", "face.png", picture.Bytes())
	post := func() *page {
		r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
		r.Header.Set("Content-Type", media)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		return v.do(r)
	}
	post().want(http.StatusSeeOther)
	first, named := kept()
	v.follow(post().want(http.StatusSeeOther)).says("It was not saved twice")
	if again, same := kept(); first != 1 || again != 1 || same != named || !strings.Contains(named, sent.Get("record")) {
		t.Errorf("%d documents, then %d; the person's record says %s, then %s", first, again, named, same)
	}

	p := w.phone(t, "senior") // the same on a device without a network, whose answer is lost
	p.v.get(path).want(http.StatusOK)
	late := p.v.get(path).fields(path)
	late.Set("act", "save")
	body, media = withFile(t, late, "f-files-0_file", "face.png", picture.Bytes())
	h, _ := p.entry("senior", path, nil)
	h.Type = media
	w.Clock.Advance(time.Hour)
	sealed := p.seal(h, string(body))
	for range 2 {
		if said := p.answer(p.send("/outbox/entries", octets, sealed).want(http.StatusOK)); said["state"] != "done" {
			t.Fatalf("the server says %v", said)
		}
	}
	if documents, now := kept(); documents != 2 || !strings.Contains(now, late.Get("record")) {
		t.Errorf("%d documents; the person's record says %s", documents, now)
	}
}
