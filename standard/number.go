package standard

import (
	"github.com/cockroachdb/apd/v3"
)

// maxDigits bounds the digits of a number: enough for anything that is measured, too few to tire a processor.
const maxDigits = 40

// ParseNumber reads a decimal in plain digits, keeping every one of them. It refuses exponents, signs other than a leading
// minus, leading zeros and more than 40 digits.
func ParseNumber(s string) (Number, bool) {
	var n Number
	if !plainDigits(s) {
		return n, false
	}
	var coeff uint64
	digits, exponent, fraction := 0, int32(0), false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.':
			fraction = true
		case c != '-':
			coeff = coeff*10 + uint64(c-'0')
			digits++
			if fraction {
				exponent--
			}
		}
	}
	if digits > 18 {
		_, _, err := n.Decimal.SetString(s)
		return n, err == nil
	}
	n.Decimal.Coeff.SetUint64(coeff)
	n.Decimal.Exponent = exponent
	n.Decimal.Negative = s[0] == '-'
	return n, true
}

// plainDigits says whether s is -?(0|[1-9][0-9]*)(.[0-9]+)? and not too long.
func plainDigits(s string) bool {
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	if s == "" || len(s) > maxDigits {
		return false
	}
	dot := len(s)
	for i := range len(s) {
		switch {
		case s[i] == '.' && dot == len(s):
			dot = i
		case s[i] < '0' || s[i] > '9':
			return false
		}
	}
	if dot == 0 || dot == len(s)-1 || dot > 1 && s[0] == '0' {
		return false
	}
	return true
}

// String gives the number with the digits that were entered.
func (n Number) String() string { return n.Decimal.Text('f') }

// append adds the number's digits to dst.
func (n *Number) append(dst []byte) []byte { return n.Decimal.Append(dst, 'f') }

// Cmp compares two numbers by size: 1.0 and 1 are the same.
func (n Number) Cmp(other Number) int { return n.Decimal.Cmp(&other.Decimal) }

// NewNumber makes a number from a whole number.
func NewNumber(whole int64) Number { return Number{Decimal: *apd.New(whole, 0)} }
