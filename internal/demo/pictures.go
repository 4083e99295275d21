package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"rosemary/access"
	"rosemary/record"
)

// The pictures and letters of the demonstration are drawn by the program: nobody's face is in them.

// attachment is a file that a contribution sends before it names it.
type attachment struct {
	mediaType string
	content   []byte
}

// illustrated gives every person a photograph when their record is opened, and the story its pictures and letters.
func illustrated(seed uint64, all []contribution) ([]contribution, error) {
	var photographs []contribution
	for i := range all {
		c := &all[i]
		for j := range c.changes {
			ch := &c.changes[j]
			switch {
			case ch.kind != record.Create || c.person == "":
			case ch.name == c.person:
				photograph, err := photographOf(seed, c, ch)
				if err != nil {
					return nil, err
				}
				photographs = append(photographs, photograph)
			case c.person == storyPerson:
				if err := c.illustrate(ch); err != nil {
					return nil, err
				}
			}
		}
	}
	return append(all, photographs...), nil
}

// photographOf is the contribution that gives a person a photograph, a minute after their record was opened.
func photographOf(seed uint64, opened *contribution, person *change) (contribution, error) {
	const document = "photograph"
	sex := ""
	if d, ok := person.Content.get("personDemographics"); ok {
		if s, ok := d.get("sex"); ok {
			sex = s.text
		}
	}
	c := contribution{at: opened.at.Add(time.Minute), by: opened.by, person: opened.person, why: "A photograph, so that nobody is mistaken for somebody else"}
	block, err := c.file("image/png", portrait(hashOf(seed, "face of "+opened.person), sex == "2"), "photograph.png", "Their face, as they look now")
	if err != nil {
		return c, err
	}
	page, err := inline(fmt.Sprintf("{date: %s, documentTitle: Photograph, class: photograph, subject: %s}", c.at.Format(instantForm), opened.person))
	if err != nil {
		return c, err
	}
	names, err := inline("{photograph: " + document + "}")
	c.changes = []change{
		{kind: record.Create, name: document, changeText: changeText{Class: "document", Content: page.over(fieldOf("files", block))}},
		{kind: record.Modify, name: person.name, changeText: changeText{Content: names}},
	}
	return c, err
}

// illustrate adds to a record of the story what was photographed or scanned with it.
func (c *contribution) illustrate(ch *change) error {
	element, block, err := "files", tree{}, error(nil)
	switch ch.name {
	case "graze":
		element = "pictures"
		block, err = c.file("image/png", limb(0.62, 9, color.RGBA{178, 58, 52, 255}), "elbow.png", "Graze on the elbow, beside a ruler in centimetres")
	case "leg-on-arrival":
		element = "pictures"
		block, err = c.file("image/png", limb(0.45, 14, color.RGBA{150, 84, 70, 255}), "lower-leg.png", "Lower left leg, beside a ruler in centimetres")
	case "hospital-letter":
		block, err = c.file("application/pdf", letter("Moorside General Hospital", "Emergency department", "21 March 2026", "Dear colleagues,",
			"Mrs Margaret Ellis came to us this morning after an unwitnessed fall.", "The scan of her head is clear. She takes apixaban.",
			"Please check her pulse daily for a week, and send her back at any change.", "With kind regards, Dr Imran Sethi"), "letter.pdf", "The letter, scanned")
	case "memory-letter":
		block, err = c.file("application/pdf", letter("Northern Memory Clinic", "", "2024", "Dear Dr Naqvi,", "Thank you for referring Mrs Ellis.",
			"We find a mild cognitive impairment.", "We should like to see her again in a year.", "Yours sincerely, Dr Edith Marlow"), "memory-clinic.pdf", "The letter, scanned")
	default:
		return nil
	}
	ch.Content = ch.Content.over(fieldOf(element, block))
	return err
}

// file adds a file to what the contribution sends, and gives the block that names it.
func (c *contribution) file(mediaType string, content []byte, name, caption string) (tree, error) {
	c.files = append(c.files, attachment{mediaType, content})
	sum := sha256.Sum256(content)
	block, err := inline(fmt.Sprintf("{contentHash: \"%x\", mediaType: %s, size: %d, fileName: %s, caption: %s}", sum, mediaType, len(content), name, strconv.Quote(caption)))
	return tree{kind: list, list: []tree{block}}, err
}

// inline reads a line of YAML as the files of the demonstration are read.
func inline(text string) (tree, error) {
	var t tree
	err := yaml.Unmarshal([]byte(text), &t)
	return t, err
}

func fieldOf(key string, value tree) tree {
	return tree{kind: fields, fields: []field{{key, value}}}
}

// attach sends the files of a contribution, so that its records can name them.
func (p *player) attach(ctx context.Context, session *access.Session, c contribution) error {
	for _, file := range c.files {
		person, ok := p.find("", c.person)
		if !ok {
			return fmt.Errorf("at %s: there is nobody called %s", c.at.Format(instantForm), c.person)
		}
		if _, err := session.Attach(ctx, person.stream, bytes.NewReader(file.content), access.Said{MediaType: file.mediaType}); err != nil {
			return explained(err, c)
		}
	}
	return nil
}

// canvas is a drawing in coordinates from 0 to 1.
type canvas struct{ *image.RGBA }

func newCanvas(size int, ground color.RGBA) canvas {
	c := canvas{image.NewRGBA(image.Rect(0, 0, size, size))}
	for i := 0; i < len(c.Pix); i += 4 {
		c.Pix[i], c.Pix[i+1], c.Pix[i+2], c.Pix[i+3] = ground.R, ground.G, ground.B, 255
	}
	return c
}

// oval fills an ellipse with soft edges.
func (c canvas) oval(x, y, rx, ry float64, with color.RGBA) {
	size := float64(c.Rect.Dx())
	for py := max(0, int((y-ry)*size)-1); py < min(c.Rect.Dy(), int((y+ry)*size)+2); py++ {
		for px := max(0, int((x-rx)*size)-1); px < min(c.Rect.Dx(), int((x+rx)*size)+2); px++ {
			dx, dy := ((float64(px)+0.5)/size-x)/rx, ((float64(py)+0.5)/size-y)/ry
			cover := (1 - math.Hypot(dx, dy)) * min(rx, ry) * size
			c.blend(px, py, with, max(0, min(1, cover+0.5)))
		}
	}
}

func (c canvas) blend(x, y int, with color.RGBA, cover float64) {
	at := c.PixOffset(x, y)
	for i, v := range [3]uint8{with.R, with.G, with.B} {
		c.Pix[at+i] = uint8(float64(c.Pix[at+i])*(1-cover) + float64(v)*cover)
	}
}

func (c canvas) encoded() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, c.RGBA) // into memory, of a picture of our own: it cannot fail
	return b.Bytes()
}

// portrait draws the face of somebody who is not anybody, the same for the same draw.
func portrait(draw [32]byte, woman bool) []byte {
	pick := func(i int, from ...color.RGBA) color.RGBA { return from[int(draw[i])%len(from)] }
	skin := pick(0, color.RGBA{244, 214, 190, 255}, color.RGBA{232, 190, 160, 255}, color.RGBA{198, 146, 110, 255}, color.RGBA{140, 94, 66, 255}, color.RGBA{240, 205, 180, 255})
	hair := pick(1, color.RGBA{236, 236, 234, 255}, color.RGBA{205, 205, 205, 255}, color.RGBA{168, 168, 170, 255}, color.RGBA{120, 112, 108, 255})
	cloth := pick(2, color.RGBA{72, 106, 134, 255}, color.RGBA{134, 78, 92, 255}, color.RGBA{84, 122, 96, 255}, color.RGBA{104, 92, 140, 255}, color.RGBA{170, 128, 70, 255})
	ground := pick(3, color.RGBA{220, 230, 236, 255}, color.RGBA{236, 228, 214, 255}, color.RGBA{222, 234, 222, 255}, color.RGBA{232, 224, 236, 255})
	dark := color.RGBA{60, 48, 44, 255}
	c := newCanvas(400, ground)
	if woman {
		c.oval(0.5, 0.44, 0.27, 0.30+float64(draw[4]%3)*0.04, hair)
	}
	c.oval(0.5, 1.06, 0.42, 0.30, cloth)
	c.oval(0.5, 0.76, 0.09, 0.12, skin)
	c.oval(0.5, 0.36, 0.235, 0.24, hair)
	c.oval(0.28, 0.50, 0.035, 0.055, skin)
	c.oval(0.72, 0.50, 0.035, 0.055, skin)
	top := 0.49 + float64(draw[5]%4)*0.012
	c.oval(0.5, top, 0.205, 0.255, skin)
	if !woman && draw[6]%3 == 0 { // a beard
		c.oval(0.5, 0.66, 0.15, 0.10, hair)
	}
	for _, x := range []float64{0.42, 0.58} {
		c.oval(x, 0.425, 0.045, 0.010, hair)
		c.oval(x, 0.47, 0.030, 0.018, color.RGBA{252, 252, 250, 255})
		c.oval(x, 0.47, 0.014, 0.015, pick(7, color.RGBA{70, 96, 120, 255}, color.RGBA{90, 66, 48, 255}, color.RGBA{84, 104, 76, 255}))
		if draw[8]%2 == 0 { // glasses
			c.ring(x, 0.47, 0.062, 0.010, dark)
		}
	}
	if draw[8]%2 == 0 {
		c.oval(0.5, 0.465, 0.022, 0.006, dark)
	}
	c.oval(0.5, 0.555, 0.018, 0.030, shade(skin, 0.88))
	c.oval(0.5, 0.648, 0.055, 0.016+float64(draw[9]%3)*0.004, color.RGBA{176, 92, 88, 255})
	c.oval(0.5, 0.640, 0.057, 0.011, shade(skin, 0.97))
	return c.encoded()
}

// ring draws a circle.
func (c canvas) ring(x, y, r, width float64, with color.RGBA) {
	size := float64(c.Rect.Dx())
	for py := int((y - r - width) * size); py < int((y+r+width)*size)+2; py++ {
		for px := int((x - r - width) * size); px < int((x+r+width)*size)+2; px++ {
			off := math.Abs(math.Hypot((float64(px)+0.5)/size-x, (float64(py)+0.5)/size-y) - r)
			c.blend(px, py, with, max(0, min(1, (width/2-off)*size+0.5)))
		}
	}
}

func shade(c color.RGBA, by float64) color.RGBA {
	return color.RGBA{uint8(float64(c.R) * by), uint8(float64(c.G) * by), uint8(float64(c.B) * by), 255}
}

// limb draws an arm or a leg with a mark and a ruler beside it.
func limb(at, size float64, mark color.RGBA) []byte {
	skin := color.RGBA{238, 204, 180, 255}
	c := newCanvas(600, color.RGBA{206, 220, 228, 255})
	for i := range 60 {
		x := float64(i) / 59
		c.oval(x, 0.42, 0.06, 0.20-0.05*x, skin)
	}
	for i := range 7 {
		turn := float64(i) * 0.9
		c.oval(at+0.02*math.Cos(turn), 0.42+0.018*math.Sin(turn), size/400, size/500, shade(mark, 1-0.03*float64(i)))
	}
	for y := 0.74; y < 0.86; y += 0.01 { // the ruler
		for i := range 90 {
			c.oval(0.05+float64(i)*0.01, y, 0.008, 0.008, color.RGBA{250, 246, 224, 255})
		}
	}
	for i := range 18 {
		for y := 0.74; y < 0.78; y += 0.004 {
			c.oval(0.06+float64(i)*0.05, y, 0.003, 0.004, color.RGBA{40, 40, 40, 255})
		}
	}
	return c.encoded()
}

// letter writes a page of PDF with a heading and lines: as much of the form as one page of plain words needs.
func letter(lines ...string) []byte {
	var page strings.Builder
	page.WriteString("BT /F1 12 Tf 20 TL 72 770 Td\n")
	for _, line := range lines {
		page.WriteString("(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(line) + ") Tj T*\n")
	}
	page.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", page.Len(), page.String()), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	places := make([]int, len(objects))
	for i, object := range objects {
		places[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, place := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", place)
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}
