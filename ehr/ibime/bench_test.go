package ibime_test

import (
	"testing"

	"rosemary/ehr/ehrtest"
	"rosemary/ehr/ibime"
)

func BenchmarkEncode(b *testing.B) { ehrtest.BenchmarkEncode(b, ibime.Dialect()) }
func BenchmarkDecode(b *testing.B) { ehrtest.BenchmarkDecode(b, ibime.Dialect()) }
