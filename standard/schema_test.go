package standard_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
)

// conform checks a JSON value against a schema. It knows only the keywords that Schema writes, and fails on any other, so that the test
// notices when it no longer understands the schema.
func conform(root map[string]any, schema map[string]any, v any, at string) []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	for key, arg := range schema {
		switch key {
		case "$schema", "$id", "$comment", "$defs", "title", "description", "format", "examples", "x-type", "x-occurs", "x-evidence", "x-to":
		case "$ref":
			name := strings.TrimPrefix(arg.(string), "#/$defs/")
			def, ok := root["$defs"].(map[string]any)[name].(map[string]any)
			if !ok {
				say("no definition %s", name)
				continue
			}
			wrong = append(wrong, conform(root, def, v, at)...)
		case "anyOf":
			var all []string
			for _, option := range arg.([]any) {
				found := conform(root, option.(map[string]any), v, at)
				if len(found) == 0 {
					all = nil
					break
				}
				all = append(all, found...)
			}
			wrong = append(wrong, all...)
		case "type":
			if got := typeOf(v); got != arg && !(arg == "integer" && got == "number") {
				say("is %s, not %s", got, arg)
			}
		case "enum":
			found := false
			for _, allowed := range arg.([]any) {
				found = found || allowed == v
			}
			if !found {
				say("%v is none of %v", v, arg)
			}
		default:
			wrong = append(wrong, conformDetail(root, schema, key, arg, v, at)...)
		}
	}
	return wrong
}

// conformDetail checks the keywords that look inside one type of value.
func conformDetail(root, schema map[string]any, key string, arg, v any, at string) []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	switch v := v.(type) {
	case string:
		n := float64(utf8.RuneCountInString(v))
		switch key {
		case "minLength":
			if n < arg.(float64) {
				say("too short")
			}
		case "maxLength":
			if n > arg.(float64) {
				say("too long")
			}
		case "pattern":
			if !regexp.MustCompile(arg.(string)).MatchString(v) {
				say("%q does not match %s", v, arg)
			}
		default:
			say("keyword %s of a text is not known here", key)
		}
	case float64:
		if key == "minimum" && v < arg.(float64) || key == "maximum" && v > arg.(float64) {
			say("%v is out of range", v)
		}
	case []any:
		switch key {
		case "items":
			for i, item := range v {
				wrong = append(wrong, conform(root, arg.(map[string]any), item, fmt.Sprint(at, "/", i))...)
			}
		case "minItems":
			if float64(len(v)) < arg.(float64) {
				say("too few items")
			}
		case "maxItems":
			if float64(len(v)) > arg.(float64) {
				say("too many items")
			}
		}
	case map[string]any:
		wrong = append(wrong, conformObject(root, schema, key, arg, v, at)...)
	}
	return wrong
}

func conformObject(root, schema map[string]any, key string, arg any, v map[string]any, at string) []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	switch key {
	case "properties":
		for name, property := range arg.(map[string]any) {
			if member, there := v[name]; there {
				wrong = append(wrong, conform(root, property.(map[string]any), member, at+"/"+name)...)
			}
		}
	case "additionalProperties":
		for name := range v {
			if _, known := schema["properties"].(map[string]any)[name]; !known {
				say("has no %s", name)
			}
		}
	case "required":
		for _, name := range arg.([]any) {
			if _, there := v[name.(string)]; !there {
				say("%v is missing", name)
			}
		}
	case "minProperties":
		if float64(len(v)) < arg.(float64) {
			say("too few properties")
		}
	}
	return wrong
}

func typeOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "null"
}

// parse reads JSON into plain values.
func parse(data []byte) (v any, err error) {
	err = json.UnmarshalRead(bytes.NewReader(data), &v)
	return v, err
}
