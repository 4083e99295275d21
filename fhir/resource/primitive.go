package resource

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// form is how a primitive is written in JSON.
type form byte

const (
	asString form = iota
	asNumber
	asBoolean
)

// format is what a primitive's characters must be.
type format struct {
	form  form
	valid func(string) bool
	words string // what it must be, in words
}

// maxString is how long FHIR lets a string be.
const maxString = 1 << 20

var formats = map[string]format{
	"boolean":      {asBoolean, func(s string) bool { return s == "true" || s == "false" }, "true or false"},
	"integer":      {asNumber, isInteger, "a whole number"},
	"unsignedInt":  {asNumber, func(s string) bool { return isInteger(s) && s[0] != '-' }, "a whole number, 0 or more"},
	"positiveInt":  {asNumber, func(s string) bool { return isInteger(s) && s[0] != '-' && strings.Trim(s, "+0") != "" }, "a whole number, 1 or more"},
	"decimal":      {asNumber, isDecimal, "a decimal number"},
	"string":       {asString, isText, "text that is not empty"},
	"markdown":     {asString, isText, "text that is not empty"},
	"xhtml":        {asString, isText, "a div of XHTML"},
	"base64Binary": {asString, isBase64, "bytes in base64"},
	"code":         {asString, isCode, "a code: no spaces at its ends, and single ones inside"},
	"id":           {asString, isID, "an id: 1 to 64 letters, digits, - and ."},
	"uri":          {asString, isURI, "an address (URI) without spaces"},
	"url":          {asString, isURI, "an address (URL) without spaces"},
	"canonical":    {asString, isURI, "an address (URI) without spaces"},
	"oid":          {asString, func(s string) bool { return strings.HasPrefix(s, "urn:oid:") && isOID(s[8:]) }, "an OID: urn:oid: and numbers with dots between"},
	"uuid":         {asString, isUUID, "a UUID in small letters: urn:uuid: and 36 characters"},
	"date":         {asString, isDate, "a date: YYYY, YYYY-MM or YYYY-MM-DD"},
	"dateTime":     {asString, isDateTime, "a date, or a date and time with seconds and offset: 2026-03-04T09:30:00Z"},
	"instant":      {asString, func(s string) bool { return strings.Contains(s, "T") && isDateTime(s) }, "a date and time with seconds and offset: 2026-03-04T09:30:00Z"},
	"time":         {asString, isTime, "a time of day with seconds: 09:30:00"},
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func isInteger(s string) bool {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || s[0] == '+' {
		return false
	}
	return s == "0" || n != 0 && strings.TrimPrefix(s, "-")[0] != '0'
}

// isDecimal takes what JSON calls a number; XML writes the same.
func isDecimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	if mantissa, exponent, ok := strings.Cut(strings.ToLower(s), "e"); ok {
		if !digitsOnly(strings.TrimLeft(exponent, "+-")) || len(exponent) > 5 || strings.LastIndexAny(exponent, "+-") > 0 {
			return false
		}
		s = mantissa
	}
	whole, fraction, dot := strings.Cut(s, ".")
	return digitsOnly(whole) && (whole == "0" || whole[0] != '0') && (!dot || digitsOnly(fraction)) && len(s) < 1000
}

func isText(s string) bool { return strings.TrimSpace(s) != "" && len(s) <= maxString }

func isBase64(s string) bool {
	n := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' || c == '\n' || c == '\r' || c == '\t':
		case c == '=' && strings.Trim(s[i:], "= \t\r\n") == "":
			n++
		case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/':
			n++
		default:
			return false
		}
	}
	return n > 0 && n%4 == 0
}

func isCode(s string) bool {
	space := true
	for _, r := range s {
		blank := r == ' ' || r == '\t' || r == '\n' || r == '\r'
		if blank && space {
			return false
		}
		space = blank
	}
	return s != "" && !space
}

func isID(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.') {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

func isURI(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' {
			return false
		}
	}
	return s != ""
}

func isOID(s string) bool {
	for arc := range strings.SplitSeq(s, ".") {
		if !digitsOnly(arc) || len(arc) > 1 && arc[0] == '0' {
			return false
		}
	}
	return strings.Contains(s, ".") && s[0] <= '2' && s[1] == '.'
}

func isUUID(s string) bool {
	s, ok := strings.CutPrefix(s, "urn:uuid:")
	if !ok || len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && !strings.ContainsRune("0123456789abcdef", rune(s[i])) {
			return false
		}
	}
	return true
}

func isDate(s string) bool {
	layout := "2006-01-02"
	switch len(s) {
	case 4, 7, 10:
		_, err := time.Parse(layout[:len(s)], s)
		return err == nil && s[:4] != "0000"
	}
	return false
}

func isDateTime(s string) bool {
	date, clock, ok := strings.Cut(s, "T")
	if !ok {
		return isDate(s)
	}
	at := strings.IndexAny(clock, "Z+-")
	if len(date) != 10 || !isDate(date) || at < 0 || !isTime(clock[:at]) {
		return false
	}
	offset := clock[at:]
	if offset == "Z" {
		return true
	}
	return len(offset) == 6 && offset[3] == ':' && digitsOnly(offset[1:3]) && digitsOnly(offset[4:]) && offset[4] < '6' &&
		(offset[1:3] < "14" || offset[1:] == "14:00")
}

// isTime takes the second that is put in once in a while, :60, as FHIR does.
func isTime(s string) bool {
	s, fraction, dot := strings.Cut(s, ".")
	if dot && !digitsOnly(fraction) || len(fraction) > 18 {
		return false
	}
	return len(s) == 8 && s[2] == ':' && s[5] == ':' && digitsOnly(s[:2]) && digitsOnly(s[3:5]) && digitsOnly(s[6:]) && s[:2] < "24" && s[3:5] < "60" && s[6:] <= "60"
}

// carried says whether XML has a place for every character: what JSON could carry and XML could not is refused in both.
func carried(s string) bool {
	if verbatim(s) {
		return true
	}
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			if _, n := utf8.DecodeRuneInString(s[i:]); n <= 1 {
				return false
			}
		case r < 0x20 && r != '\t' && r != '\n' && r != '\r', r == 0xFFFE, r == 0xFFFF:
			return false
		}
	}
	return true
}

// Valid says whether characters may be the value of a primitive type.
func (t *Type) Valid(s string) bool {
	return t.Kind == Primitive && carried(s) && (t.format.valid == nil || t.format.valid(s))
}
