package medicine

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"rosemary/care/plain"
	"rosemary/record"
	"rosemary/standard"
)

// Allergy is something that the person reacts to badly, also where only another provider says so.
type Allergy struct {
	To       string
	Reaction string
	SaidBy   string // who says it, where it is not ratified
}

// Words say it in a few words.
func (a Allergy) Words() string {
	text := a.To
	if a.Reaction != "" {
		text += " (" + lowerFirst(a.Reaction) + ")"
	}
	if a.SaidBy != "" {
		text += ", says " + a.SaidBy
	}
	return text
}

func readAllergy(v *record.Version, x said) (Allergy, bool) {
	if x.mean(standard.RoleAllergen) != "" || x.mean(standard.RoleStatus) == standard.MeansEnded { // none known, not asked
		return Allergy{}, false
	}
	a := Allergy{To: x.word(standard.RoleAllergen), SaidBy: v.SaidBy}
	var reactions []string
	for _, r := range x.All(standard.RoleReaction) {
		reactions = append(reactions, plain.Value(r, nil))
	}
	a.Reaction = plain.List(reactions)
	return a, a.To != ""
}

// AllergyTo finds a recorded allergy to a medicine or to a substance of it.
func (b *Book) AllergyTo(o *Order) (Allergy, bool) {
	names := []string{o.Name}
	for _, in := range o.Ingredients {
		names = append(names, in.Name)
	}
	return b.AllergyToNames(names...)
}

// AllergyToNames finds a recorded allergy to anything that is called so.
func (b *Book) AllergyToNames(names ...string) (Allergy, bool) {
	var of []string
	for _, name := range names {
		of = append(of, wordsOf(name)...)
	}
	for _, a := range b.Allergies {
		if meets(wordsOf(a.To), of) {
			return a, true
		}
	}
	return Allergy{}, false
}

// meets reports whether words of an allergy are those of a medicine, or of the family that it belongs to.
func meets(allergen, medicine []string) bool {
	for _, w := range allergen {
		if len(w) > 3 && !slices.Contains(common, w) && slices.Contains(medicine, w) {
			return true
		}
	}
	text := " " + strings.Join(allergen, " ") + " "
	for _, family := range families() {
		named := slices.ContainsFunc(family.Names, func(n string) bool { return strings.Contains(text, " "+n+" ") })
		if !named {
			continue
		}
		for _, m := range family.Medicines {
			if slices.ContainsFunc(medicine, func(w string) bool { return strings.HasPrefix(w, m) }) {
				return true
			}
		}
	}
	return false
}

// common are words of labels and of allergies that name no substance.
var common = []string{"tablet", "tablets", "capsule", "capsules", "cream", "ointment", "solution", "oral", "injection", "drops", "patch", "patches", "sodium", "with", "such", "antibiotics", "acid", "painkillers"} // never changed

func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !(r == '-' || r >= 'a' && r <= 'z' || r > 127) })
}

type family struct {
	Names     []string `yaml:"names"`
	Medicines []string `yaml:"medicines"`
}

//go:embed families.yaml
var familiesFile []byte // go:embed needs a variable of the package; nothing writes to it

// families are read once.
var families = sync.OnceValue(func() []family {
	var list []family
	if err := yaml.Unmarshal(familiesFile, &list); err != nil {
		panic("families.yaml: " + err.Error()) // the file is part of the program, and a test reads it
	}
	return list
})
