package media

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // the decoders that image.Decode knows
	"image/jpeg"
	_ "image/png"
	"io"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

// Size says how large a preview is drawn.
type Size string

// The sizes of previews.
const (
	Small Size = "small" // for lists and the banner
	Large Size = "large" // for a page of its own
)

// Edge is the longer side of a preview of the size, in dots; 0 when there is no such size.
func (s Size) Edge() int {
	switch s {
	case Small:
		return 320
	case Large:
		return 1600
	}
	return 0
}

// PreviewType is the media type of every preview.
const PreviewType = "image/jpeg"

const (
	// MaxPixels is how many dots a picture may have: more than any camera in use, far fewer than a bomb.
	MaxPixels = 120_000_000
	// maxDecoded is how much memory the decoding of one picture may take.
	maxDecoded = 200 << 20
	quality    = 82
)

// ErrNoPreview says that no preview can be drawn of a file, though the file itself may be whole.
var ErrNoPreview = errors.New("no preview can be drawn")

// Check looks at the head of a picture: that it is one, of the type, with no more dots than a picture can sensibly have. Its error is in plain words. A
// file that is no picture passes.
func Check(r io.Reader, t Type) error {
	if !t.Picture {
		return nil
	}
	config, format, err := image.DecodeConfig(bufio.NewReaderSize(r, 64<<10))
	switch {
	case err != nil || "image/"+format != t.Name || config.Width <= 0 || config.Height <= 0:
		return Refusal(fmt.Sprintf("It begins like %s but cannot be read as one. It may have been damaged on the way: take it or send it again.", t.Words))
	case int64(config.Width)*int64(config.Height) > MaxPixels:
		return Refusal(fmt.Sprintf("The picture is %d by %d dots, which is too large to be shown. Send it smaller.", config.Width, config.Height))
	}
	return nil
}

// Cost is how much memory drawing a preview takes at most, in bytes; ErrNoPreview when that is more than may be taken, or the picture cannot be read.
func Cost(r io.ReadSeeker) (int64, error) {
	facts := readJPEG(r)
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	config, format, err := image.DecodeConfig(bufio.NewReaderSize(r, 64<<10))
	if err != nil {
		return 0, ErrNoPreview
	}
	cost := int64(config.Width) * int64(config.Height) * perDot(config.ColorModel)
	if format == "jpeg" && !facts.sequential {
		cost *= 5
	}
	if config.Width <= 0 || config.Height <= 0 || cost > maxDecoded {
		return 0, ErrNoPreview
	}
	return cost, nil
}

func perDot(m color.Model) int64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.YCbCrModel:
		return 3
	case color.RGBA64Model, color.NRGBA64Model,
		color.NYCbCrAModel: // a lossy WebP: its alpha is decoded as a picture of four bytes a dot, beside the dots and the alpha itself
		return 8
	}
	if _, indexed := m.(color.Palette); indexed {
		return 1
	}
	return 4
}

// Preview draws a picture so that its longer side has no more dots than the edge: upright, on white, as a JPEG that carries nothing but the dots. Ask
// Cost first.
func Preview(r io.ReadSeeker, edge int) ([]byte, error) {
	facts := readJPEG(r)
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	picture, format, err := image.Decode(bufio.NewReaderSize(r, 64<<10))
	if err != nil {
		return nil, errors.Join(ErrNoPreview, err)
	}
	if format != "jpeg" {
		facts.orientation = 1
	}
	drawn := scaled(picture, edge)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, turned(drawn, facts.orientation), &jpeg.Options{Quality: quality}); err != nil {
		return nil, errors.Join(ErrNoPreview, err)
	}
	return out.Bytes(), nil
}

// scaled draws a picture on white, no larger than it is.
func scaled(picture image.Image, edge int) *image.RGBA {
	from := picture.Bounds()
	w, h := from.Dx(), from.Dy()
	if longer := max(w, h); longer > edge {
		w, h = max(1, w*edge/longer), max(1, h*edge/longer)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(out, out.Bounds(), picture, from, draw.Over, nil)
	return out
}

// turned turns and mirrors a picture the way that Exif says it must be seen.
func turned(in *image.RGBA, orientation int) image.Image {
	if orientation <= 1 || orientation > 8 {
		return in
	}
	w, h := in.Rect.Dx(), in.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch orientation {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			out.SetRGBA(tx, ty, in.RGBAAt(x, y))
		}
	}
	return out
}
