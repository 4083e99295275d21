package media

import (
	"encoding/binary"
	"io"
)

// jpegFacts is what the segments in front of a JPEG's picture say.
type jpegFacts struct {
	orientation int  // 1 to 8, as Exif counts; 1 when it does not say
	sequential  bool // said in so many words; otherwise decoding may need room for all of it at once
}

// jpegSegments is how many segments are looked at: a photograph has about ten.
const jpegSegments = 200

// readJPEG reads the segments up to the picture, in the strictest way. What cannot be read so says nothing.
func readJPEG(r io.ReadSeeker) jpegFacts {
	facts := jpegFacts{orientation: 1}
	if _, err := r.Seek(2, io.SeekStart); err != nil {
		return facts
	}
	for range jpegSegments {
		var head [4]byte
		if _, err := io.ReadFull(r, head[:]); err != nil || head[0] != 0xff {
			return facts
		}
		length := int64(binary.BigEndian.Uint16(head[2:])) - 2
		marker := head[1]
		switch {
		case length < 0 || marker == 0xda || marker == 0xd9:
			return facts
		case marker < 0xc0 || marker == 0xff || marker >= 0xd0 && marker <= 0xd8 || marker == 0xc2:
			return facts // what decoders read in other ways than this, or coded the dear way
		case marker == 0xc0 || marker == 0xc1:
			facts.sequential = true
		case marker == 0xe1 && facts.orientation == 1:
			segment := make([]byte, min(length, 64<<10))
			if _, err := io.ReadFull(r, segment); err != nil {
				return facts
			}
			facts.orientation = orientation(segment)
			continue
		}
		if _, err := r.Seek(length, io.SeekCurrent); err != nil {
			return facts
		}
	}
	return facts
}

// orientation reads which way up a photograph was taken from an Exif segment; 1 when it does not say.
func orientation(segment []byte) int {
	const prefix = "Exif\x00\x00"
	if len(segment) < len(prefix)+8 || string(segment[:len(prefix)]) != prefix {
		return 1
	}
	tiff := segment[len(prefix):]
	var order binary.ByteOrder
	switch string(tiff[:2]) {
	case "II":
		order = binary.LittleEndian
	case "MM":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	const entry, tag, short = 12, 0x0112, 3
	for range order.Uint16(tiff[at:]) {
		if len(entries) < entry {
			return 1
		}
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[entry:]
	}
	return 1
}
