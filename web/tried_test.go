package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWhatIsTriedIsThere: every test that the table of what is tried names exists, in the package that it says.
func TestWhatIsTriedIsThere(t *testing.T) {
	table, err := os.ReadFile(filepath.Join("..", "docs", "what-is-tried.md"))
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{}
	named := 0
	for _, cell := range regexp.MustCompile("`([a-z/]+)` ([A-Za-z0-9, ]+)").FindAllStringSubmatch(string(table), -1) {
		folder := cell[1]
		if sources[folder] == "" {
			files, err := filepath.Glob(filepath.Join("..", folder, "*_test.go"))
			if err != nil || len(files) == 0 {
				t.Fatalf("%s has no tests (%v)", folder, err)
			}
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				sources[folder] += string(text)
			}
		}
		for _, test := range regexp.MustCompile(`Test\w+`).FindAllString(cell[2], -1) {
			if named++; !strings.Contains(sources[folder], "func "+test+"(") {
				t.Errorf("%s has no %s", folder, test)
			}
		}
	}
	if named < 60 {
		t.Errorf("the table names only %d tests", named)
	}
}
