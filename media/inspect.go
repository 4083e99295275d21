package media

import "unicode/utf8"

// headSize is how much of the beginning is looked at.
const headSize = 4096

// Refusal says in plain words, in whole sentences, why a file is not kept.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// Misdeclared says in plain words, in whole sentences, that a file is not what it was said to be, or of a type that is not kept.
type Misdeclared string

func (m Misdeclared) Error() string { return string(m) }

// Inspector is written everything that a file holds, and then tells what it is. It keeps only the beginning.
type Inspector struct {
	head  []byte
	size  int64
	tail  []byte // bytes of a character that the next write continues
	blind bool   // it cannot be plain text
}

// Write looks at the next bytes.
func (i *Inspector) Write(p []byte) (int, error) {
	i.size += int64(len(p))
	if room := headSize - len(i.head); room > 0 {
		i.head = append(i.head, p[:min(room, len(p))]...)
	}
	if !i.blind {
		i.read(p)
	}
	return len(p), nil
}

// Size is how many bytes there were.
func (i *Inspector) Size() int64 { return i.size }

// read follows plain text: UTF-8 without control characters other than those that lay out a page.
func (i *Inspector) read(p []byte) {
	for len(i.tail) > 0 && len(p) > 0 {
		i.tail, p = append(i.tail, p[0]), p[1:]
		if utf8.FullRune(i.tail) {
			i.blind = !utf8.Valid(i.tail)
			i.tail = i.tail[:0]
		}
	}
	for len(p) > 0 && !i.blind {
		c := p[0]
		switch {
		case c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f', c == 0x7f:
			i.blind = true
		case c < utf8.RuneSelf:
			p = p[1:]
		case !utf8.FullRune(p):
			i.tail, p = append(i.tail[:0], p...), nil
		default:
			r, n := utf8.DecodeRune(p)
			i.blind = r == utf8.RuneError && n == 1
			p = p[n:]
		}
	}
}

// Type tells what the file is. The error says in plain words why it is not kept.
func (i *Inspector) Type() (Type, error) {
	if i.size == 0 {
		return Type{}, Refusal("It is empty. Choose another file.")
	}
	for _, m := range magics() {
		if m.fits(i.head) {
			t, _ := ByName(m.says)
			return t, nil
		}
	}
	for _, m := range refusals() {
		if m.fits(i.head) {
			return Type{}, Refusal(m.says)
		}
	}
	if i.blind || len(i.tail) > 0 {
		return Type{}, Refusal("It is of a kind that is not known here. " + Kept)
	}
	if markup(i.head) {
		return Type{}, Refusal("It is a web page or a drawing that can hold a program (HTML, SVG or XML). Print it to a PDF, and send that.")
	}
	t, _ := ByName("text/plain")
	return t, nil
}

// As tells what the file is that was said to be of a type. The error, a Refusal or a Misdeclared, says why it is not kept.
func (i *Inspector) As(declared string) (Type, error) {
	found, err := i.Type()
	if err != nil {
		return found, err
	}
	switch said, known := ByName(declared); {
	case !known && !Anything(declared):
		return found, Misdeclared("Files of this type are not kept. " + Kept)
	case known && said.Name != found.Name:
		return found, Misdeclared("The file says that it is " + said.Words + ", but it holds " + found.Words + ". Send it as what it is.")
	}
	return found, nil
}
