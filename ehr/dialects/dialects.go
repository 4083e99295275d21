// Package dialects lists the wire formats that extracts are written and read in, for whoever lets people choose one. It knows nothing of any of them.
package dialects

import (
	"mime"
	"slices"
	"strconv"
	"strings"

	"rosemary/ehr"
	"rosemary/ehr/chime"
	"rosemary/ehr/ibime"
	"rosemary/ehr/native"
)

// All gives every dialect, the canonical one first.
func All() []ehr.Dialect {
	return []ehr.Dialect{native.JSON(), native.XML(), ibime.Dialect(), chime.Dialect()}
}

// Names are what they are called.
func Names() []string {
	var names []string
	for _, d := range All() {
		names = append(names, d.Name())
	}
	return names
}

// Named finds a dialect by its name.
func Named(name string) (ehr.Dialect, bool) {
	all := All()
	at := slices.IndexFunc(all, func(d ehr.Dialect) bool { return d.Name() == name })
	if at < 0 {
		return nil, false
	}
	return all[at], true
}

// Suffix is how files of a dialect end.
func Suffix(d ehr.Dialect) string {
	media, _, _ := mime.ParseMediaType(d.MediaType())
	return "." + strings.TrimPrefix(media[strings.LastIndexByte(media, '/')+1:], "x-")
}

// Accepted picks the dialect that an Accept header prefers; without a header, the canonical one. A media type without a profile means the first dialect that
// has it. It reports whether there is one.
func Accepted(accept []string) (ehr.Dialect, bool) {
	all := All()
	var best ehr.Dialect
	most, said := 0.0, false
	for _, one := range strings.Split(strings.Join(accept, ","), ",") {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		said = true
		media, parameters, err := mime.ParseMediaType(one)
		if err != nil {
			continue
		}
		quality := 1.0
		if q, given := parameters["q"]; given {
			if quality, err = strconv.ParseFloat(q, 64); err != nil {
				continue
			}
		}
		for _, d := range all {
			if quality > most && takes(d, media, parameters["profile"]) {
				best, most = d, quality
			}
		}
	}
	if !said {
		return all[0], true
	}
	return best, best != nil
}

func takes(d ehr.Dialect, media, profile string) bool {
	own, parameters, err := mime.ParseMediaType(d.MediaType())
	whole, kind := media == "*/*", strings.TrimSuffix(media, "*")
	return err == nil && (whole || own == media || strings.HasSuffix(kind, "/") && strings.HasPrefix(own, kind)) && (profile == "" || profile == parameters["profile"])
}
