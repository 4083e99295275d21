package web_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"rosemary/internal/browser"
)

// aPhoneWouldSend makes a JPEG of 12 megapixels that lies on its side, with what a camera writes into it: which way is up, and where it was taken.
func aPhoneWouldSend(t *testing.T) []byte {
	t.Helper()
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 4000, 3000)), nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00WHERE-IT-WAS-TAKEN")
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	out := append([]byte{}, picture.Bytes()[:2]...)
	return append(append(append(out, segment...), exif...), picture.Bytes()[2:]...)
}

// TestAPhotographIsMadeSmallerOnTheDevice: 12 megapixels become some 2,000 points across, the right way up, without what the camera wrote into it; what cannot be drawn is kept as it is.
func TestAPhotographIsMadeSmallerOnTheDevice(t *testing.T) {
	w := newWorld(t)
	b := openBrowser(t, w)
	b.signIn(w, "carer")
	folder := t.TempDir()
	photograph, heic := filepath.Join(folder, "IMG_1.jpg"), filepath.Join(folder, "IMG_2.heic")
	for name, data := range map[string][]byte{photograph: aPhoneWouldSend(t), heic: append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 500)...)} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.Open("/people/" + w.Person.String() + "/new/body-mark")
	chosen := chromedp.CSS(`input[name="f-pictures-0_file"]`)
	b.Do(chromedp.SetUploadFiles(chosen, []string{photograph}))
	b.Until("the photograph is smaller", `!!document.querySelector('input[name="f-pictures-0_file"]').dataset.madeSmaller`)
	size := browser.Evaluate[[]int64](b.Tab, `(async () => { const f = document.querySelector('input[name="f-pictures-0_file"]').files[0], p = await createImageBitmap(f);
		const text = new TextDecoder('latin1').decode(await f.arrayBuffer()); return [p.width, p.height, text.includes('WHERE-IT') || text.includes('Exif') ? 1 : 0] })()`, chromedp.EvalAwaitPromise)
	if size[0] != 1500 || size[1] != 2000 || size[2] != 0 {
		t.Errorf("it is %d by %d, and says where it was taken: %d", size[0], size[1], size[2])
	}
	b.Do(chromedp.SetUploadFiles(chosen, []string{heic}))
	if name := browser.Evaluate[string](b.Tab, `new Promise(done => setTimeout(() => done(document.querySelector('input[name="f-pictures-0_file"]').files[0].name), 300))`, chromedp.EvalAwaitPromise); name != "IMG_2.heic" {
		t.Errorf("a picture that the browser cannot draw became %q", name)
	}
}
