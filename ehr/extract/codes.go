package extract

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/ehr"
	"rosemary/record"
	"rosemary/standard"
)

// Model is what the header says of the model (rm_id).
const Model = "EN 13606"

// The codes of part 3 that are written here.
const (
	statusDraft      = "VER00"
	statusFinished   = "VER01"
	statusUpdate     = "VER02"
	statusCorrection = "VER03"
	statusDeletion   = "VER04"

	natureRelated       = "LINK-A0"
	natureConfirmed     = "LINK-B0"
	naturePlan          = "LINK-D0"
	natureDocumentation = "LINK-E0"

	roleUnspecified  = "LINK-A1"
	roleConsented    = "LINK-B6i"
	roleContributes  = "LINK-D4"
	roleDocumentedBy = "LINK-E1"
	roleIdentifiedIn = "LINK-E7"

	structureList = "STRC01"
	modeElectric  = "MOD01"
)

const part3 = "CEN/TC251/EN13606-3:"

// Code systems of ours.
const (
	changeSystem = "urn:rosemary:change-type"
	roleSystem   = "urn:rosemary:role"
	methodSystem = "urn:rosemary:proof-of-identity"
	nhsNumbers   = "2.16.840.1.113883.2.1.4.1"
	nhs          = "NHS"
)

// The archetypes of what is synthesised.
const (
	versionArchetype = "rosemary/version"
	fileArchetype    = "rosemary/file"
	formArchetype    = "rosemary/form"
	keptArchetype    = "rosemary/kept"
	contentType      = "application/json"
)

// The elements of the synthesised cluster.
const (
	partRelease   = "release"
	partClassFile = "classFile"
	partStatus    = "status"
	partRecorded  = "recorded"
	partProvider  = "informationProvider"
	partHash      = "hash"
	partSalt      = "salt"
	partContent   = "content"
	partBeside    = "beside"
	partBesideOf  = "besideOf"
)

func listed(list, code string) ehr.Code { return ehr.Code{Code: code, Scheme: part3 + list} }

// The degrees of sensitivity of a record are the upper three of the standard's.
const sensitivityShift = ehr.Sensitivity(2)

// SensitivityOf is the standard's degree of ours: normal 3, sensitive 4, confidential 5.
func SensitivityOf(s record.Sensitivity) ehr.Sensitivity {
	return ehr.Sensitivity(s) + sensitivityShift
}

// sensitivityOf is ours of the standard's: what is less than clinical care, or not stated, is normal.
func sensitivityOf(s ehr.Sensitivity) record.Sensitivity {
	return min(max(record.Sensitivity(s-sensitivityShift), record.Normal), record.Confidential)
}

var flavours = []struct {
	absent standard.Absent
	code   string
}{
	{standard.NotAsked, "NASK"},
	{standard.AskedNotKnown, "ASKU"},
	{standard.Declined, "UNK"}, // there is a value, and we were not told it
	{standard.NotApplicable, "NA"},
	{standard.Masked, "MSK"},
}

func flavourOf(a standard.Absent) string {
	for _, f := range flavours {
		if f.absent == a {
			return f.code
		}
	}
	return "NI"
}

// absentOf is the stated absence of a null flavour; of those that nobody here writes, that it was not asked.
func absentOf(code string) standard.Absent {
	for _, f := range flavours {
		if f.code == code {
			return f.absent
		}
	}
	return standard.NotAsked
}

// VersionID is the rc_id of the composition that a version becomes.
func VersionID(v record.VersionID) ehr.ID {
	return ehr.ID{Root: v.Record.String(), Extension: v.System + "::" + strconv.Itoa(v.Number)}
}

// ReadVersionID reads the rc_id of a composition that a system like this one made.
func ReadVersionID(id ehr.ID) (record.VersionID, bool) {
	v, err := record.ParseVersionID(id.Root + "::" + id.Extension)
	return v, err == nil
}

// within is the rc_id of a part of a version.
func within(version ehr.ID, place string) ehr.ID {
	return ehr.ID{Root: version.Root, Extension: version.Extension + "#" + place}
}

// placeOf is where a part stands in the content of its version.
func placeOf(id ehr.ID) (place string, ok bool) {
	_, place, ok = strings.Cut(id.Extension, "#")
	return place, ok
}

// targetID is the identifier that stands for a reference: the uid, and of a pinned version its number with the system, where that is stated.
func targetID(r standard.Reference) ehr.ID {
	id := ehr.ID{Root: r.UID.String()}
	if r.System != "" {
		id.Extension = r.System + "::"
	}
	if r.Version > 0 {
		id.Extension += strconv.Itoa(r.Version)
	}
	return id
}

func referenceOf(id *ehr.ID) (r standard.Reference, ok bool) {
	uid, err := uuid.Parse(id.Root)
	if err != nil {
		return r, false
	}
	r.UID = uid
	number := id.Extension
	if i := strings.LastIndex(number, "::"); i >= 0 {
		r.System, number = number[:i], number[i+2:]
	}
	if number == "" {
		return r, true
	}
	r.Version, err = strconv.Atoi(number)
	return r, err == nil && r.Version > 0
}

func words(s string) *ehr.SimpleText { return &ehr.SimpleText{Text: s} }
